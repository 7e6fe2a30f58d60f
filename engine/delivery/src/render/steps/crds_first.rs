//! Puts CustomResourceDefinitions before everything that may use them. The order is otherwise kept.

use crate::render::manifest::{Document, Manifest};
use crate::render::steps::{Context, Outcome};

pub(super) fn run(manifest: &mut Manifest, _: &Context<'_>, outcome: &mut Outcome) {
    let is_crd = |document: &Document| document.kind() == "CustomResourceDefinition";
    let first_other = manifest.documents.iter().position(|document| !is_crd(document));
    let Some(first_other) = first_other else { return };
    let late = manifest.documents.iter().skip(first_other).filter(|document| is_crd(document));
    late.for_each(|document| outcome.changed(document.title()));
    manifest.documents.sort_by_key(|document| !is_crd(document));
}
