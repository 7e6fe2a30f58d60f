//! The folders `values/` and `variables/`, whose structure is the scopes.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::{Blob, EntryKind, RepoPath};
use fairlead_yaml::Value;
use fairlead_yaml::value::Options;

use super::files::{Files, Tree};
use super::folder::{self, Cache, Roots};
use super::{Entry, Name, Variables, parse};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::values::{self, Layer, Scope};
use crate::variables;

/// Reads every file of values.
pub(super) fn values(
    files: &Files,
    tree: &Tree,
    cache: &mut Cache,
    diagnostics: &mut Vec<Diagnostic>,
) -> values::Index {
    let mut index = values::Index::default();
    for place in places(files, tree, "values", diagnostics) {
        let mut found = Vec::new();
        for (name, path) in folder::names(files, tree, &place.folder, &mut found) {
            let workload = (&*name != "global").then_some(name);
            let Some((path, blob)) = tree.read(files, &path) else { continue };
            if workload.is_none() && place.scope == Scope::Service {
                let message = "a service's values are for one workload, and `global.yaml` names none";
                let hint = "rename it to the workload's name";
                found.push(Diagnostic::error(Code::InvalidName, message, hint).at(&Span::start(&path)));
                continue;
            }
            if let Some(layer) = layer(place.scope, workload.is_none(), path, blob, cache, &mut found) {
                index.insert(layer, &place.names, workload);
            }
        }
        diagnostics.extend(found.into_iter().filter(|problem| !is_known_folder(&place, problem)));
    }
    index
}

/// One folder of layers: whose they are, and the names that its path gives.
struct Place {
    folder: String,
    scope: Scope,
    names: Vec<Name>,
}

/// The folders of layers, from the top down.
fn places(files: &Files, tree: &Tree, top: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Place> {
    let mut places = vec![Place { folder: top.to_owned(), scope: Scope::Project, names: Vec::new() }];
    for (word, scope) in [("tenants", Scope::Tenant), ("environments", Scope::Environment)] {
        for name in folders(files, tree, &format!("{top}/{word}"), diagnostics) {
            places.push(Place { folder: format!("{top}/{word}/{name}"), scope, names: vec![name] });
        }
    }
    for tenant in folders(files, tree, &format!("{top}/services"), diagnostics) {
        for environment in folders(files, tree, &format!("{top}/services/{tenant}"), diagnostics) {
            let folder = format!("{top}/services/{tenant}/{environment}");
            places.push(Place { folder, scope: Scope::Service, names: vec![tenant.clone(), environment] });
        }
    }
    places
}

/// The folders inside a folder whose names are names.
fn folders(files: &Files, tree: &Tree, folder: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Name> {
    let mut names = Vec::new();
    for listed in tree.list(files, folder) {
        let place = Span::start(&tree.shown(&format!("{folder}/{}", listed.name)));
        match (listed.kind, Name::parse(&listed.name)) {
            (EntryKind::Folder, Ok(name)) => names.push(name),
            (EntryKind::Folder, Err(reason)) => {
                let message = format!("`{}` cannot be a name: {reason}", listed.name);
                let hint = "name the folder after what it belongs to";
                diagnostics.push(Diagnostic::error(Code::InvalidName, message, hint).at(&place));
            }
            (EntryKind::File, _) if listed.name.ends_with(".yaml") || listed.name.ends_with(".yml") => {
                let message = "files are not read here, only folders";
                let hint = "move it into the folder of what it belongs to";
                diagnostics.push(Diagnostic::warning(Code::StrayFile, message, hint).at(&place));
            }
            (EntryKind::File, _) => {}
            (EntryKind::Link | EntryKind::Submodule, _) => {
                let message = "symbolic links and submodules are never followed";
                let hint = "put the files themselves here";
                diagnostics.push(Diagnostic::error(Code::InvalidPath, message, hint).at(&place));
            }
        }
    }
    names
}

/// Whether a complaint is about the folders of scopes, which belong at the top.
fn is_known_folder(place: &Place, problem: &Diagnostic) -> bool {
    place.scope == Scope::Project
        && problem.code == Code::StrayFile
        && problem
            .place
            .as_ref()
            .is_some_and(|span| matches!(span.path.name(), "tenants" | "environments" | "services"))
}

/// Reads one file of values.
fn layer(
    scope: Scope,
    global: bool,
    path: RepoPath,
    blob: Blob,
    cache: &mut Cache,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Layer>> {
    let (layer, found) = cache.layer(&path, &blob, || {
        let value = read_values(&path, &blob).map_err(Box::new);
        value.map(|value| {
            Arc::new(Layer { scope, global, path: path.clone(), blob: blob.clone(), value: Arc::new(value) })
        })
    });
    diagnostics.extend(found);
    layer
}

/// Reads a file of values: one map, or nothing.
///
/// # Errors
/// What is wrong with it, at its place.
pub(crate) fn read_values(path: &RepoPath, blob: &Blob) -> Result<Value, Diagnostic> {
    let text = parse::text(path, blob).map_err(|problem| *problem)?;
    let options = Options { strict: true, ..Options::default() };
    let value = fairlead_yaml::value::read(text, &mut fairlead_yaml::value::ValueBuilder, &options)
        .map_err(|error| parse::explain(path, text, &error))?;
    match value {
        Value::Map(_) | Value::Null => Ok(value),
        _ => {
            let problem = Diagnostic::error(Code::InvalidValue, "values are a map", "write keys and values");
            Err(problem.at(&Span::start(path)))
        }
    }
}

/// Reads every file of variables.
pub(super) fn variables(
    files: &Files,
    roots: &Roots,
    cache: &mut Cache,
    diagnostics: &mut Vec<Diagnostic>,
) -> variables::Index {
    let project = Tree::Folder(roots.project.clone());
    let mut index = variables::Index::default();
    let read = |tree: &Tree, name: &Name, path: &str, cache: &mut Cache, found: &mut Vec<Diagnostic>| {
        let source = tree.read(files, path)?;
        folder::entry::<Variables>(name.clone(), None, Some(source), roots.project, cache, found)
    };
    if let Some(tree) = roots.organization {
        index.organization = read(tree, &Name::fixed("org"), "variables/org.yaml", cache, diagnostics);
    }
    index.project = read(&project, &Name::fixed("project"), "variables/project.yaml", cache, diagnostics);
    strays(files, &project, diagnostics);
    for (word, scope) in [("tenants", Scope::Tenant), ("environments", Scope::Environment)] {
        let folder = format!("variables/{word}");
        let mut shelf: BTreeMap<Name, Arc<Entry<Variables>>> = BTreeMap::new();
        for (name, path) in folder::names(files, &project, &folder, diagnostics) {
            if let Some(entry) = read(&project, &name, &path, cache, diagnostics) {
                shelf.insert(name, entry);
            }
        }
        match scope {
            Scope::Tenant => index.tenants = shelf,
            _ => index.environments = shelf,
        }
    }
    for place in places(files, &project, "variables", &mut Vec::new()) {
        if place.scope != Scope::Service {
            continue;
        }
        let mut shelf = BTreeMap::new();
        for (name, path) in folder::names(files, &project, &place.folder, diagnostics) {
            if let Some(entry) = read(&project, &name, &path, cache, diagnostics) {
                shelf.insert(name, entry);
            }
        }
        if let [tenant, environment] = place.names.as_slice() {
            index.services.insert((tenant.clone(), environment.clone()), shelf);
        }
    }
    index
}

/// Tells of files right inside `variables/` that nothing reads.
fn strays(files: &Files, tree: &Tree, diagnostics: &mut Vec<Diagnostic>) {
    for listed in tree.list(files, "variables") {
        let is_yaml = listed.name.ends_with(".yaml") || listed.name.ends_with(".yml");
        let known = ["project.yaml", "tenants", "environments", "services"];
        if known.contains(&&*listed.name) || !(is_yaml || listed.kind == EntryKind::Folder) {
            continue;
        }
        let message = "nothing reads this file";
        let hint = "variables are in `project.yaml`, `tenants/`, `environments/` and `services/<tenant>/<environment>/`";
        let place = Span::start(&tree.shown(&format!("variables/{}", listed.name)));
        diagnostics.push(Diagnostic::warning(Code::StrayFile, message, hint).at(&place));
    }
}
