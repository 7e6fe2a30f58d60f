//! Which generated files somebody else changed. They are never overwritten silently.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fairlead_world::{Oid, RepoPath};

use crate::change::{Branch, Listed, Listing, Mode, Recorded, Request, UnitPlace, is_output};
use crate::layout::MANIFEST;

/// A generated file, or a commit, that is not as the last generation left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file; empty where the whole record is in doubt.
    pub path: String,
    /// What happened to it.
    pub kind: EditKind,
}

/// What happened to a generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditKind {
    /// Its content or mode was changed.
    Changed,
    /// It was deleted.
    Deleted,
    /// Somebody wrote a file where a generated one goes.
    Added,
    /// A file was added to a branch that Fairlead alone writes, by one of these commits.
    Foreign(Vec<String>),
    /// The commit that should hold the recorded tree holds another: history was rewritten.
    Rewritten {
        /// The tree that the commit's trailer names.
        recorded: Oid,
        /// The tree that it has.
        found: Oid,
    },
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            EditKind::Changed => write!(f, "{path} was changed by hand since it was generated")?,
            EditKind::Deleted => write!(f, "{path} was deleted by hand since it was generated")?,
            EditKind::Added => write!(f, "{path} is not generated, and would be overwritten")?,
            EditKind::Foreign(commits) => {
                write!(f, "{path} was written by a commit that is not Fairlead's ({})", commits.join(", "))?;
            }
            EditKind::Rewritten { recorded, found } => {
                return write!(
                    f,
                    "the last generation recorded the output tree {recorded}, and its commit holds {found}: \
                     history was rewritten; restore the commit, or generate onto a new branch"
                );
            }
        }
        f.write_str("; make the change in the project's files, and restore the generated one")
    }
}

/// Finds every edit that the change would undo or overwrite. An edit that agrees with what is generated is none.
pub(super) fn find(request: &Request<'_>, deletes: &BTreeSet<RepoPath>) -> Vec<Edit> {
    let Some(recorded) = request.recorded else { return added(request, None) };
    // A shared branch has the source beside the output, and the trailer names the output's tree alone.
    let output = recorded.listing.iter().filter(|(path, _)| is_output(request, path));
    let output: Listing = output.map(|(path, listed)| (path.to_owned(), *listed)).collect();
    let found = output.tree(request.format);
    if found != recorded.tree {
        let kind = EditKind::Rewritten { recorded: recorded.tree, found };
        return vec![Edit { path: String::new(), kind }];
    }
    let mut edits = changed(request, &recorded, deletes);
    edits.extend(match &request.branch {
        Branch::Own { foreign } => foreign_files(request, &recorded, foreign),
        Branch::Shared => added(request, Some(&recorded)),
    });
    edits
}

/// Files of the last generation that are not as it left them.
fn changed(request: &Request<'_>, recorded: &Recorded<'_>, deletes: &BTreeSet<RepoPath>) -> Vec<Edit> {
    let ours = Ours::new(request, deletes);
    let mut edits = Vec::new();
    for (path, left) in recorded.listing.iter().filter(|(path, _)| ours.contains(path)) {
        let now = request.committed.at(path);
        if now == Some(left) || now == wanted(request, path).as_ref() {
            continue;
        }
        let kind = if now.is_some() { EditKind::Changed } else { EditKind::Deleted };
        // What somebody deleted and nothing generates any more is as it should be.
        if now.is_some() || request.files.contains_key(path) {
            edits.push(Edit { path: path.to_owned(), kind });
        }
    }
    edits
}

/// Files that nothing of ours wrote, at generated paths.
fn added(request: &Request<'_>, recorded: Option<&Recorded<'_>>) -> Vec<Edit> {
    let unknown = |path: &str| recorded.is_none_or(|recorded| recorded.listing.at(path).is_none());
    let paths = request.files.keys().map(RepoPath::as_str).filter(|path| unknown(path));
    let taken = paths.filter(|path| {
        let now = request.committed.at(path);
        now.is_some() && now != wanted(request, path).as_ref()
    });
    taken.map(|path| Edit { path: path.to_owned(), kind: EditKind::Added }).collect()
}

/// Files that appeared on a branch that Fairlead alone writes.
fn foreign_files(request: &Request<'_>, recorded: &Recorded<'_>, commits: &[String]) -> Vec<Edit> {
    let new = request.committed.iter().filter(|(path, now)| {
        recorded.listing.at(path).is_none() && wanted(request, path).as_ref() != Some(*now)
    });
    new.map(|(path, _)| Edit { path: path.to_owned(), kind: EditKind::Foreign(commits.to_vec()) }).collect()
}

/// What is generated at a path.
fn wanted(request: &Request<'_>, path: &str) -> Option<Listed> {
    let blob = request.files.get(path)?;
    Some(Listed { mode: Mode::File, oid: Oid::of_blob(request.format, blob.bytes()) })
}

/// The paths that generations write, those of units that were not asked for included: what people changed there must
/// not pass for generated in the next record.
struct Ours<'a> {
    request: &'a Request<'a>,
    deletes: &'a BTreeSet<RepoPath>,
    applications: BTreeMap<&'a str, &'a UnitPlace>,
    folders: BTreeMap<&'a str, &'a UnitPlace>,
}

impl<'a> Ours<'a> {
    fn new(request: &'a Request<'a>, deletes: &'a BTreeSet<RepoPath>) -> Ours<'a> {
        let by = |key: fn(&UnitPlace) -> &RepoPath| {
            request.units.iter().map(|unit| (key(unit).as_str(), unit)).collect()
        };
        Ours {
            request,
            deletes,
            applications: by(|unit| &unit.application),
            folders: by(|unit| &unit.folder),
        }
    }

    fn contains(&self, path: &str) -> bool {
        if let Branch::Own { .. } = self.request.branch {
            return true;
        }
        if !is_output(self.request, path) {
            return false;
        }
        let in_folder = || {
            let mut folders = path.rmatch_indices('/').map(|(end, _)| &path[..end]);
            folders.any(|folder| self.folders.contains_key(folder))
        };
        self.request.files.contains_key(path)
            || self.deletes.contains(path)
            || self.applications.contains_key(path)
            || (path.rsplit('/').next() == Some(MANIFEST) && in_folder())
    }
}
