//! From a unit to its final manifests: what Helm or Kustomize would have printed, then named steps.

pub mod insert;
pub mod manifest;
pub mod steps;
