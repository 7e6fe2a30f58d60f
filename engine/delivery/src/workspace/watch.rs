//! What is read while a unit renders.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use fairlead_world::{Answer, Blob, Digest, Entry, Need, RepoPath, World};

/// A world that remembers the files and folders that were asked for. Content by digest never changes.
pub(super) struct Watch<'w> {
    world: &'w dyn World,
    seen: RefCell<BTreeSet<Need>>,
}

impl<'w> Watch<'w> {
    pub(super) fn new(world: &'w dyn World) -> Watch<'w> {
        Watch { world, seen: RefCell::default() }
    }

    pub(super) fn finish(self) -> BTreeSet<Need> {
        self.seen.into_inner()
    }
}

impl World for Watch<'_> {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        self.seen.borrow_mut().insert(Need::File(path.clone()));
        self.world.read(path)
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        self.seen.borrow_mut().insert(Need::Folder(path.clone()));
        self.world.list(path)
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        self.world.content(digest)
    }
}
