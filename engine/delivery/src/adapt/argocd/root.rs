//! The root Application: applied once by hand, it applies all the others. It is not inside what it applies.

use std::sync::Arc;

use fairlead_world::RepoPath;

use crate::adapt::argocd::{API_VERSION, Instance, managed};
use crate::adapt::{Fields, Source};

/// The root Application of a project, which applies the folder of its Applications to Argo CD's own cluster.
///
/// It prunes, so that an Application whose file is gone goes too; without a finalizer that deletes nothing which the
/// Application delivered.
pub fn root(project: &str, instance: &Instance, source: &Source, folder: &RepoPath, nested: bool) -> Fields {
    let metadata = Fields::new()
        .with("name", project)
        .with("namespace", &instance.namespace)
        .with("labels", managed(Fields::new(), instance));
    let from = Fields::new()
        .with("repoURL", &source.repo_url)
        .with("targetRevision", &source.revision)
        .with("path", folder.as_str())
        .with("directory", Fields::new().with("recurse", nested));
    let destination =
        Fields::new().with("server", &Arc::from(IN_CLUSTER)).with("namespace", &instance.namespace);
    let policy = Fields::new().with("automated", Fields::new().with("prune", true).with("selfHeal", true));
    let spec = Fields::new()
        .with("project", "default")
        .with("source", from)
        .with("destination", destination)
        .with("syncPolicy", policy);
    Fields::object(API_VERSION, "Application", metadata).with("spec", spec)
}

/// How Argo CD and Kubernetes address the cluster that they run in.
const IN_CLUSTER: &str = "https://kubernetes.default.svc";
