//! The project's own files beside the Applications: the AppProjects, the repository, Flux's source.

use std::collections::BTreeSet;

use fairlead_world::Blob;

use crate::adapt::argocd::{self, Credentials};
use crate::adapt::{self, Fields, flux};
use crate::config::{Runtime, StoreKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::generate::{Outcome, Plan, deliver};

pub(super) fn add(plan: &Plan, outcome: &mut Outcome) {
    if plan.matrix.units.is_empty() {
        return;
    }
    match plan.project.delivery.runtime {
        Runtime::ArgoCd => {
            app_projects(plan, outcome);
            repository(plan, outcome);
        }
        Runtime::Flux => {
            let instance = deliver::flux_instance(&plan.project);
            let source = flux::git_repository(&instance, &deliver::source(&plan.project));
            put(plan, outcome, &instance.repository, "gitrepository", source);
        }
    }
}

/// One AppProject for each Argo CD project that any unit is in. `default` is Argo CD's own.
fn app_projects(plan: &Plan, outcome: &mut Outcome) {
    if !plan.project.delivery.argocd.app_projects {
        return;
    }
    let source = deliver::source(&plan.project);
    for name in deliver::argocd_projects(&plan.project, &plan.matrix) {
        if &*name == "default" {
            continue;
        }
        let units =
            plan.matrix.units.iter().filter(|unit| deliver::argocd_project(&plan.project, unit) == name);
        let destinations: BTreeSet<_> = units
            .flat_map(|unit| unit.targets.iter())
            .map(|target| (target.server.clone(), target.namespace.shared()))
            .collect();
        let instance = deliver::argocd_instance(&plan.project, name.clone());
        let object = argocd::app_project(&instance, &source, &destinations);
        put(plan, outcome, &name, "appproject", object);
    }
}

fn repository(plan: &Plan, outcome: &mut Outcome) {
    let Some(settings) = &plan.project.delivery.argocd.repository_secret else { return };
    let credentials = match (&settings.store, &settings.key) {
        (Some(store), Some(key)) => Credentials::External {
            store: store.value.clone(),
            store_kind: match settings.store_kind {
                StoreKind::Cluster => "ClusterSecretStore".into(),
                StoreKind::Namespaced => "SecretStore".into(),
            },
            key: key.value.clone(),
        },
        _ => Credentials::None,
    };
    let name = plan.project.file.value.name.shared();
    let instance = deliver::argocd_instance(&plan.project, name.clone());
    match argocd::repository(&name, &instance, &deliver::source(&plan.project), &credentials) {
        Ok(object) => put(plan, outcome, &name, "repository", object),
        Err(error) => {
            let hint = "write the repository's address without them";
            outcome
                .diagnostics
                .push(Diagnostic::error(Code::InvalidValue, error.to_string(), hint).at(&settings.span));
        }
    }
}

fn put(plan: &Plan, outcome: &mut Outcome, name: &str, kind: &str, object: Fields) {
    match plan.layout.beside(name, kind) {
        Ok(path) => {
            outcome.files.insert(path, Blob::from(adapt::print([object])));
        }
        Err(error) => {
            let hint = "shorten the names that make up the path";
            outcome.diagnostics.push(Diagnostic::error(Code::InvalidPath, error.to_string(), hint));
        }
    }
}
