//! Charts, loaded once for all the units that use them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_helm::{Chart, Dialect, File, LoadError, load_folder, load_package};
use fairlead_world::{Blob, EntryKind, RepoPath};

use crate::config::dependencies::{self, Missing};
use crate::config::files::Files;
use crate::config::{HelmVersion, Project};
use crate::diagnostic::{Code, Diagnostic};
use crate::lock::FILE;
use crate::render::Failure;
use crate::resolve::{Artifact, Matrix, Source, Unit};

/// The charts of a project, by where they are.
#[derive(Debug, Clone, Default)]
pub struct Artifacts {
    charts: BTreeMap<Arc<Artifact>, Loaded>,
}

/// A chart, or why it cannot be loaded.
#[derive(Debug, Clone)]
struct Loaded {
    chart: Result<Arc<Chart>, String>,
    /// What it was made of besides its own folder: folders that it depends on, and the lock that names its packages.
    beside: Vec<RepoPath>,
}

/// The deepest folder that is read for a chart, counted from the chart's own.
const MAX_DEPTH: usize = 32;

impl Artifacts {
    /// Loads the charts of all units that can be rendered. A chart that cannot be loaded fails the units that use it.
    pub(crate) fn load(
        files: &Files<'_>,
        project: &Project,
        matrix: &Matrix,
        kept: Artifacts,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Artifacts {
        let mut artifacts = Artifacts::default();
        let dialect = dialect(project);
        for unit in matrix.units.iter().filter(|unit| unit.selected) {
            let Artifact::Chart(source) = &*unit.artifact else { continue };
            if artifacts.charts.contains_key(&unit.artifact) {
                continue;
            }
            let loaded = match kept.charts.get(&unit.artifact) {
                Some(loaded) => loaded.clone(),
                None => {
                    let before = files.needs().len();
                    let mut beside = Vec::new();
                    let chart = load(files, project, source, dialect, &mut beside);
                    if files.needs().len() > before {
                        continue;
                    }
                    Loaded { chart: chart.map(Arc::new).map_err(|error| reason(&error)), beside }
                }
            };
            if let Ok(chart) = &loaded.chart {
                let said = chart.warnings.iter().map(|warning| {
                    Diagnostic::warning(Code::Render, warning.clone(), "fix the chart").about(&unit.id)
                });
                diagnostics.extend(said);
            }
            artifacts.charts.insert(unit.artifact.clone(), loaded);
        }
        artifacts
    }

    /// The same without the charts that a changed file belongs to.
    pub(crate) fn without(mut self, changed: &BTreeSet<RepoPath>) -> Artifacts {
        self.charts.retain(|artifact, loaded| !changed.iter().any(|path| is_of(path, artifact, loaded)));
        self
    }

    /// Whether a file belongs to one of the charts.
    pub(crate) fn has_file(&self, path: &RepoPath) -> bool {
        self.charts.iter().any(|(artifact, loaded)| is_of(path, artifact, loaded))
    }

    /// Whether a unit's chart is the same here and there, but for its default values.
    pub(crate) fn like_chart(&self, other: &Artifacts, unit: &Unit) -> bool {
        let chart = |artifacts: &'_ Artifacts| {
            artifacts.charts.get(&unit.artifact).map(|loaded| loaded.chart.clone())
        };
        match (chart(self), chart(other)) {
            (Some(Ok(mine)), Some(Ok(theirs))) => Arc::ptr_eq(&mine, &theirs) || mine.is_like(&theirs),
            (Some(Err(mine)), Some(Err(theirs))) => mine == theirs,
            (None, None) => true,
            _ => false,
        }
    }

    /// The chart of a unit.
    pub(crate) fn chart(&self, unit: &Unit) -> Result<&Arc<Chart>, Failure> {
        match self.charts.get(&unit.artifact).map(|loaded| &loaded.chart) {
            Some(Ok(chart)) => Ok(chart),
            Some(Err(error)) => {
                Err(Failure::broken(format!("the chart cannot be loaded: {error}"), "fix the chart"))
            }
            None => Err(Failure::broken("the chart has not been loaded", "fetch its files first")),
        }
    }
}

/// Which Helm a project's output is that of.
pub(crate) fn dialect(project: &Project) -> Dialect {
    match project.file.value.helm_version {
        HelmVersion::V3 => Dialect::Helm3,
        HelmVersion::V4 => Dialect::Helm4,
    }
}

/// What is wrong with a chart; Helm 4 does not tell of packages.
fn reason(error: &LoadError) -> String {
    match error {
        LoadError::Package(why) => format!("{error}: {why}"),
        error => error.to_string(),
    }
}

/// Whether a chart was made of a file. Whatever the lock names by digest is another artifact when it changes.
fn is_of(path: &RepoPath, artifact: &Artifact, loaded: &Loaded) -> bool {
    let own = match artifact.source() {
        Source::Path(folder) => Some(folder),
        Source::Files(_) | Source::Package(_) => None,
    };
    own.into_iter().chain(&loaded.beside).any(|folder| path.below(folder).is_some())
}

fn load(
    files: &Files<'_>,
    project: &Project,
    source: &Source,
    dialect: Dialect,
    beside: &mut Vec<RepoPath>,
) -> Result<Chart, LoadError> {
    let mut named = match source {
        Source::Package(digest) => return package(files.content(digest), dialect),
        Source::Path(path) if is_package(path) => return package(files.read(path), dialect),
        Source::Files(listed) => {
            listed.iter().filter_map(|(path, digest)| Some(file(path, &files.content(digest)?))).collect()
        }
        Source::Path(path) => files_of(files, path),
    };
    let at = match source {
        Source::Path(path) => Some(path),
        Source::Files(_) | Source::Package(_) => None,
    };
    let chain = at.into_iter().cloned().collect();
    Dependencies { files, project, beside, chain, room: MAX_ADDED }.add(&mut named);
    load_folder(named, dialect)
}

/// The files of a folder, by their paths in it.
fn files_of(files: &Files<'_>, path: &RepoPath) -> Vec<File> {
    let found = folder(files, path);
    found.iter().filter_map(|(at, blob)| Some(file(at.below(path)?, blob))).collect()
}

/// The most files that folders beside a chart may add to it: folders that depend on each other multiply.
const MAX_ADDED: usize = 20_000;

/// Puts into a chart's `charts/` what `helm dependency build` would.
struct Dependencies<'a, 'w> {
    files: &'a Files<'w>,
    project: &'a Project,
    beside: &'a mut Vec<RepoPath>,
    /// The folders from the chart to the one that is looked at.
    chain: Vec<RepoPath>,
    /// How many files may still be added.
    room: usize,
}

impl Dependencies<'_, '_> {
    /// Adds the dependencies of the chart that `named` are the files of. What is not there, or depends on itself, stays
    /// missing, which Helm tells.
    fn add(&mut self, named: &mut Vec<File>) {
        let says = |file: &&File| dependencies::FILES.contains(&file.name.as_str());
        let says: Vec<File> = named.iter().filter(says).cloned().collect();
        let inside = named.iter().filter_map(|file| file.name.strip_prefix("charts/")?.split('/').next());
        let missing = dependencies::missing(says, &inside.collect::<Vec<_>>());
        for dependency in missing {
            match dependency {
                Missing::Package { name, location, requested } => {
                    self.beside.extend(self.project.root.join(FILE).ok());
                    let Some(locked) = self.project.locked.get(&(location, requested)) else { continue };
                    let content = locked.digest.and_then(|digest| self.files.content(&digest));
                    let path = format!("charts/{name}-{}.tgz", locked.version);
                    named.extend(content.map(|blob| file(&path, &blob)));
                }
                Missing::Folder { name, path } => {
                    let inner = self.folder(&path);
                    named.extend(
                        inner.iter().map(|inner| file(&format!("charts/{name}/{}", inner.name), &inner.data)),
                    );
                }
            }
        }
    }

    /// The files of a folder beside the chart, its own dependencies among them.
    fn folder(&mut self, path: &str) -> Vec<File> {
        let Some(Ok(at)) = self.chain.last().map(|chart| chart.join(path)) else { return Vec::new() };
        if self.room == 0 || self.chain.contains(&at) {
            return Vec::new();
        }
        let mut inner = files_of(self.files, &at);
        self.chain.push(at.clone());
        self.add(&mut inner);
        self.chain.pop();
        self.beside.push(at);
        if inner.len() > self.room {
            inner.clear();
            self.room = 0;
        }
        self.room -= inner.len();
        inner
    }
}

fn package(blob: Option<Blob>, dialect: Dialect) -> Result<Chart, LoadError> {
    match blob {
        Some(blob) => load_package(blob.bytes(), dialect),
        None => Err(LoadError::NoChartFile),
    }
}

fn is_package(path: &RepoPath) -> bool {
    path.name().ends_with(".tgz") || path.name().ends_with(".tar.gz")
}

fn file(name: &str, blob: &Blob) -> File {
    File { name: name.to_owned(), data: blob.clone() }
}

/// Every file inside a folder, in the order of their paths. Links are not followed.
pub(crate) fn folder(files: &Files<'_>, root: &RepoPath) -> BTreeMap<RepoPath, Blob> {
    let mut found = BTreeMap::new();
    let mut open = vec![(root.clone(), 0)];
    while let Some((at, depth)) = open.pop() {
        let Some(entries) = files.list(&at) else { continue };
        for entry in entries.iter() {
            let Ok(path) = at.join(&entry.name) else { continue };
            match entry.kind {
                EntryKind::File => found.extend(files.read(&path).map(|blob| (path, blob))),
                EntryKind::Folder if depth < MAX_DEPTH => open.push((path, depth + 1)),
                EntryKind::Folder | EntryKind::Link | EntryKind::Submodule => {}
            }
        }
    }
    found
}
