//! A commit's files as the engine's world, fetched as they are needed.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use fairlead_git::Snapshot;
use fairlead_world::{Answer, Blob, Digest, Entry, RepoPath, World};

use crate::contents;

/// One commit, as far as it has been read.
#[derive(Debug)]
pub(crate) struct RemoteTree {
    snapshot: RwLock<Snapshot>,
    contents: PathBuf,
}

impl RemoteTree {
    pub(super) fn new(snapshot: Snapshot) -> RemoteTree {
        RemoteTree { snapshot: RwLock::new(snapshot), contents: contents::folder() }
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Snapshot> {
        self.snapshot.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_lock(&self) -> RwLockReadGuard<'_, Snapshot> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World for RemoteTree {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        self.read_lock().world().read(path)
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        self.read_lock().world().list(path)
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        contents::kept(&self.contents, digest)
    }
}
