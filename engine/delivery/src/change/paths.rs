//! Whether the generated paths can stand beside what is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fairlead_world::RepoPath;

use crate::change::{Mode, Request};

/// A generated path that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathConflict {
    /// The generated path.
    pub path: RepoPath,
    /// What stands in its way.
    pub kind: PathConflictKind,
}

/// What stands in the way of a generated path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathConflictKind {
    /// A committed file, link or submodule where a folder is needed.
    NotAFolder(String),
    /// A committed folder where a file is needed; one of its files is named.
    Folder(String),
    /// A committed symbolic link: it is neither followed nor written through.
    Link,
    /// A submodule.
    Submodule,
    /// A path that some file systems cannot tell from this one.
    Twin(String),
    /// Characters that file systems write in more than one way.
    NotPortable,
}

impl fmt::Display for PathConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be written: ", self.path)?;
        match &self.kind {
            PathConflictKind::NotAFolder(at) => write!(f, "{at} is committed and is no folder"),
            PathConflictKind::Folder(at) => write!(f, "it is a committed folder, which holds {at}"),
            PathConflictKind::Link => f.write_str("a symbolic link is committed there"),
            PathConflictKind::Submodule => f.write_str("a submodule is committed there"),
            PathConflictKind::Twin(other) => {
                write!(f, "{other} is the same name where case or invisible characters do not count")
            }
            PathConflictKind::NotPortable => {
                f.write_str("file systems write its characters in more than one way; use ASCII")
            }
        }
    }
}

/// Finds every generated path that cannot be written once `deletes` are gone.
pub(super) fn conflicts(request: &Request<'_>, deletes: &BTreeSet<RepoPath>) -> Vec<PathConflict> {
    let folded = fold_committed(request, deletes);
    let mut found = Vec::new();
    for path in request.files.keys() {
        let kind = obstacle(request, deletes, path).or_else(|| twin(path, &folded));
        found.extend(kind.map(|kind| PathConflict { path: path.clone(), kind }));
    }
    found.extend(generated_twins(request));
    found
}

fn obstacle(
    request: &Request<'_>,
    deletes: &BTreeSet<RepoPath>,
    path: &RepoPath,
) -> Option<PathConflictKind> {
    if !path.as_str().is_ascii() {
        return Some(PathConflictKind::NotPortable);
    }
    match request.committed.at(path.as_str()).map(|listed| listed.mode) {
        Some(Mode::Link) => return Some(PathConflictKind::Link),
        Some(Mode::Submodule) => return Some(PathConflictKind::Submodule),
        Some(Mode::File | Mode::Executable) => return None,
        None => {}
    }
    let stays = |at: &str| !deletes.contains(at);
    let mut folder = path.parent();
    while let Some(at) = folder.filter(|at| !at.is_root()) {
        if request.committed.at(at.as_str()).is_some() && stays(at.as_str()) {
            return Some(PathConflictKind::NotAFolder(at.as_str().to_owned()));
        }
        folder = at.parent();
    }
    let inside = request.committed.inside(path.as_str()).find(|(at, _)| stays(at));
    inside.map(|(at, _)| PathConflictKind::Folder(at.to_owned()))
}

/// The committed paths that stay and are beside the generated ones, by what a forgiving file system sees.
fn fold_committed<'a>(request: &'a Request<'_>, deletes: &BTreeSet<RepoPath>) -> BTreeMap<String, &'a str> {
    let mut folded = BTreeMap::new();
    for (path, _) in request.committed.iter().filter(|(path, _)| !deletes.contains(*path)) {
        // Every folder on the way counts: `Rendered/x` would share its folder with `rendered/y`.
        for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
            let part = &path[..end];
            let seen = fold(part);
            if seen != part {
                folded.entry(seen).or_insert(part);
            }
        }
    }
    folded
}

fn twin(path: &RepoPath, folded: &BTreeMap<String, &str>) -> Option<PathConflictKind> {
    if folded.is_empty() {
        return None;
    }
    let text = path.as_str();
    let parts = text.match_indices('/').map(|(end, _)| end).chain([text.len()]);
    parts.map(|end| &text[..end]).find_map(|part| {
        let other = folded.get(&fold(part)).filter(|other| **other != part)?;
        Some(PathConflictKind::Twin((*other).to_owned()))
    })
}

/// Generated paths that differ only in case.
fn generated_twins(request: &Request<'_>) -> Vec<PathConflict> {
    let mut seen: BTreeMap<String, &RepoPath> = BTreeMap::new();
    let mut found = Vec::new();
    for path in request.files.keys() {
        match seen.entry(fold(path.as_str())) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(path);
            }
            std::collections::btree_map::Entry::Occupied(entry) => {
                let other = entry.get().as_str().to_owned();
                found.push(PathConflict { path: path.clone(), kind: PathConflictKind::Twin(other) });
            }
        }
    }
    found
}

/// What a file system sees that ignores case and the characters that HFS+ drops. Generated paths are ASCII, so that
/// composed and decomposed forms cannot meet.
fn fold(path: &str) -> String {
    let ignored = |c: &char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    path.chars().filter(|c| !ignored(c)).flat_map(char::to_lowercase).collect()
}
