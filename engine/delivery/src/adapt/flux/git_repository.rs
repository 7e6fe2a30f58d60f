//! `GitRepository`: where Flux reads the output from.

use fairlead_world::Oid;

use crate::adapt::flux::{Instance, SOURCE};
use crate::adapt::mark::Mark;
use crate::adapt::{Fields, Source};

/// The GitRepository that a project's Kustomizations share.
pub fn git_repository(instance: &Instance, source: &Source) -> Fields {
    let metadata = Fields::new()
        .with("name", &instance.repository)
        .with("namespace", &instance.namespace)
        .with("labels", Fields::new().with("app.kubernetes.io/managed-by", "fairlead"))
        .with("annotations", Mark::default().annotate(Fields::new()));
    let secret = instance.secret.as_ref().map(|name| Fields::new().with("name", name));
    let spec = Fields::new()
        .with("interval", &instance.interval)
        .with("url", &source.repo_url)
        .with("ref", reference(&source.revision))
        .with_some("secretRef", secret);
    Fields::object(SOURCE, "GitRepository", metadata).with("spec", spec)
}

/// A commit, a full ref or a branch: Flux asks which it is.
fn reference(revision: &str) -> Fields {
    if Oid::parse(revision).is_ok() {
        Fields::new().with("commit", revision)
    } else if revision.starts_with("refs/") || revision == "HEAD" {
        Fields::new().with("name", revision)
    } else {
        Fields::new().with("branch", revision)
    }
}
