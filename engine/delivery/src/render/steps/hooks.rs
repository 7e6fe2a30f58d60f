//! Tells which hooks the runtime does not run.

use crate::config::Runtime;
use crate::diagnostic::{Code, Diagnostic};
use crate::render::manifest::{Document, Manifest};
use crate::render::steps::{Context, Outcome};

pub(super) fn run(manifest: &mut Manifest, context: &Context<'_>, outcome: &mut Outcome) {
    for document in &manifest.documents {
        let events = events(document);
        let unknown: Vec<&str> =
            events.iter().copied().filter(|event| !runs(context.runtime, event)).collect();
        if unknown.is_empty() {
            continue;
        }
        let title = document.title();
        let hooks = unknown.join(", ");
        let diagnostic = match context.runtime {
            Runtime::ArgoCd if unknown.len() < events.len() => Diagnostic::warning(
                Code::HookNotRun,
                format!("{title} is a hook for {hooks} too, which Argo CD does not run"),
                "check that it is enough to run it at the other events",
            ),
            Runtime::ArgoCd => Diagnostic::warning(
                Code::HookNotRun,
                format!("{title} is a hook for {hooks}, which Argo CD does not run: it is never applied"),
                "give it an event that Argo CD runs, such as pre-upgrade or post-upgrade",
            ),
            Runtime::Flux => Diagnostic::error(
                Code::HookNotRun,
                format!("{title} is a hook for {hooks}, and Flux runs no hooks of rendered manifests"),
                "set `rendered: false` in the workload, so that Flux installs the chart itself, or turn the hook off in its values",
            ),
        };
        outcome.say(context, diagnostic);
    }
}

/// The events at which Helm would run an object; none for objects that are no hooks.
///
/// `crd-install` is no event: since Helm 3 such objects are ordinary.
pub(super) fn events(document: &Document) -> Vec<&str> {
    let said = document.annotation("helm.sh/hook").unwrap_or_default();
    said.split(',').map(str::trim).filter(|event| !matches!(*event, "" | "crd-install")).collect()
}

/// Argo CD maps these events to its own phases.
fn runs(runtime: Runtime, event: &str) -> bool {
    let known = ["pre-install", "pre-upgrade", "post-install", "post-upgrade", "pre-delete", "post-delete"];
    runtime == Runtime::ArgoCd && known.contains(&event)
}
