//! Which committed files go: those that an earlier generation wrote and this one, asked for them, did not.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::RepoPath;

use crate::adapt::mark::Mark;
use crate::change::{Branch, Committed, Request};
use crate::layout::{self, MANIFEST};

/// What goes.
pub(super) struct Stale {
    /// The files.
    pub(super) deletes: BTreeSet<RepoPath>,
    /// The units that the deleted files delivered, by the file that delivered them.
    pub(super) marks: BTreeMap<RepoPath, Mark>,
}

/// Finds the stale files: within what was asked for, and never a file that no generation wrote.
///
/// A file that is not a unit's own is ours if it carries the mark that every object of ours carries, so files that
/// people keep in the same folders stay.
pub(super) fn find(request: &Request<'_>, read: &Committed<'_>) -> Stale {
    let mut stale = Stale { deletes: BTreeSet::new(), marks: BTreeMap::new() };
    let Some(recorded) = request.recorded else { return stale };
    let known: BTreeSet<&str> = request.units.iter().map(|unit| unit.application.as_str()).collect();
    let gone = |path: &str| {
        !request.files.contains_key(path)
            && recorded.listing.at(path).is_some()
            && request.committed.at(path).is_some()
    };
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for unit in request.units.iter().filter(|unit| unit.asked) {
        folders.insert(unit.folder.as_str().to_owned());
        if gone(unit.application.as_str()) {
            stale.deletes.insert(unit.application.clone());
        }
    }
    if request.whole {
        let others = request.committed.inside(request.applications.as_str());
        for (path, _) in others.filter(|(path, _)| gone(path) && !known.contains(path)) {
            let Ok(path) = RepoPath::parse(path) else { continue };
            let Some(mark) = read.read(&path).and_then(|blob| Mark::read(blob.bytes())) else { continue };
            folders.extend(mark.unit.as_deref().and_then(|unit| layout::folder_of(request.rendered, unit)));
            stale.deletes.insert(path.clone());
            stale.marks.insert(path, mark);
        }
    }
    for folder in folders {
        // Units' folders have the same depth, so that none lies inside another.
        let manifests = request
            .committed
            .inside(&folder)
            .filter(|(path, _)| gone(path) && path.rsplit('/').next() == Some(MANIFEST));
        stale.deletes.extend(manifests.filter_map(|(path, _)| RepoPath::parse(path).ok()));
    }
    if let (Branch::Own { .. }, true) = (&request.branch, request.whole) {
        stale.deletes.extend(everything_else(request, &gone));
    }
    stale
}

/// On a branch of its own every file was written by a generation; what belongs to no unit any more goes.
fn everything_else(request: &Request<'_>, gone: &dyn Fn(&str) -> bool) -> Vec<RepoPath> {
    let kept: Vec<_> = request.units.iter().filter(|unit| !unit.asked).collect();
    let stays = |path: &str| {
        kept.iter().any(|unit| {
            unit.application.as_str() == path
                || path.strip_prefix(unit.folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let paths = request.committed.iter().filter(|(path, _)| gone(path) && !stays(path));
    paths.filter_map(|(path, _)| RepoPath::parse(path).ok()).collect()
}
