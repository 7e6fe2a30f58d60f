//! The program as its users run it: real folders, real git, nothing of the tests' machine but its programs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

mod charts;
mod completion;
mod elsewhere;
mod generate;
mod inspect;
mod interrupt;
#[cfg(unix)]
mod kustomize;
mod merged;
mod refuse;
mod remote;
mod sandbox;
mod signing;
mod start;
mod ways;
