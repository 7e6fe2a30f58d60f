//! Charts, loaded once for all the units that use them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_helm::{Chart, Dialect, File, LoadError, load_folder, load_package};
use fairlead_world::{Blob, EntryKind, RepoPath};

use crate::config::files::Files;
use crate::config::{HelmVersion, Project};
use crate::diagnostic::{Code, Diagnostic};
use crate::render::Failure;
use crate::resolve::{Artifact, Matrix, Source, Unit};

/// The charts of a project, by where they are.
#[derive(Debug, Clone, Default)]
pub struct Artifacts {
    charts: BTreeMap<Arc<Artifact>, Result<Arc<Chart>, String>>,
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
                Some(chart) => chart.clone(),
                None => {
                    let before = files.needs().len();
                    let loaded = load(files, source, dialect);
                    if files.needs().len() > before {
                        continue;
                    }
                    loaded.map(Arc::new).map_err(|error| error.to_string())
                }
            };
            if let Ok(chart) = &loaded {
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
        self.charts.retain(|artifact, _| match artifact.source() {
            Source::Path(folder) => !changed.iter().any(|path| path.below(folder).is_some()),
            // Whatever has another digest is another artifact.
            Source::Files(_) | Source::Package(_) => true,
        });
        self
    }

    /// Whether a file belongs to one of the charts.
    pub(crate) fn has_file(&self, path: &RepoPath) -> bool {
        let is_inside = |artifact: &Arc<Artifact>| match artifact.source() {
            Source::Path(folder) => path.below(folder).is_some(),
            Source::Files(_) | Source::Package(_) => false,
        };
        self.charts.keys().any(is_inside)
    }

    /// Whether a unit's chart is the same here and there, but for its default values.
    pub(crate) fn like_chart(&self, other: &Artifacts, unit: &Unit) -> bool {
        match (self.charts.get(&unit.artifact), other.charts.get(&unit.artifact)) {
            (Some(Ok(mine)), Some(Ok(theirs))) => Arc::ptr_eq(mine, theirs) || mine.is_like(theirs),
            (Some(Err(mine)), Some(Err(theirs))) => mine == theirs,
            (None, None) => true,
            _ => false,
        }
    }

    /// The chart of a unit.
    pub(crate) fn chart(&self, unit: &Unit) -> Result<&Arc<Chart>, Failure> {
        match self.charts.get(&unit.artifact) {
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

fn load(files: &Files<'_>, source: &Source, dialect: Dialect) -> Result<Chart, LoadError> {
    match source {
        Source::Package(digest) => package(files.content(digest), dialect),
        Source::Files(listed) => {
            let named = listed.iter().filter_map(|(path, digest)| Some(file(path, &files.content(digest)?)));
            load_folder(named.collect(), dialect)
        }
        Source::Path(path) if is_package(path) => package(files.read(path), dialect),
        Source::Path(path) => {
            let found = folder(files, path);
            let named = found.iter().filter_map(|(at, blob)| Some(file(at.below(path)?, blob)));
            load_folder(named.collect(), dialect)
        }
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
