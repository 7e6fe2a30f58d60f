//! Reads a project and everything that all its units share.

use std::collections::BTreeSet;
use std::sync::Arc;

use fairlead_world::{EntryKind, Need, RepoPath, World};
use fairlead_yaml::Value;

use crate::adapt::argocd::refuse_credentials;
use crate::config::files::Files;
use crate::config::{Loaded, Loader, Project, Runtime};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::generate::deliver::Fleet;
use crate::generate::{Options, Plan, Planned};
use crate::kubernetes::{self, Api, Crds, LoadError, Scopes, Validator};
use crate::layout::Layout;
use crate::render::Artifacts;
use crate::resolve::{self, Matrix};

/// What one planning leaves for the next: what has not changed is not read again.
#[derive(Default)]
pub(crate) struct Memory {
    loader: Loader,
    artifacts: Artifacts,
    api: Option<Arc<Api>>,
    crds: Option<(Vec<Value>, Arc<Crds>)>,
}

/// Reads a project and resolves its units; `changed` are the files that are other than when `memory` was left.
pub(crate) fn plan(
    world: &dyn World,
    root: &RepoPath,
    options: &Options,
    memory: &mut Memory,
    changed: &BTreeSet<RepoPath>,
) -> Planned {
    let Loaded { project, diagnostics, needs } = memory.loader.load(world, root);
    let mut planned = Planned { project: project.clone(), plan: None, diagnostics, needs };
    let Some(project) = project.filter(|_| planned.needs.is_empty()) else { return planned };
    let resolving = resolve::Options { profile: options.profile.clone(), agents: options.agents.clone() };
    let matrix = Arc::new(resolve::matrix(&project, &resolving));
    let layout = match Layout::of(&project) {
        Ok(layout) => layout,
        Err(error) => {
            let hint = "move the project to a folder nearer the repository's root";
            planned.diagnostics.push(Diagnostic::error(Code::Layout, error.to_string(), hint));
            return planned;
        }
    };
    planned.diagnostics.extend(settings(&project, &matrix));
    planned.diagnostics.extend(unknown(&matrix, options));

    let files = Files::new(world);
    let mut scopes = Scopes::new();
    let definitions = definitions(&files, &project, &mut planned.diagnostics);
    let mut crds = Arc::new(kubernetes::crds(&definitions, &mut scopes));
    match &memory.crds {
        Some((known, same)) if *known == definitions => crds = same.clone(),
        _ => memory.crds = Some((definitions, crds.clone())),
    }
    let known = memory.api.clone().map_or_else(|| kubernetes::load(world), Ok);
    let api = match known {
        Ok(api) => Some(api),
        Err(LoadError::Needed(need)) => {
            planned.needs.push(need);
            None
        }
        Err(error) => {
            let hint = "supply the content of that digest; data/kubernetes holds it";
            planned.diagnostics.push(Diagnostic::warning(Code::MissingFile, error.to_string(), hint));
            None
        }
    };
    let kept = std::mem::take(&mut memory.artifacts).without(changed);
    let artifacts = Artifacts::load(&files, &project, &matrix, kept, &mut planned.diagnostics);
    memory.artifacts = artifacts.clone();
    memory.api = api.clone();
    let needs: BTreeSet<Need> = planned.needs.drain(..).chain(files.needs()).collect();
    planned.needs = needs.into_iter().collect();
    planned.plan = Some(Arc::new(Plan {
        fleet: Fleet::of(&matrix),
        validator: Validator::new(api, crds),
        project,
        matrix,
        layout,
        diagnostics: planned.diagnostics.clone(),
        wanted: options.units.clone(),
        scopes,
        artifacts,
    }));
    planned
}

/// What the delivery settings lack before anything can be generated.
fn settings(project: &Project, matrix: &Matrix) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let place = project.root.join("delivery.yaml").map(|path| Span::start(&path));
    match &project.delivery.repo_url {
        None => {
            let hint = "set `repoURL` to the address from which Argo CD or Flux reads the output";
            let missing =
                Diagnostic::error(Code::MissingField, "the output's repository has no address", hint);
            found.push(match place {
                Ok(place) => missing.at(&place),
                Err(_) => missing,
            });
        }
        Some(address) => {
            if let Err(error) = refuse_credentials(&address.value) {
                let hint = "give the runtime its credentials with a Secret in the cluster";
                found.push(Diagnostic::error(Code::InvalidValue, error.to_string(), hint).at(&address.span));
            }
        }
    }
    if project.delivery.runtime == Runtime::ArgoCd {
        let workloads = matrix.units.iter().map(|unit| &unit.workload);
        let unrendered: BTreeSet<_> = workloads
            .filter_map(|workload| Some((&workload.name, workload.rendered.as_ref()?)))
            .filter(|(_, rendered)| !rendered.value)
            .map(|(name, rendered)| (name, &rendered.span))
            .collect();
        for (name, span) in unrendered {
            let message = format!("`rendered: false` of {name} needs Flux, and the runtime is Argo CD");
            found.push(
                Diagnostic::error(Code::InvalidValue, message, "take it out, or set `runtime: flux`")
                    .at(span),
            );
        }
    }
    found
}

/// Units that were named and do not exist.
fn unknown(matrix: &Matrix, options: &Options) -> Vec<Diagnostic> {
    let wanted = options.units.iter().flatten();
    let missing = wanted.filter(|id| matrix.unit(id).is_none());
    missing
        .map(|id| {
            let hint = "name a cell of the matrix that a binding covers, as workload/tenant/environment";
            Diagnostic::error(Code::MissingReference, format!("there is no unit {id}"), hint)
        })
        .collect()
}

/// The objects in the project's `crds/`.
fn definitions(files: &Files<'_>, project: &Project, diagnostics: &mut Vec<Diagnostic>) -> Vec<Value> {
    let mut objects = Vec::new();
    let Ok(folder) = project.root.join("crds") else { return objects };
    let Some(entries) = files.list(&folder) else { return objects };
    let is_yaml = |name: &str| name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
    for entry in entries.iter().filter(|entry| entry.kind == EntryKind::File && is_yaml(&entry.name)) {
        let Ok(path) = folder.join(&entry.name) else { continue };
        let Some(blob) = files.read(&path) else { continue };
        match blob.text().map(fairlead_yaml::value::documents) {
            Some(Ok(documents)) => objects.extend(documents),
            Some(Err(error)) => diagnostics.push(broken(&path, error.inner())),
            None => diagnostics.push(broken(&path, "it is not UTF-8".to_owned())),
        }
    }
    objects
}

fn broken(path: &RepoPath, reason: String) -> Diagnostic {
    Diagnostic::error(Code::Yaml, reason, "write YAML that holds CustomResourceDefinitions")
        .at(&Span::start(path))
}
