//! Keeps what cannot be made again from being pruned: Namespaces, PersistentVolumeClaims and
//! CustomResourceDefinitions, with everything that their deletion would take along.

use crate::config::Runtime;
use crate::diagnostic::{Code, Diagnostic};
use crate::render::insert;
use crate::render::manifest::{Document, Manifest};
use crate::render::steps::{Context, Outcome};

pub(super) fn run(manifest: &mut Manifest, context: &Context<'_>, outcome: &mut Outcome) {
    for document in manifest.documents.iter_mut().filter(|document| is_kept(document)) {
        let Some((annotation, value)) = wanted(document, context.runtime) else { continue };
        match insert::set(&document.text, &["metadata", "annotations", annotation], &value) {
            Some((text, value)) => {
                *document = Document { text, value };
                outcome.changed(document.title());
            }
            None => {
                let message = format!(
                    "{} cannot be kept from pruning: its YAML has no place for an annotation",
                    document.title()
                );
                let resolution = format!("write `{annotation}: {value}` into it");
                outcome.say(context, Diagnostic::error(Code::Render, message, resolution));
            }
        }
    }
}

fn is_kept(document: &Document) -> bool {
    matches!(document.kind(), "Namespace" | "PersistentVolumeClaim" | "CustomResourceDefinition")
}

/// The annotation to write, or `None` where the object already says something about pruning.
fn wanted(document: &Document, runtime: Runtime) -> Option<(&'static str, String)> {
    match runtime {
        Runtime::ArgoCd => {
            const OPTIONS: &str = "argocd.argoproj.io/sync-options";
            let options = document.annotation(OPTIONS).unwrap_or_default();
            if options.split(',').any(|option| option.trim().starts_with("Prune=")) {
                return None;
            }
            let value =
                if options.is_empty() { "Prune=false".to_owned() } else { format!("{options},Prune=false") };
            Some((OPTIONS, value))
        }
        Runtime::Flux => {
            const PRUNE: &str = "kustomize.toolkit.fluxcd.io/prune";
            document.annotation(PRUNE).is_none().then(|| (PRUNE, "disabled".to_owned()))
        }
    }
}
