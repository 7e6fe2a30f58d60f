//! Adds the target's Namespace for Flux, whose Kustomizations make none. Argo CD has a sync option for it.

use crate::config::Runtime;
use crate::render::manifest::{Document, Manifest};
use crate::render::steps::{Context, Outcome};

pub(super) fn run(manifest: &mut Manifest, context: &Context<'_>, outcome: &mut Outcome) {
    if context.runtime != Runtime::Flux || !context.owns_namespace || context.namespace == "default" {
        return;
    }
    let own = |document: &Document| document.kind() == "Namespace" && document.name() == context.namespace;
    if manifest.documents.iter().any(own) {
        return;
    }
    let object = crate::adapt::Fields::object(
        "v1",
        "Namespace",
        crate::adapt::Fields::new()
            .with("name", context.namespace)
            .with("labels", crate::adapt::Fields::new().with("app.kubernetes.io/managed-by", "fairlead")),
    );
    let text = format!("---\n{}", crate::adapt::print([object.clone()]));
    let document = Document { text, value: object.into() };
    outcome.changed(document.title());
    manifest.documents.insert(0, document);
}
