//! The objects of a unit whose chart Flux renders in the cluster.

use std::sync::Arc;

use fairlead_yaml::Value;

use crate::adapt::flux::{self, Chart, HelmRelease, Instance};
use crate::adapt::{Delivery, Fields};
use crate::config::{ChartSource, Project};
use crate::diagnostic::Diagnostic;
use crate::render::{Failure, values};
use crate::resolve::{Artifact, Source, Unit};

/// The source of the unit's chart and a HelmRelease for each target.
///
/// # Errors
/// An artifact that is no chart, and a chart in a folder that Flux does not see.
pub(crate) fn objects(
    project: &Project,
    unit: &Unit,
    delivery: &Delivery,
    instance: &Instance,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Fields>, Failure> {
    if !unit.overlays.is_empty() || !unit.workload.patches.is_empty() {
        let hint = "render the chart here, or move the patches into the chart's values";
        return Err(Failure::broken("patches cannot be laid on a chart that Flux renders", hint));
    }
    let (Artifact::Chart(found), Some(source)) = (&*unit.artifact, &unit.workload.chart) else {
        return Err(Failure::broken("`rendered: false` is for Helm charts", "take it out of the workload"));
    };
    let version = unit.version.as_ref().map(|version| version.exact.clone()).unwrap_or_default();
    let (chart, repository) = chart(project, delivery, instance, found, &source.value, &version)?;
    let release = HelmRelease {
        chart,
        release_name: unit.release_name.clone(),
        values: Value::Map(values::merged(unit, None, diagnostics)),
        crds: unit.workload.include_crds,
    };
    let releases =
        delivery.targets.iter().map(|target| flux::helm_release(delivery, instance, target, &release));
    Ok(repository.into_iter().chain(releases).collect())
}

/// The values that a unit's HelmRelease carries, and what there is to say about them.
pub(crate) fn values(unit: &Unit) -> (fairlead_yaml::Map, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    (values::merged(unit, None, &mut diagnostics), diagnostics)
}

fn chart(
    project: &Project,
    delivery: &Delivery,
    instance: &Instance,
    found: &Source,
    source: &ChartSource,
    version: &Arc<str>,
) -> Result<(Chart, Option<Fields>), Failure> {
    if let Some(url) = &source.oci {
        let repository = flux::oci_repository(delivery, instance, &url.value, version);
        return Ok((Chart::Oci { source: delivery.name.clone() }, Some(repository)));
    }
    if let (Some(url), Some(name)) = (&source.repository, &source.name) {
        let repository = flux::helm_repository(delivery, instance, &url.value);
        let chart = Chart::Repository {
            source: delivery.name.clone(),
            name: name.value.clone(),
            version: version.clone(),
        };
        return Ok((chart, Some(repository)));
    }
    match found {
        Source::Path(path) if project.file.value.output.branch.is_none() => {
            Ok((Chart::Folder(Arc::from(path.as_str())), None))
        }
        _ => Err(Failure::broken(
            "Flux cannot see the chart: it reads the output's branch, and the chart is elsewhere",
            "render the chart here, or publish it in a chart repository or registry",
        )),
    }
}
