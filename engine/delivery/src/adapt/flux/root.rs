//! The root Kustomization: applied once by hand with its GitRepository, it applies all the others.

use fairlead_world::RepoPath;

use crate::adapt::flux::{Instance, KUSTOMIZE, git_repository};
use crate::adapt::{Fields, Source};

/// The GitRepository and the root Kustomization of a project. The Kustomization is not inside what it applies.
pub fn root(instance: &Instance, source: &Source, folder: &RepoPath) -> [Fields; 2] {
    let metadata = Fields::new()
        .with("name", &instance.repository)
        .with("namespace", &instance.namespace)
        .with("labels", Fields::new().with("app.kubernetes.io/managed-by", "fairlead"));
    let reference = Fields::new().with("kind", "GitRepository").with("name", &instance.repository);
    let spec = Fields::new()
        .with("interval", &instance.interval)
        .with("sourceRef", reference)
        .with("path", format!("./{}", folder.as_str()))
        .with("prune", true);
    [
        git_repository(instance, source),
        Fields::object(KUSTOMIZE, "Kustomization", metadata).with("spec", spec),
    ]
}
