//! `Kustomization`: one target of one unit whose manifests are rendered here.

use crate::adapt::flux::{Instance, KUSTOMIZE, depends_on, kube_config, metadata, name, retry_interval};
use crate::adapt::{Delivery, Destination, Fields};

/// The Kustomization that delivers a unit to one target.
///
/// Flux always puts back manual changes, and knows no manual synchronization: auto-sync off suspends it.
pub fn kustomization(delivery: &Delivery, instance: &Instance, target: &Destination) -> Fields {
    let sync = &delivery.sync;
    let source = Fields::new().with("kind", "GitRepository").with("name", &instance.repository);
    let spec = Fields::new()
        .with("interval", &instance.interval)
        .with("sourceRef", source)
        .with("path", format!("./{}", target.folder.as_str()))
        .with("prune", sync.auto_sync && sync.prune)
        .with_some("force", sync.replace.then_some(true))
        .with_some("suspend", (!sync.auto_sync).then_some(true))
        .with_some("retryInterval", retry_interval(sync.retry.as_ref()).as_ref())
        .with_some("dependsOn", depends_on(delivery))
        .with_some("kubeConfig", kube_config(instance, target));
    let metadata = metadata(delivery, instance, name(delivery, target));
    Fields::object(KUSTOMIZE, "Kustomization", metadata).with("spec", spec)
}
