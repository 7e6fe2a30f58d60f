//! What `helm template` prints for a unit.

use fairlead_helm::trace::{self, Reads};
use fairlead_helm::{Capabilities, Dialect, KubeVersion, PrintOptions, RenderError, Request};
use fairlead_template::Limits;

use crate::config::Project;
use crate::diagnostic::{Code, Diagnostic};
use crate::render::artifacts::{Artifacts, dialect};
use crate::render::environment::{Sealed, seeded};
use crate::render::manifest::Printed;
use crate::render::notes::{Notes, PrintedDocument, RecordedText};
use crate::render::{Failure, values};
use crate::resolve::{Target, Unit};

/// Renders the unit's chart: `helm template --include-crds`, byte for byte.
pub(super) fn render(
    artifacts: &Artifacts,
    project: &Project,
    unit: &Unit,
    target: &Target,
    diagnostics: &mut Vec<Diagnostic>,
    notes: &mut Notes,
) -> Result<Printed, Failure> {
    // Where it ends early, everything was looked at.
    let mut reads = match notes {
        Notes::Nothing | Notes::Lines(_) => None,
        Notes::Reads(all) => {
            all.push(Reads::everything());
            all.last_mut()
        }
    };
    let chart = artifacts.chart(unit)?;
    let given = values::merged(unit, Some(&chart.values), diagnostics);
    let release = Release::new(project, unit, target)?;
    let environment = release.environment();
    let request = release.request(&environment);
    let rendered = match &mut reads {
        None => fairlead_helm::render_objects(chart, &given, &request),
        Some(reads) => trace::render_watched(chart, &given, &request, reads),
    };
    let rendered = rendered.map_err(|error| failure(&error))?;
    if environment.drawn.get() {
        diagnostics.push(seeded(unit));
    }
    let (text, documents) = rendered.into_printed(&options(unit));
    let known = documents.into_iter().filter_map(|(place, object)| Some((place, object?)));
    Ok(Printed { text, known: known.collect() })
}

/// Renders the unit's chart once more, with everything that wrote a line of it.
pub(super) fn recorded(
    artifacts: &Artifacts,
    project: &Project,
    unit: &Unit,
    target: &Target,
) -> Result<RecordedText, Failure> {
    let chart = artifacts.chart(unit)?;
    let given = values::merged(unit, Some(&chart.values), &mut Vec::new());
    let release = Release::new(project, unit, target)?;
    let environment = release.environment();
    let request = release.request(&environment);
    let (rendered, recorded) =
        trace::render_recorded(chart, &given, &request).map_err(|error| failure(&error))?;
    let mut documents = Vec::new();
    let text = rendered.print_each(&options(unit), |start, document| {
        documents.push(PrintedDocument {
            start,
            length: document.content.len(),
            source: document.source.to_owned(),
            offset: document.offset,
            is_crd: document.is_crd,
        });
    });
    Ok(RecordedText { text, documents, recorded })
}

/// Whether the chart's render for one target comes out as it did with the layers and variables of `before`, where
/// `reads` says what that looked at; `artifacts` have the chart of then, and that of now.
pub(super) fn is_alike(
    artifacts: (&Artifacts, &Artifacts),
    project: &Project,
    (before, after): (&Unit, &Unit),
    target: &Target,
    reads: &Reads,
) -> bool {
    let (Ok(then), Ok(now)) = (artifacts.0.chart(before), artifacts.1.chart(after)) else { return false };
    let (mut said, mut says) = (Vec::new(), Vec::new());
    let given = values::merged(before, Some(&then.values), &mut said);
    let gives = values::merged(after, Some(&now.values), &mut says);
    let Ok(release) = Release::new(project, after, target) else { return false };
    let environment = release.environment();
    let request = release.request(&environment);
    said == says && trace::renders_alike((then, &given), (now, &gives), &request, reads)
}

fn options(unit: &Unit) -> PrintOptions<'static> {
    PrintOptions { include_crds: unit.workload.include_crds, ..PrintOptions::default() }
}

/// What a unit's chart is rendered for.
struct Release<'u> {
    project: &'u Project,
    unit: &'u Unit,
    target: &'u Target,
    capabilities: Capabilities,
    id: String,
}

impl<'u> Release<'u> {
    fn new(project: &'u Project, unit: &'u Unit, target: &'u Target) -> Result<Release<'u>, Failure> {
        let capabilities = capabilities(target, dialect(project))?;
        Ok(Release { project, unit, target, capabilities, id: unit.id.to_string() })
    }

    fn environment(&self) -> Sealed<'_> {
        Sealed::of(self.project, self.unit, &self.id)
    }

    fn request<'r>(&'r self, environment: &'r Sealed<'r>) -> Request<'r> {
        Request {
            name: &self.unit.release_name,
            namespace: &self.target.namespace,
            is_upgrade: false,
            capabilities: &self.capabilities,
            skip_schema: false,
            environment,
            limits: Limits::default(),
        }
    }
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
