//! `HelmRelease`: one target of one unit whose chart Flux renders in the cluster, hooks included.

use std::sync::Arc;

use fairlead_yaml::Value;

use crate::adapt::flux::{HELM, Instance, depends_on, kube_config, metadata, name};
use crate::adapt::{Delivery, Destination, Fields};

/// What a HelmRelease needs beyond a [`Delivery`].
#[derive(Debug, Clone, PartialEq)]
pub struct HelmRelease {
    /// Where the chart is.
    pub chart: Chart,
    /// The release's name.
    pub release_name: Arc<str>,
    /// The values above the chart's own.
    pub values: Value,
    /// Whether the chart's CRDs are installed and kept up to date.
    pub crds: bool,
}

/// Where Flux finds a chart. Versions are exact: the lock has resolved them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    /// A folder of the repository that Flux reads the output from.
    Folder(Arc<str>),
    /// A chart repository, by the name of its HelmRepository.
    Repository {
        /// The HelmRepository's name.
        source: Arc<str>,
        /// The chart's name.
        name: Arc<str>,
        /// The exact version.
        version: Arc<str>,
    },
    /// An OCI registry, by the name of its OCIRepository, which carries the version.
    Oci {
        /// The OCIRepository's name.
        source: Arc<str>,
    },
}

/// The HelmRelease that delivers a unit to one target.
pub fn helm_release(
    delivery: &Delivery,
    instance: &Instance,
    target: &Destination,
    release: &HelmRelease,
) -> Fields {
    let sync = &delivery.sync;
    let retries = sync.retry.as_ref().map_or(0, |backoff| backoff.limit);
    let crds = |policy: &str| Some(policy.to_owned()).filter(|_| release.crds).unwrap_or("Skip".to_owned());
    let remediation = || Fields::new().with("retries", retries);
    let install = Fields::new()
        .with("crds", crds("Create"))
        .with_some("createNamespace", sync.create_namespace.then_some(true))
        .with("remediation", remediation());
    let upgrade = Fields::new()
        .with("crds", crds("CreateReplace"))
        .with_some("force", sync.replace.then_some(true))
        .with("remediation", remediation());
    let drift = if sync.self_heal { "enabled" } else { "warn" };
    let (field, chart) = chart(&release.chart, instance);
    let spec = Fields::new()
        .with("interval", &instance.interval)
        .with(field, chart)
        .with("releaseName", &release.release_name)
        .with("targetNamespace", &target.namespace)
        .with("storageNamespace", &target.namespace)
        .with("install", install)
        .with("upgrade", upgrade)
        .with("driftDetection", Fields::new().with("mode", drift))
        .with_some("suspend", (!sync.auto_sync).then_some(true))
        .with_some("dependsOn", depends_on(delivery))
        .with_some("kubeConfig", kube_config(instance, target))
        .with_some("values", release.values.clone());
    let metadata = metadata(delivery, instance, name(delivery, target));
    Fields::object(HELM, "HelmRelease", metadata).with("spec", spec)
}

fn chart(chart: &Chart, instance: &Instance) -> (&'static str, Fields) {
    let template = |chart: &str, version: Option<&Arc<str>>, kind: &str, source: &str| {
        let reference = Fields::new().with("kind", kind).with("name", source);
        let spec = Fields::new()
            .with("chart", chart)
            .with_some("version", version)
            .with("sourceRef", reference)
            .with("interval", &instance.interval);
        Fields::new().with("spec", spec)
    };
    match chart {
        Chart::Folder(path) => {
            ("chart", template(&format!("./{path}"), None, "GitRepository", &instance.repository))
        }
        Chart::Repository { source, name, version } => {
            ("chart", template(name, Some(version), "HelmRepository", source))
        }
        Chart::Oci { source } => {
            ("chartRef", Fields::new().with("kind", "OCIRepository").with("name", source))
        }
    }
}
