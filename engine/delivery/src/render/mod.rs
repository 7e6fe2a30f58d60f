//! From a unit to its final manifests: what Helm or Kustomize would have printed, then named steps.
//!
//! | artifact | text |
//! |---|---|
//! | [`helm`] | what `helm template` prints for the unit's values, release and cluster |
//! | [`kustomize`] | what `kustomize build` prints for the base |
//! | [`bundle`] | what `kustomize build` prints for the bundle's files as resources |
//!
//! Patches and components that a workload, a binding or a cell lays on top make a kustomization around that text
//! ([`overlay`]), and its build is the result. [`steps`] come last.

mod artifacts;
mod bundle;
mod environment;
mod helm;
pub mod insert;
mod kustomize;
pub mod manifest;
mod overlay;
pub mod release;
pub mod steps;
mod values;

use fairlead_world::{Need, World};

pub use artifacts::Artifacts;

use crate::config::Project;
use crate::diagnostic::{Code, Diagnostic};
use crate::render::manifest::Manifest;
use crate::resolve::{Artifact, Target, Unit};

/// Why a unit could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Something has to be fetched first.
    Needed(Vec<Need>),
    /// It is broken.
    Broken(Vec<Diagnostic>),
}

impl Failure {
    /// One error about how the unit renders.
    pub(crate) fn broken(message: impl Into<String>, resolution: impl Into<String>) -> Failure {
        Failure::Broken(vec![Diagnostic::error(Code::Render, message, resolution)])
    }
}

/// Renders a unit for one target, before the steps. Warnings go to `diagnostics`.
///
/// # Errors
/// Whatever Helm or Kustomize would fail with, what has to be fetched first, and text that holds no objects.
pub fn render(
    world: &dyn World,
    artifacts: &Artifacts,
    project: &Project,
    unit: &Unit,
    target: &Target,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Manifest, Failure> {
    let printed = match &*unit.artifact {
        Artifact::Chart(_) => {
            let printed = helm::render(artifacts, project, unit, target, diagnostics)?;
            match overlay::lays(unit) {
                true => overlay::on_text(world, unit, &printed.text)?.into(),
                false => printed,
            }
        }
        Artifact::Kustomize(source) => kustomize::render(world, unit, source)?.into(),
        Artifact::Bundle(source) => bundle::render(world, unit, source)?.into(),
    };
    Manifest::parse(printed).map_err(|error| {
        Failure::broken(error.to_string(), "fix the template or file that writes this document")
    })
}
