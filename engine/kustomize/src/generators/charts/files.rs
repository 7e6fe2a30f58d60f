//! The files of a chart: those of a folder of the tree, or of a package.

use fairlead_helm::File;
use fairlead_helm::chart::unpack;
use fairlead_world::{Answer, Blob, EntryKind, Need, RepoPath};

use super::Charts;
use crate::Error;
use crate::generators::{NoPackage, RemoteChart};
use crate::kustomization::{HelmChart, HelmGlobals};
use crate::load::Root;
use crate::node::MAX_DEPTH;

/// The files of a chart, by their paths in it.
pub(super) struct Files {
    pub(super) all: Vec<File>,
    /// Whether they are those of a package: nothing of it is in the tree.
    pub(super) fetched: bool,
}

/// The folder that charts are kept in, or would be once they are fetched.
pub(super) fn home(entry: &HelmChart, globals: &HelmGlobals) -> String {
    let home = if globals.chart_home.is_empty() { "charts" } else { globals.chart_home.as_str() };
    if entry.version.is_empty() || entry.repo.is_empty() {
        return home.to_owned();
    }
    format!("{home}/{}-{}", entry.name, entry.version)
}

/// The chart that an entry has from elsewhere: one that names a repository and is not in the tree.
///
/// # Errors
/// [`Error::Needed`], and places that no repository has.
pub(crate) fn remote(
    entry: &HelmChart,
    globals: &HelmGlobals,
    root: &Root<'_>,
) -> Result<Option<RemoteChart>, Error> {
    let kept = folder(entry, &home(entry, globals), root)?;
    let there = match root.world().list(&kept) {
        Answer::Found(_) => true,
        Answer::Absent => false,
        Answer::Needed => return root.need(Need::Folder(kept)),
    };
    Ok((!there && !entry.repo.is_empty() && !entry.name.is_empty()).then(|| chart_of(entry)))
}

fn folder(entry: &HelmChart, home: &str, root: &Root<'_>) -> Result<RepoPath, Error> {
    root.resolve(&format!("{home}/{}", entry.name))
}

fn chart_of(entry: &HelmChart) -> RemoteChart {
    RemoteChart {
        repository: entry.repo.clone(),
        name: entry.name.clone(),
        version: entry.version.clone(),
        devel: entry.devel,
    }
}

impl Files {
    /// Reads the chart of an entry where it is kept in the tree, and else its package.
    ///
    /// # Errors
    /// Charts that are nowhere, and packages that are none.
    pub(super) fn find(
        entry: &HelmChart,
        home: &str,
        charts: Charts<'_>,
        root: &Root<'_>,
    ) -> Result<Files, Error> {
        if let Some(all) = in_tree(&folder(entry, home, root)?, root)? {
            return Ok(Files { all, fetched: false });
        }
        let HelmChart { name, repo, .. } = entry;
        if repo.is_empty() {
            return Err(Error::Generator("no repo specified for pull, no chart found at ''".to_owned()));
        }
        let Some(packages) = charts.packages else {
            return Err(Error::Remote(format!(
                "chart '{name}' of '{repo}' is not in the tree, and builds fetch nothing: keep it at '{home}/{name}'"
            )));
        };
        let failed = |why: String| Error::Remote(format!("unable to pull chart '{name}' of '{repo}': {why}"));
        let package = match packages.package(&chart_of(entry)) {
            Ok(package) => package,
            Err(NoPackage::Needed(need)) => return root.need(need),
            Err(NoPackage::Refused(why)) => return Err(failed(why)),
        };
        let all = unpack(package.bytes(), charts.dialect).map_err(|error| failed(error.to_string()))?;
        Ok(Files { all, fetched: true })
    }

    /// One of them.
    pub(super) fn file(&self, name: &str) -> Option<Blob> {
        self.all.iter().find(|file| file.name == name).map(|file| file.data.clone())
    }
}

/// The files of a folder, or nothing where there is none.
fn in_tree(folder: &RepoPath, root: &Root<'_>) -> Result<Option<Vec<File>>, Error> {
    let mut files = Vec::new();
    let mut open = vec![(folder.clone(), 0)];
    while let Some((at, depth)) = open.pop() {
        let entries = match root.world().list(&at) {
            Answer::Found(entries) => entries,
            Answer::Absent if depth == 0 => return Ok(None),
            Answer::Absent => continue,
            Answer::Needed => return root.need(Need::Folder(at)),
        };
        for entry in entries.iter() {
            let path = at.join(&entry.name).map_err(|error| Error::Load(error.to_string()))?;
            match entry.kind {
                EntryKind::File => files.extend(file(&path, folder, root)?),
                EntryKind::Folder if depth < MAX_DEPTH => open.push((path, depth + 1)),
                EntryKind::Folder | EntryKind::Link | EntryKind::Submodule => {}
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(files))
}

fn file(path: &RepoPath, folder: &RepoPath, root: &Root<'_>) -> Result<Option<File>, Error> {
    let name = path.below(folder).unwrap_or_default().to_owned();
    match root.world().read(path) {
        Answer::Found(data) => Ok(Some(File { name, data })),
        Answer::Absent => Ok(None),
        Answer::Needed => root.need(Need::File(path.clone())),
    }
}
