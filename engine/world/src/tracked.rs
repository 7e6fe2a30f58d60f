//! Reads, recorded.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{Answer, Blob, Digest, Entry, Need, RepoPath, World};

/// What one read saw, so that a later world can be asked whether it would see the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A file, by the digest of its bytes, or its absence.
    File(Option<Digest>),
    /// A folder's entries, or its absence.
    Folder(Option<Arc<[Entry]>>),
    /// Content by digest: it cannot change, only be missing.
    Content(bool),
}

/// A [`World`] that remembers everything that was read through it and everything that has to be fetched.
#[derive(Debug)]
pub struct Tracked<W> {
    world: W,
    log: RefCell<Log>,
}

#[derive(Debug, Default)]
struct Log {
    files: BTreeMap<RepoPath, Option<Blob>>,
    folders: BTreeMap<RepoPath, Option<Arc<[Entry]>>>,
    contents: BTreeMap<Digest, bool>,
    needs: BTreeSet<Need>,
}

impl<W: World> Tracked<W> {
    /// Starts to record reads from `world`.
    pub fn new(world: W) -> Tracked<W> {
        Tracked { world, log: RefCell::default() }
    }

    /// What has to be fetched before the engine can go on, in a fixed order; empty when everything was answered.
    pub fn needs(&self) -> Vec<Need> {
        self.log.borrow().needs.iter().cloned().collect()
    }

    /// Everything that was read and answered, in a fixed order. Digests are computed here, not while reading.
    pub fn reads(&self) -> Vec<(Need, Read)> {
        let log = self.log.borrow();
        let files = log
            .files
            .iter()
            .map(|(path, blob)| (Need::File(path.clone()), Read::File(blob.as_ref().map(Blob::digest))));
        let folders =
            log.folders.iter().map(|(path, list)| (Need::Folder(path.clone()), Read::Folder(list.clone())));
        let contents =
            log.contents.iter().map(|(digest, found)| (Need::Content(*digest), Read::Content(*found)));
        files.chain(folders).chain(contents).collect()
    }
}

impl<W: World> World for Tracked<W> {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        let answer = self.world.read(path);
        let mut log = self.log.borrow_mut();
        match &answer {
            Answer::Found(blob) => {
                log.files.insert(path.clone(), Some(blob.clone()));
            }
            Answer::Absent => {
                log.files.insert(path.clone(), None);
            }
            Answer::Needed => {
                log.needs.insert(Need::File(path.clone()));
            }
        }
        answer
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        let answer = self.world.list(path);
        let mut log = self.log.borrow_mut();
        match &answer {
            Answer::Found(entries) => {
                log.folders.insert(path.clone(), Some(entries.clone()));
            }
            Answer::Absent => {
                log.folders.insert(path.clone(), None);
            }
            Answer::Needed => {
                log.needs.insert(Need::Folder(path.clone()));
            }
        }
        answer
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        let answer = self.world.content(digest);
        let mut log = self.log.borrow_mut();
        match &answer {
            Answer::Found(_) => {
                log.contents.insert(*digest, true);
            }
            Answer::Absent => {
                log.contents.insert(*digest, false);
            }
            Answer::Needed => {
                log.needs.insert(Need::Content(*digest));
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryWorld;

    #[test]
    fn absences_and_needs_are_recorded_as_well_as_files() {
        let mut world = MemoryWorld::partial();
        let path = |text: &str| RepoPath::parse(text).unwrap();
        world.insert(path("a"), Blob::from("1"));
        world.insert_absent(Need::File(path("b")));
        let tracked = Tracked::new(&world);
        let _ = (tracked.read(&path("a")), tracked.read(&path("b")), tracked.read(&path("c")));
        let _ = tracked.list(&path("d"));
        assert_eq!(tracked.needs(), [Need::File(path("c")), Need::Folder(path("d"))]);
        assert_eq!(
            tracked.reads(),
            [
                (Need::File(path("a")), Read::File(Some(Digest::of(b"1")))),
                (Need::File(path("b")), Read::File(None)),
            ]
        );
    }
}
