//! What versions of an artifact are at hand in the repository and the organization.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::{EntryKind, RepoPath};

use super::files::{Files, Tree};
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
        if let std::collections::btree_map::Entry::Vacant(free) = shelves.entry(location) {
            let found = on_shelf(files, project, free.key());
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

fn on_shelf(files: &Files, project: &Project, location: &Location) -> OnShelf {
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
    OnShelf {
        exists: !entries.is_empty() || is_file(),
        own,
        folders: entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::Folder)
            .map(|entry| entry.name.clone())
            .collect(),
    }
}
