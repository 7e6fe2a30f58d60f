//! Leaves out the hooks that Helm runs as tests: no runtime runs them.

use crate::render::manifest::Manifest;
use crate::render::steps::{Context, Outcome, hooks};

pub(super) fn run(manifest: &mut Manifest, _: &Context<'_>, outcome: &mut Outcome) {
    manifest.documents.retain(|document| {
        let events = hooks::events(document);
        let is_test = !events.is_empty() && events.iter().all(|event| is_test(event));
        if is_test {
            outcome.changed(document.title());
        }
        !is_test
    });
}

fn is_test(event: &str) -> bool {
    matches!(event, "test" | "test-success" | "test-failure")
}
