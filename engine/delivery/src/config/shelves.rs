//! What versions of an artifact are at hand in the repository and the organization.

use std::collections::btree_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_helm::File;
use fairlead_world::{EntryKind, RepoPath};

use super::dependencies::{self, Missing};
use super::files::{Files, Tree};
use super::inflated;
use super::{Project, Workload, parse};
use crate::lock::Location;

/// What is at hand of an artifact that is a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OnShelf {
    /// Whether there is anything at its place.
    pub exists: bool,
    /// The version in its own `Chart.yaml`.
    pub own: Option<Arc<str>>,
    /// The folders inside, each of which may be a version.
    pub folders: Vec<Arc<str>>,
    /// Packages that a chart depends on, or that a kustomization inflates, and that are not there: by its version, which
    /// is empty for a kustomization that has none.
    pub dependencies: BTreeMap<Arc<str>, Vec<(Location, Arc<str>)>>,
}

impl OnShelf {
    /// The exact versions to choose from.
    pub fn versions(&self) -> Vec<Arc<str>> {
        match &self.own {
            Some(own) => vec![own.clone()],
            None => self.folders.clone(),
        }
    }
}

/// Looks up every artifact that is a folder and that a workload names.
pub(super) fn find(files: &Files, project: &Project) -> BTreeMap<Location, OnShelf> {
    let mut shelves = BTreeMap::new();
    for workload in project.workloads.values() {
        let Some(location) = location(workload).filter(|location| !location.is_remote()) else { continue };
        if let MapEntry::Vacant(free) = shelves.entry(location) {
            let found = on_shelf(files, project, free.key(), workload.kustomize.is_some());
            free.insert(found);
        }
    }
    let overlays = project.bindings.values().flat_map(|binding| {
        binding.overlays.iter().chain(binding.cells.iter().flat_map(|cell| &cell.overlays))
    });
    for component in overlays.filter_map(|overlay| overlay.component.as_ref()) {
        if let MapEntry::Vacant(free) = shelves.entry(Location::Path(component.value.clone())) {
            let found = on_shelf(files, project, free.key(), true);
            free.insert(found);
        }
    }
    shelves
}

/// Where a workload's artifact is had from, or `None` where it does not say so in exactly one way.
pub fn location(workload: &Workload) -> Option<Location> {
    match (&workload.chart, &workload.kustomize, &workload.bundle) {
        (Some(chart), None, None) => {
            match (&chart.path, &chart.organization, &chart.oci, &chart.repository, &chart.name) {
                (Some(path), None, None, None, None) => Some(Location::Path(path.value.clone())),
                (None, Some(name), None, None, None) => {
                    Some(Location::Organization("charts", name.value.clone()))
                }
                (None, None, Some(address), None, None) => Some(Location::Oci(address.value.clone())),
                (None, None, None, Some(repository), Some(name)) => Some(Location::Repository {
                    repository: repository.value.clone(),
                    name: name.value.clone(),
                }),
                _ => None,
            }
        }
        (None, Some(base), None) => folder(&base.path, &base.organization, "bases"),
        (None, None, Some(bundle)) => folder(&bundle.path, &bundle.organization, "bundles"),
        _ => None,
    }
}

fn folder(
    path: &Option<crate::diagnostic::Spanned<RepoPath>>,
    organization: &Option<crate::diagnostic::Spanned<super::Name>>,
    registry: &'static str,
) -> Option<Location> {
    match (path, organization) {
        (Some(path), None) => Some(Location::Path(path.value.clone())),
        (None, Some(name)) => Some(Location::Organization(registry, name.value.clone())),
        _ => None,
    }
}

fn on_shelf(files: &Files, project: &Project, location: &Location, is_kustomize: bool) -> OnShelf {
    let (tree, folder) = match location {
        Location::Path(path) => (Tree::Folder(path.clone()), String::new()),
        Location::Organization(registry, name) => match &project.organization_tree {
            Some(tree) => (tree.clone(), format!("{registry}/{name}")),
            None => return OnShelf::default(),
        },
        Location::Repository { .. } | Location::Oci(_) => return OnShelf::default(),
    };
    let entries = tree.list(files, &folder);
    let at = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let has_chart = entries.iter().any(|entry| &*entry.name == "Chart.yaml");
    let is_file = || matches!(&tree, Tree::Folder(path) if files.read(path).is_some());
    let own = has_chart.then(|| tree.read(files, &at("Chart.yaml"))).flatten().and_then(|(path, blob)| {
        let node = parse::node(&path, &blob).ok()?;
        match &node.field("version")?.content {
            super::node::Content::Scalar(scalar) => Some(scalar.text.clone()),
            _ => None,
        }
    });
    let mut shelf = OnShelf {
        exists: !entries.is_empty() || is_file(),
        own,
        folders: entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::Folder)
            .map(|entry| entry.name.clone())
            .collect(),
        dependencies: BTreeMap::new(),
    };
    let charts: Vec<(Arc<str>, String)> = match &shelf.own {
        Some(own) => vec![(own.clone(), folder.clone())],
        None if is_kustomize && entries.iter().any(|entry| inflated::is_kustomization(&entry.name)) => {
            vec![(Arc::default(), folder.clone())]
        }
        None => shelf.folders.iter().map(|version| (version.clone(), at(version))).collect(),
    };
    for (version, folder) in charts {
        let packages = match is_kustomize {
            true => inflated::packages_of(files, &tree, &folder),
            false => packages_of(files, &tree, &folder),
        };
        if !packages.is_empty() {
            shelf.dependencies.insert(version, packages);
        }
    }
    shelf
}

/// The packages that a chart's folder, and the folders that it depends on, ask for and do not have.
fn packages_of(files: &Files, tree: &Tree, folder: &str) -> Vec<(Location, Arc<str>)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![(tree.clone(), folder.to_owned())];
    while let Some((tree, folder)) = open.pop() {
        let at = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let read = |name: &str| {
            tree.read(files, &at(name)).map(|(_, blob)| File { name: name.to_owned(), data: blob })
        };
        // Most folders are no charts: one look tells.
        let Some(first) = read(dependencies::FILES[0]) else { continue };
        let rest = dependencies::FILES[1..].iter().filter_map(|name| read(name));
        let named = std::iter::once(first).chain(rest).collect();
        let vendored = tree.list(files, &at("charts"));
        let vendored: Vec<&str> = vendored.iter().map(|entry| &*entry.name).collect();
        for missing in dependencies::missing(named, &vendored) {
            match (missing, &tree) {
                (Missing::Package { location, requested, .. }, _) => found.push((location, requested)),
                (Missing::Folder { path, .. }, Tree::Folder(root)) => {
                    let beside = root.join(&folder).and_then(|chart| chart.join(&path));
                    let new = beside.ok().filter(|beside| seen.insert(beside.clone()));
                    open.extend(new.map(|beside| (Tree::Folder(beside), String::new())));
                }
                (Missing::Folder { .. }, Tree::Locked { .. }) => {}
            }
        }
    }
    found
}
