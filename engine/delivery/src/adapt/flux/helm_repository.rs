//! `HelmRepository` and `OCIRepository`: where Flux finds the charts that it renders itself.

use std::sync::Arc;

use crate::adapt::flux::{Instance, SOURCE, metadata};
use crate::adapt::{Delivery, Fields};

/// The HelmRepository of a unit's chart. It stands in the unit's file and bears its name, so that no unit depends on
/// another's.
pub fn helm_repository(delivery: &Delivery, instance: &Instance, url: &Arc<str>) -> Fields {
    let spec = Fields::new().with("interval", &instance.interval).with("url", url);
    let metadata = metadata(delivery, instance, delivery.name.to_string());
    Fields::object(SOURCE, "HelmRepository", metadata).with("spec", spec)
}

/// The OCIRepository of a unit's chart, at one exact version.
pub fn oci_repository(delivery: &Delivery, instance: &Instance, url: &str, version: &str) -> Fields {
    let layer = Fields::new()
        .with("mediaType", "application/vnd.cncf.helm.chart.content.v1.tar+gzip")
        .with("operation", "copy");
    let spec = Fields::new()
        .with("interval", &instance.interval)
        .with("url", url)
        .with("layerSelector", layer)
        // A registry's tags cannot hold the `+` of a version with build metadata.
        .with("ref", Fields::new().with("tag", version.replace('+', "_")));
    let metadata = metadata(delivery, instance, delivery.name.to_string());
    Fields::object(SOURCE, "OCIRepository", metadata).with("spec", spec)
}
