//! Flux's objects, one kind a file.

mod git_repository;
mod helm_release;
mod helm_repository;
mod kustomization;
mod root;

pub use git_repository::git_repository;
pub use helm_release::{Chart, HelmRelease, helm_release};
pub use helm_repository::{helm_repository, oci_repository};
pub use kustomization::kustomization;
pub use root::root;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::adapt::{Backoff, Delivery, Destination, Fields};

/// What holds for everything that one Flux gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The namespace of its own objects.
    pub namespace: Arc<str>,
    /// How often git and cluster are compared.
    pub interval: Arc<str>,
    /// The name of the GitRepository that all Kustomizations read from: the project's.
    pub repository: Arc<str>,
    /// The Secret with the repository's credentials.
    pub secret: Option<Arc<str>>,
    /// The Secrets with the kubeconfigs of other clusters, by cluster.
    pub kube_configs: BTreeMap<Arc<str>, Arc<str>>,
}

const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io/v1";
const SOURCE: &str = "source.toolkit.fluxcd.io/v1";
const HELM: &str = "helm.toolkit.fluxcd.io/v2";

/// The name of the object for one target: the unit's own where there is one target, with the target's name otherwise.
fn name(delivery: &Delivery, target: &Destination) -> String {
    if delivery.targets.len() == 1 {
        delivery.name.to_string()
    } else {
        format!("{}-{}", delivery.name, target.name)
    }
}

fn metadata(delivery: &Delivery, instance: &Instance, name: String) -> Fields {
    let labels = delivery.labels.iter().collect::<Fields>();
    Fields::new()
        .with("name", name)
        .with("namespace", &instance.namespace)
        .with("labels", labels.with("app.kubernetes.io/managed-by", "fairlead"))
        .with("annotations", delivery.mark.annotate(Fields::new()))
}

fn kube_config(instance: &Instance, target: &Destination) -> Option<Fields> {
    let secret = instance.kube_configs.get(target.cluster.as_ref()?)?;
    Some(Fields::new().with("secretRef", Fields::new().with("name", secret)))
}

/// How long Flux waits before it tries again. Flux has one pause and no end: the first pause is taken, and without
/// retries the ordinary interval.
fn retry_interval(retry: Option<&Backoff>) -> Option<Arc<str>> {
    retry.map(|backoff| backoff.duration.clone())
}

fn depends_on(delivery: &Delivery) -> Vec<Fields> {
    delivery.depends_on.iter().map(|name| Fields::new().with("name", name)).collect()
}
