//! Reading a project's files through the world, and remembering what has to be fetched first.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_world::{Answer, Blob, Digest, Entry as Listed, EntryKind, Need, RepoPath, World};

/// The world, with everything collected that it could not answer yet.
pub struct Files<'w> {
    world: &'w dyn World,
    needs: RefCell<BTreeSet<Need>>,
}

impl<'w> Files<'w> {
    /// Starts to read from a world.
    pub fn new(world: &'w dyn World) -> Files<'w> {
        Files { world, needs: RefCell::default() }
    }

    /// What has to be fetched; while there is anything, what was read is not the whole truth.
    pub fn needs(&self) -> Vec<Need> {
        self.needs.borrow().iter().cloned().collect()
    }

    /// The file, or `None` where it is absent or has to be fetched.
    pub fn read(&self, path: &RepoPath) -> Option<Blob> {
        self.found(self.world.read(path), || Need::File(path.clone()))
    }

    /// The folder's entries, or `None` where it is absent or has to be fetched.
    pub fn list(&self, path: &RepoPath) -> Option<Arc<[Listed]>> {
        self.found(self.world.list(path), || Need::Folder(path.clone()))
    }

    /// The content, or `None` where it is absent or has to be fetched.
    pub fn content(&self, digest: &Digest) -> Option<Blob> {
        self.found(self.world.content(digest), || Need::Content(*digest))
    }

    /// The world, for whoever tells by itself what it needs.
    pub(super) fn world(&self) -> &'w dyn World {
        self.world
    }

    /// Remembers what somebody else found missing.
    pub(super) fn note(&self, needs: Vec<Need>) {
        self.needs.borrow_mut().extend(needs);
    }

    fn found<T>(&self, answer: Answer<T>, need: impl FnOnce() -> Need) -> Option<T> {
        match answer {
            Answer::Found(found) => Some(found),
            Answer::Absent => None,
            Answer::Needed => {
                self.needs.borrow_mut().insert(need());
                None
            }
        }
    }
}

/// A tree of files: a folder of the repository, or another repository's files that the lock names one by one.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// A folder.
    Folder(RepoPath),
    /// Files by their path within the tree.
    Locked {
        /// What stands before the paths where errors name them.
        shown: RepoPath,
        /// The files.
        files: Arc<BTreeMap<Arc<str>, Digest>>,
    },
}

impl Tree {
    /// A file, and the path that errors call it.
    pub fn read(&self, files: &Files, path: &str) -> Option<(RepoPath, Blob)> {
        match self {
            Tree::Folder(root) => {
                let path = root.join(path).ok()?;
                let blob = files.read(&path)?;
                Some((path, blob))
            }
            Tree::Locked { shown, files: locked } => {
                let blob = files.content(locked.get(path)?)?;
                Some((shown.join(path).ok()?, blob))
            }
        }
    }

    /// The entries directly inside a folder, sorted by name; none where there is no such folder.
    pub fn list(&self, files: &Files, folder: &str) -> Vec<Listed> {
        match self {
            Tree::Folder(root) => {
                let entries = root.join(folder).ok().and_then(|path| files.list(&path));
                entries.map(|entries| entries.to_vec()).unwrap_or_default()
            }
            Tree::Locked { files: locked, .. } => {
                let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
                let mut entries = BTreeMap::new();
                let start = Arc::<str>::from(prefix.as_str());
                for (path, _) in locked.range(start..).take_while(|(path, _)| path.starts_with(&prefix)) {
                    let rest = path.strip_prefix(prefix.as_str()).unwrap_or_default();
                    match rest.split_once('/') {
                        Some((name, _)) => entries.insert(Arc::from(name), EntryKind::Folder),
                        None => entries.insert(Arc::from(rest), EntryKind::File),
                    };
                }
                entries.into_iter().map(|(name, kind)| Listed { name, kind }).collect()
            }
        }
    }

    /// The path that errors call something in the tree.
    pub fn shown(&self, path: &str) -> RepoPath {
        let root = match self {
            Tree::Folder(root) => root,
            Tree::Locked { shown, .. } => shown,
        };
        root.join(path).unwrap_or_else(|_| root.clone())
    }
}
