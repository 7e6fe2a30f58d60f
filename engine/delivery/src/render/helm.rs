//! What `helm template` prints for a unit.

use std::cell::Cell;

use fairlead_helm::{Capabilities, Dialect, KubeVersion, PrintOptions, RenderError, Request};
use fairlead_template::Limits;

use crate::config::{Project, Random};
use crate::diagnostic::{Code, Diagnostic};
use crate::render::artifacts::{Artifacts, dialect};
use crate::render::environment::{Sealed, seconds};
use crate::render::{Failure, values};
use crate::resolve::{Target, Unit};

/// Renders the unit's chart: `helm template --include-crds`, byte for byte.
pub(super) fn render(
    artifacts: &Artifacts,
    project: &Project,
    unit: &Unit,
    target: &Target,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<String, Failure> {
    let chart = artifacts.chart(unit)?;
    let dialect = dialect(project);
    let given = values::merged(unit, Some(&chart.values), diagnostics);
    let capabilities = capabilities(target, dialect)?;
    let id = unit.id.to_string();
    let seeded = unit.workload.random == Random::Seeded;
    let environment = Sealed {
        dialect: match dialect {
            Dialect::Helm3 => fairlead_template::Dialect::Helm3,
            Dialect::Helm4 => fairlead_template::Dialect::Helm4,
        },
        now: now(project),
        seed: seeded.then_some(&*id),
        drawn: Cell::new(false),
    };
    let request = Request {
        name: &unit.release_name,
        namespace: &target.namespace,
        is_upgrade: false,
        capabilities: &capabilities,
        skip_schema: false,
        environment: &environment,
        limits: Limits::default(),
    };
    let rendered = fairlead_helm::render(chart, &given, &request).map_err(|error| failure(&error))?;
    if environment.drawn.get() {
        let message =
            "the chart's random values are seeded: everyone who reads the repository can compute them";
        let hint = "use an existing Secret for what has to stay secret";
        diagnostics.push(Diagnostic::warning(Code::SeededRandom, message, hint).about(&unit.id));
    }
    let options = PrintOptions { include_crds: unit.workload.include_crds, ..PrintOptions::default() };
    rendered.print(&options, dialect).map_err(|error| Failure::broken(error.to_string(), "fix the chart"))
}

/// What the cluster is, as the project says: it is never asked.
fn capabilities(target: &Target, dialect: Dialect) -> Result<Capabilities, Failure> {
    let mut capabilities = Capabilities::new();
    let Some(cluster) = &target.cluster else { return Ok(capabilities) };
    if let Some(version) = &cluster.kubernetes_version {
        capabilities.kube_version = KubeVersion::parse(&version.value, dialect).map_err(|error| {
            let hint = "write the cluster's version as `1.34` or `v1.34.2`";
            Failure::Broken(vec![
                Diagnostic::error(Code::InvalidValue, error.to_string(), hint).at(&version.span),
            ])
        })?;
    }
    capabilities.api_versions.extend(cluster.api_versions.iter().map(|version| version.value.clone()));
    Ok(capabilities)
}

fn failure(error: &RenderError) -> Failure {
    let hint = match error {
        RenderError::MissingDependencies { .. } => {
            "run `fairlead lock`, which pins dependencies of repositories and registries; others belong into the chart's `charts/`"
        }
        RenderError::Schema(_) => "change the values so that they fit the chart's schema",
        RenderError::KubeVersion { .. } => {
            "pin a version of the chart that supports the cluster, or correct `kubernetesVersion`"
        }
        RenderError::ReleaseName(_) => "set a shorter `releaseName` in the workload",
        _ => "fix the values that led there, or the chart",
    };
    Failure::broken(error.to_string(), hint)
}

/// The lock's time, as seconds since 1970.
fn now(project: &Project) -> Option<i64> {
    seconds(&project.lock.as_ref()?.now.as_ref()?.value)
}
