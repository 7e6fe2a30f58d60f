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
mod inflate;
pub mod insert;
mod kustomize;
mod lines;
pub mod manifest;
mod notes;
mod overlay;
pub mod release;
pub mod steps;
mod values;

use std::cell::Cell;

use fairlead_helm::trace::Reads;
use fairlead_world::{Need, World};

pub use artifacts::Artifacts;
use environment::seeded;
pub(crate) use inflate::Site;
pub(crate) use lines::{Lines, TracedFile};
pub(crate) use notes::{Notes, RecordedText};
use overlay::Over;
pub(crate) use overlay::{FOLDER as OVERLAY, RENDERED, lays};

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

/// Renders a unit for one target, before the steps. Warnings go to `diagnostics`, what is wanted to know to `notes`.
///
/// # Errors
/// Whatever Helm or Kustomize would fail with, what has to be fetched first, and text that holds no objects.
pub(crate) fn render(
    world: &dyn World,
    artifacts: &Artifacts,
    project: &Project,
    unit: &Unit,
    target: &Target,
    diagnostics: &mut Vec<Diagnostic>,
    notes: &mut Notes,
) -> Result<Manifest, Failure> {
    let drawn = Cell::new(false);
    let site = Site { world, project, unit, target, drawn: &drawn };
    let printed = match &*unit.artifact {
        Artifact::Chart(_) => {
            let printed = helm::render(artifacts, project, unit, target, diagnostics, notes)?;
            match lays(unit) {
                true => overlay::on_text(Over::new(site)?, unit, &printed.text)?.into(),
                false => printed,
            }
        }
        Artifact::Kustomize(source) => kustomize::render(site, source)?.into(),
        Artifact::Bundle(source) => bundle::render(Over::new(site)?, unit, source)?.into(),
    };
    if drawn.get() {
        diagnostics.push(seeded(unit));
    }
    Manifest::parse(printed).map_err(|error| {
        Failure::broken(error.to_string(), "fix the template or file that writes this document")
    })
}

/// What Helm prints for a unit's target, with what wrote it; before anything is laid on it.
pub(crate) fn recorded(
    artifacts: &Artifacts,
    project: &Project,
    unit: &Unit,
    target: &Target,
) -> Result<RecordedText, Failure> {
    helm::recorded(artifacts, project, unit, target)
}

/// What Kustomize builds of a unit, with its notes where each resource comes from; `rendered` is what a chart printed.
pub(crate) fn annotated(site: Site<'_>, rendered: Option<&str>) -> Result<String, Failure> {
    let (over, unit) = (Over::annotated(site)?, site.unit);
    match (&*unit.artifact, rendered) {
        (Artifact::Chart(_), text) => overlay::on_text(over, unit, text.unwrap_or_default()),
        (Artifact::Kustomize(source), _) => kustomize::around(over, unit, source),
        (Artifact::Bundle(source), _) => bundle::render(over, unit, source),
    }
}

/// Whether other layers and variables render alike, as far as those of `before` were looked at, `reads` for each target.
pub(crate) fn is_alike(
    artifacts: (&Artifacts, &Artifacts),
    project: &Project,
    (before, after): (&Unit, &Unit),
    reads: &[Reads],
) -> bool {
    match &*after.artifact {
        Artifact::Chart(_) => after
            .targets
            .iter()
            .zip(reads)
            .all(|(target, reads)| helm::is_alike(artifacts, project, (before, after), target, reads)),
        // Nothing of values is in them.
        Artifact::Kustomize(_) | Artifact::Bundle(_) => true,
    }
}
