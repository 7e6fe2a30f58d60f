//! From a unit to what a runtime has to know about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_world::PathError;

use crate::adapt::mark::Mark;
use crate::adapt::{self, Destination, Source, Sync, argocd, flux};
use crate::change;
use crate::config::{Project, Retry, Runtime, Workload};
use crate::diagnostic::Spanned;
use crate::layout::Layout;
use crate::resolve::{Artifact, Matrix, Target, Unit, UnitId};

/// What units have to know of each other.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fleet {
    /// Who owns each namespace: the unit of the lowest wave, by name among equals.
    owners: BTreeMap<(Arc<str>, Arc<str>), UnitId>,
    /// The objects of each wave of a tenant and environment.
    waves: BTreeMap<(Arc<str>, Arc<str>), BTreeMap<i64, Vec<Arc<str>>>>,
}

impl Fleet {
    pub(super) fn of(matrix: &Matrix) -> Fleet {
        let mut fleet = Fleet::default();
        let mut units: Vec<&Arc<Unit>> = matrix.units.iter().collect();
        units.sort_by_key(|unit| (unit.workload.sync_wave.unwrap_or_default(), &unit.id));
        for unit in units {
            for target in unit.targets.iter() {
                let place = (target.server.clone(), target.namespace.shared());
                fleet.owners.entry(place).or_insert_with(|| unit.id.clone());
            }
            if let Some(wave) = unit.workload.sync_wave {
                let cell = (unit.id.tenant.shared(), unit.id.environment.shared());
                let names = fleet.waves.entry(cell).or_default().entry(wave).or_default();
                names.extend(object_names(unit).map(Arc::from));
            }
        }
        fleet
    }

    /// Whether this unit makes and owns a target's namespace.
    pub(super) fn owns(&self, unit: &Unit, target: &Target) -> bool {
        let place = (target.server.clone(), target.namespace.shared());
        self.owners.get(&place) == Some(&unit.id)
    }

    /// The objects of the next lower wave.
    fn before(&self, unit: &Unit) -> Vec<Arc<str>> {
        let cell = (unit.id.tenant.shared(), unit.id.environment.shared());
        let (Some(waves), Some(wave)) = (self.waves.get(&cell), unit.workload.sync_wave) else {
            return Vec::new();
        };
        waves.range(..wave).next_back().map(|(_, names)| names.clone()).unwrap_or_default()
    }
}

/// The names of Flux's objects for a unit: one for each target.
fn object_names(unit: &Unit) -> impl Iterator<Item = String> + '_ {
    let several = unit.targets.len() > 1;
    unit.targets.iter().map(
        move |target| {
            if several { format!("{}-{}", unit.stem(), target.name) } else { unit.stem() }
        },
    )
}

/// The kind and name of the object that delivers a unit, and its release.
pub(super) fn identity(project: &Project, unit: &Unit) -> change::Delivery {
    let kind = match project.delivery.runtime {
        Runtime::ArgoCd if unit.targets.len() > 1 => "ApplicationSet",
        Runtime::ArgoCd => "Application",
        Runtime::Flux if is_rendered(&unit.workload) => "Kustomization",
        Runtime::Flux => "HelmRelease",
    };
    let name = match project.delivery.runtime {
        Runtime::ArgoCd => unit.stem(),
        Runtime::Flux => object_names(unit).next().unwrap_or_default(),
    };
    change::Delivery { kind: kind.to_owned(), name, release: release(unit).to_string() }
}

fn release(unit: &Unit) -> Arc<str> {
    match *unit.artifact {
        Artifact::Chart(_) => unit.release_name.clone(),
        Artifact::Kustomize(_) | Artifact::Bundle(_) => Arc::from(""),
    }
}

/// What the runtime has to know about a unit.
pub(super) fn delivery(
    project: &Project,
    layout: &Layout,
    fleet: &Fleet,
    unit: &Unit,
) -> Result<adapt::Delivery, PathError> {
    let settings = &unit.settings;
    let mut targets = Vec::new();
    for target in unit.targets.iter() {
        targets.push(Destination {
            name: target.name.shared(),
            server: target.server.clone(),
            cluster: target.cluster.as_ref().map(|cluster| cluster.name.shared()),
            namespace: target.namespace.shared(),
            folder: layout.target_folder(unit, target)?,
            owns_namespace: fleet.owns(unit, target),
        });
    }
    let retry = match &settings.retry.value {
        Retry::Off => None,
        Retry::On(backoff) => Some(backoff.clone()),
    };
    Ok(adapt::Delivery {
        name: Arc::from(unit.stem()),
        mark: Mark {
            unit: Some(Arc::from(unit.id.to_string())),
            release: release(unit),
            protected: unit.is_protected(),
            ..Mark::default()
        },
        labels: labels(unit),
        source: source(project),
        targets,
        sync: Sync {
            auto_sync: settings.auto_sync.value,
            prune: settings.prune.value,
            self_heal: settings.self_heal.value,
            retry,
            replace: settings.replace.value,
            create_namespace: project.delivery.create_namespace,
        },
        ignore_differences: unit.ignore_differences.iter().map(|one| one.value.clone()).collect(),
        wave: unit.workload.sync_wave,
        depends_on: fleet.before(unit),
    })
}

/// The labels of a unit: those of its environment, tenant and workload, then what it is.
fn labels(unit: &Unit) -> BTreeMap<Arc<str>, Arc<str>> {
    let own = [&unit.environment.labels, &unit.tenant.labels, &unit.workload.labels];
    let mut labels: BTreeMap<Arc<str>, Arc<str>> =
        own.into_iter().flatten().map(|(name, value)| (name.clone(), value.value.clone())).collect();
    labels.insert(Arc::from("fairlead.dev/workload"), unit.id.workload.shared());
    labels.insert(Arc::from("fairlead.dev/tenant"), unit.id.tenant.shared());
    labels.insert(Arc::from("fairlead.dev/environment"), unit.id.environment.shared());
    labels
}

/// Where the runtime reads the output from.
pub(super) fn source(project: &Project) -> Source {
    let text = |value: &Option<Spanned<Arc<str>>>| value.as_ref().map(|value| value.value.clone());
    let delivery = &project.delivery;
    let revision = text(&delivery.target_revision).or_else(|| text(&project.file.output.branch));
    Source {
        repo_url: text(&delivery.repo_url).unwrap_or_default(),
        revision: revision.unwrap_or_else(|| Arc::from("HEAD")),
    }
}

/// The Argo CD project of a unit: the one of the settings, or the tenant's name.
pub(super) fn argocd_project(project: &Project, unit: &Unit) -> Arc<str> {
    match &project.delivery.argocd.project {
        Some(name) => name.shared(),
        None => unit.id.tenant.shared(),
    }
}

/// The Argo CD that a project's output is for.
pub(super) fn argocd_instance(project: &Project, argocd_project: Arc<str>) -> argocd::Instance {
    let settings = &project.delivery.argocd;
    argocd::Instance {
        namespace: settings.namespace.shared(),
        name: settings.instance.as_ref().map(|name| name.shared()),
        project: argocd_project,
        sync_options: settings.sync_options.iter().map(|option| option.value.clone()).collect(),
        annotations: settings
            .annotations
            .iter()
            .map(|(name, value)| (name.clone(), value.value.clone()))
            .collect(),
        revision_history_limit: settings.revision_history_limit,
    }
}

/// The Flux that a project's output is for.
pub(super) fn flux_instance(project: &Project) -> flux::Instance {
    let settings = &project.delivery.flux;
    flux::Instance {
        namespace: settings.namespace.shared(),
        interval: settings.interval.clone(),
        repository: project.file.value.name.shared(),
        secret: settings.secret_ref.as_ref().map(|secret| secret.value.clone()),
        kube_configs: settings
            .kube_configs
            .iter()
            .map(|(cluster, secret)| (cluster.shared(), secret.value.clone()))
            .collect(),
    }
}

/// The Argo CD projects of a plan's units.
pub(super) fn argocd_projects(project: &Project, matrix: &Matrix) -> BTreeSet<Arc<str>> {
    matrix.units.iter().map(|unit| argocd_project(project, unit)).collect()
}

/// Whether a workload's manifests are rendered here; only Flux can do it in the cluster.
pub(super) fn is_rendered(workload: &Workload) -> bool {
    workload.rendered.as_ref().is_none_or(|rendered| rendered.value)
}
