//! `AppProject`: what the Applications of one Argo CD project may read and where they may deliver.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::adapt::argocd::{API_VERSION, Instance, managed};
use crate::adapt::mark::Mark;
use crate::adapt::{Fields, Source};

/// The AppProject that allows exactly the given destinations (server and namespace) from the given repository.
pub fn app_project(
    instance: &Instance,
    source: &Source,
    destinations: &BTreeSet<(Arc<str>, Arc<str>)>,
) -> Fields {
    let metadata = Fields::new()
        .with("name", &instance.project)
        .with("namespace", &instance.namespace)
        .with("labels", managed(Fields::new(), instance))
        .with("annotations", Mark::default().annotate(Fields::new()));
    let destinations: Vec<Fields> = destinations
        .iter()
        .map(|(server, namespace)| Fields::new().with("server", server).with("namespace", namespace))
        .collect();
    let every = || Fields::new().with("group", "*").with("kind", "*");
    let spec = Fields::new()
        .with("sourceRepos", vec![&source.repo_url])
        .with("destinations", destinations)
        .with("clusterResourceWhitelist", vec![every()]);
    Fields::object(API_VERSION, "AppProject", metadata).with("spec", spec)
}
