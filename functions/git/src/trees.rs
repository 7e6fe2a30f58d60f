//! The trees of one commit that have been read so far.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::RepoPath;

use crate::object::{Entry, Kind, Mode, Object, Oid, Tree, TreeError};
use crate::repository::{Repository, RepositoryError};

/// Trees by their ids. They grow as paths are looked up. One that cannot be read stands in nobody's way who does not look
/// into it.
#[derive(Debug, Default)]
pub(crate) struct Trees {
    read: BTreeMap<Oid, Result<Tree, TreeError>>,
}

/// What is at a path, as far as the trees tell.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// This is there.
    Entry(Mode, Oid),
    /// Nothing is there, or it is below what is no folder.
    Nothing,
    /// This tree has to be read first.
    Needed(Oid),
    /// A folder on the way cannot be read.
    Unreadable(Unreadable),
}

/// A folder whose tree is malformed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The folder.
    path: String,
    oid: Oid,
    source: TreeError,
}

impl Unreadable {
    /// The error for those who asked for what is in it.
    pub(crate) fn within(self, repository: &impl Repository) -> RepositoryError {
        let Unreadable { mut path, oid, source } = self;
        if path.is_empty() {
            path.push('.');
        }
        RepositoryError::Folder { repository: repository.name().to_owned(), path, oid, source }
    }
}

impl Trees {
    /// The tree of that id, if it was read and can be.
    pub(crate) fn tree(&self, oid: &Oid) -> Option<&Tree> {
        self.read.get(oid)?.as_ref().ok()
    }

    /// Why the tree of a folder cannot be read, if so.
    fn unreadable(&self, oid: Oid, path: impl FnOnce() -> String) -> Option<Unreadable> {
        let source = self.read.get(&oid)?.as_ref().err()?.clone();
        Some(Unreadable { path: path(), oid, source })
    }

    /// Looks a path up from the tree `root`.
    pub(crate) fn find(&self, root: Oid, path: &RepoPath) -> Found {
        let (mut mode, mut oid) = (Mode::Folder, root);
        for (depth, segment) in path.segments().enumerate() {
            if mode != Mode::Folder {
                return Found::Nothing;
            }
            let tree = match self.read.get(&oid) {
                Some(Ok(tree)) => tree,
                Some(Err(source)) => {
                    let path = path.segments().take(depth).collect::<Vec<_>>().join("/");
                    return Found::Unreadable(Unreadable { path, oid, source: source.clone() });
                }
                None => return Found::Needed(oid),
            };
            match tree.find(segment.as_bytes()) {
                Some(entry) => (mode, oid) = (entry.mode, entry.oid),
                None => return Found::Nothing,
            }
        }
        Found::Entry(mode, oid)
    }

    /// Takes trees that were read; other objects are left out.
    pub(crate) fn add(&mut self, objects: impl IntoIterator<Item = (Oid, Object)>) {
        let trees = objects.into_iter().filter(|(_, object)| object.kind == Kind::Tree);
        self.read.extend(trees.map(|(oid, object)| (oid, Tree::read(&object.bytes))));
    }

    /// Reads trees that have to be there.
    pub(crate) async fn read(
        &mut self,
        repository: &impl Repository,
        wanted: BTreeSet<Oid>,
    ) -> Result<(), RepositoryError> {
        if let Some((oid, source)) =
            wanted.iter().find_map(|oid| Some((*oid, self.read.get(oid)?.as_ref().err()?)))
        {
            let (repository, source) = (repository.name().to_owned(), source.clone());
            return Err(RepositoryError::Tree { repository, oid, source });
        }
        let wanted: Vec<Oid> = wanted.into_iter().filter(|oid| !self.read.contains_key(oid)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        self.add(repository.objects(&wanted).await?);
        match wanted.iter().find(|oid| !self.read.contains_key(oid)) {
            Some(oid) => Err(missing(repository, *oid)),
            None => Ok(()),
        }
    }

    /// Reads the trees of `folders` and all on the way to them, one level at a time. Fails where one of them cannot be read.
    pub(crate) async fn reach(
        &mut self,
        repository: &impl Repository,
        root: Oid,
        folders: &BTreeSet<RepoPath>,
    ) -> Result<(), RepositoryError> {
        loop {
            let mut wanted = BTreeSet::new();
            for folder in folders {
                match self.find(root, folder) {
                    Found::Needed(oid) => drop(wanted.insert(oid)),
                    Found::Entry(Mode::Folder, oid) => {
                        if let Some(unreadable) = self.unreadable(oid, || folder.to_string()) {
                            return Err(unreadable.within(repository));
                        }
                        if !self.read.contains_key(&oid) {
                            wanted.insert(oid);
                        }
                    }
                    Found::Unreadable(unreadable) => return Err(unreadable.within(repository)),
                    Found::Entry(..) | Found::Nothing => {}
                }
            }
            if wanted.is_empty() {
                return Ok(());
            }
            self.read(repository, wanted).await?;
        }
    }

    /// Reads every tree below these.
    pub(crate) async fn read_below(
        &mut self,
        repository: &impl Repository,
        roots: &BTreeSet<Oid>,
    ) -> Result<(), RepositoryError> {
        let roots: Vec<Oid> = roots.iter().copied().filter(|oid| !self.is_complete(*oid)).collect();
        if roots.is_empty() {
            return Ok(());
        }
        match repository.trees(&roots, MAX_TREES).await? {
            Some(objects) => self.add(objects),
            None => {
                return Err(RepositoryError::Answer {
                    repository: repository.name().to_owned(),
                    why: format!("there are more than {MAX_TREES} folders where the output goes"),
                });
            }
        }
        match roots.into_iter().find(|oid| !self.is_complete(*oid)) {
            Some(oid) => Err(missing(repository, oid)),
            None => Ok(()),
        }
    }

    /// Whether every tree below this one was read.
    fn is_complete(&self, root: Oid) -> bool {
        let mut open = vec![root];
        let mut seen = BTreeSet::new();
        while let Some(oid) = open.pop() {
            if seen.insert(oid) {
                let tree = match self.read.get(&oid) {
                    Some(Ok(tree)) => tree,
                    Some(Err(_)) => continue,
                    None => return false,
                };
                let folders = tree.entries().iter().filter(|entry| entry.mode == Mode::Folder);
                open.extend(folders.map(|entry| entry.oid));
            }
        }
        true
    }

    /// Calls `each` with the path and entry of everything but folders below a tree, as far as it was read; stops where
    /// `each` says no.
    ///
    /// A tree may hold the same tree many times over, so that few trees make a listing without end: every folder and
    /// entry takes from `room`.
    ///
    /// # Errors
    /// Where there is no room left, or a folder cannot be read.
    pub(crate) fn walk(
        &self,
        root: Oid,
        at: &str,
        room: &mut Room,
        each: &mut dyn FnMut(String, &Entry) -> bool,
    ) -> Result<(), WalkError> {
        let mut open = vec![(at.to_owned(), root)];
        while let Some((at, oid)) = open.pop() {
            if let Some(unreadable) = self.unreadable(oid, || at.clone()) {
                return Err(WalkError::Unreadable(unreadable));
            }
            for entry in self.tree(&oid).map(Tree::entries).unwrap_or_default() {
                let name = String::from_utf8_lossy(&entry.name);
                let path = if at.is_empty() { name.into_owned() } else { format!("{at}/{name}") };
                room.take(&at, path.len())?;
                // Deeper than any path that git itself can check out.
                if path.len() > MAX_PATH {
                    continue;
                }
                if entry.mode == Mode::Folder {
                    open.push((path, entry.oid));
                } else if !each(path, entry) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// How much may be listed yet, in one walk or several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Files and folders.
    pub(crate) entries: usize,
    /// Bytes of their paths.
    pub(crate) bytes: usize,
}

/// Why not everything was walked over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WalkError {
    /// There was more than there is room for, in this folder at the latest.
    Full(String),
    /// A folder cannot be read.
    Unreadable(Unreadable),
}

impl Room {
    fn take(&mut self, at: &str, bytes: usize) -> Result<(), WalkError> {
        let left = self.entries.checked_sub(1).zip(self.bytes.checked_sub(bytes));
        let (entries, bytes) = left.ok_or_else(|| WalkError::Full(at.to_owned()))?;
        *self = Room { entries, bytes };
        Ok(())
    }
}

/// The most folders that are read to list what is in them.
const MAX_TREES: u32 = 400_000;

/// The longest path, in bytes.
const MAX_PATH: usize = 4096;

fn missing(repository: &impl Repository, oid: Oid) -> RepositoryError {
    RepositoryError::Answer {
        repository: repository.name().to_owned(),
        why: format!("it lacks the tree {oid}, which its own commits name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_ends_where_there_is_no_room_left() {
        let file = Entry { name: b"file".to_vec(), mode: Mode::File, oid: Oid::ZERO };
        let inner = Tree::of(vec![file]).unwrap();
        let inner = Object { kind: Kind::Tree, bytes: inner.encode() };
        let folder = |name: &str| Entry { name: name.into(), mode: Mode::Folder, oid: inner.oid() };
        let root = Tree::of(vec![folder("a"), folder("b")]).unwrap();
        let root = Object { kind: Kind::Tree, bytes: root.encode() };
        let mut trees = Trees::default();
        trees.add([(root.oid(), root.clone()), (inner.oid(), inner.clone())]);
        let walk = |entries, bytes| {
            let mut room = Room { entries, bytes };
            let mut paths = Vec::new();
            let walked = trees.walk(root.oid(), "", &mut room, &mut |path, _| {
                paths.push(path);
                true
            });
            walked.map(|()| (paths, room.entries, room.bytes))
        };
        // `a`, `b`, `a/file` and `b/file`: fourteen bytes.
        let all = vec!["b/file".to_owned(), "a/file".to_owned()];
        assert_eq!(walk(4, 14), Ok((all, 0, 0)));
        assert_eq!(walk(3, 14), Err(WalkError::Full("a".to_owned())));
        assert_eq!(walk(4, 13), Err(WalkError::Full("a".to_owned())));
        assert_eq!(walk(1, 14), Err(WalkError::Full(String::new())), "folders count");
    }
}
