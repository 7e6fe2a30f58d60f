//! A world held in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use crate::{Answer, Blob, Digest, Entry, EntryKind, Need, RepoPath, World};

/// A [`World`] of files given beforehand: what tests, the browser and a driver between two entries hold.
///
/// By default it is whole: what is not there is [`Answer::Absent`]. Made with [`MemoryWorld::partial`], it answers
/// [`Answer::Needed`] for whatever nobody has told it yet.
#[derive(Debug, Clone, Default)]
pub struct MemoryWorld {
    files: BTreeMap<RepoPath, Blob>,
    links: BTreeSet<RepoPath>,
    contents: BTreeMap<Digest, Blob>,
    partial: Option<Known>,
}

/// What a partial world has been told about, beyond the files it holds.
#[derive(Debug, Clone, Default)]
struct Known {
    absent: BTreeSet<RepoPath>,
    listings: BTreeMap<RepoPath, Arc<[Entry]>>,
    no_folders: BTreeSet<RepoPath>,
    no_contents: BTreeSet<Digest>,
}

impl MemoryWorld {
    /// A whole world without files.
    pub fn new() -> MemoryWorld {
        MemoryWorld::default()
    }

    /// A world that knows nothing yet and answers [`Answer::Needed`] until it is told.
    pub fn partial() -> MemoryWorld {
        MemoryWorld { partial: Some(Known::default()), ..MemoryWorld::default() }
    }

    /// Puts a file, and returns the one that was there.
    pub fn insert(&mut self, path: RepoPath, blob: Blob) -> Option<Blob> {
        if let Some(known) = &mut self.partial {
            known.absent.remove(&path);
        }
        self.files.insert(path, blob)
    }

    /// Puts a symbolic link: listed, never followed.
    pub fn insert_link(&mut self, path: RepoPath) {
        self.links.insert(path);
    }

    /// Takes a file away, and returns it.
    pub fn remove(&mut self, path: &RepoPath) -> Option<Blob> {
        if let Some(known) = &mut self.partial {
            known.absent.insert(path.clone());
        }
        self.files.remove(path)
    }

    /// Puts content under its own digest.
    pub fn insert_content(&mut self, blob: Blob) -> Digest {
        let digest = blob.digest();
        self.contents.insert(digest, blob);
        digest
    }

    /// Tells a partial world a folder's entries, or that there is no such folder. A whole world derives them.
    pub fn insert_listing(&mut self, path: RepoPath, entries: Option<Arc<[Entry]>>) {
        let Some(known) = &mut self.partial else { return };
        match entries {
            Some(entries) => {
                known.listings.insert(path, entries);
            }
            None => {
                known.no_folders.insert(path);
            }
        }
    }

    /// Tells a partial world that what it needed is not there.
    pub fn insert_absent(&mut self, need: Need) {
        let Some(known) = &mut self.partial else { return };
        match need {
            Need::File(path) => {
                known.absent.insert(path);
            }
            Need::Folder(path) => {
                known.no_folders.insert(path);
            }
            Need::Content(digest) => {
                known.no_contents.insert(digest);
            }
        }
    }

    /// Every file, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&RepoPath, &Blob)> {
        self.files.iter()
    }

    fn derived_listing(&self, folder: &RepoPath) -> Answer<Arc<[Entry]>> {
        let mut entries = BTreeMap::new();
        let start = Bound::Included(folder);
        let below = |path: &RepoPath| path.below(folder).map(str::to_owned);
        let files = self
            .files
            .range::<RepoPath, _>((start, Bound::Unbounded))
            .map(|(path, _)| (path, EntryKind::File));
        let links =
            self.links.range::<RepoPath, _>((start, Bound::Unbounded)).map(|path| (path, EntryKind::Link));
        for (path, kind) in files.take_while(|(path, _)| is_near(path, folder)).chain(links) {
            let Some(rest) = below(path).filter(|rest| !rest.is_empty()) else { continue };
            match rest.split_once('/') {
                Some((name, _)) => entries.insert(Arc::from(name), EntryKind::Folder),
                None => entries.insert(Arc::from(rest.as_str()), kind),
            };
        }
        if entries.is_empty() && !folder.is_root() {
            return Answer::Absent;
        }
        Answer::Found(entries.into_iter().map(|(name, kind)| Entry { name, kind }).collect())
    }
}

/// Whether a sorted walk that began at `folder` may still meet paths inside it at `path`.
fn is_near(path: &RepoPath, folder: &RepoPath) -> bool {
    path.as_str().starts_with(folder.as_str())
}

impl World for MemoryWorld {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        match (self.files.get(path), &self.partial) {
            (Some(blob), _) => Answer::Found(blob.clone()),
            (None, Some(known)) if !known.absent.contains(path) => Answer::Needed,
            (None, _) => Answer::Absent,
        }
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        match &self.partial {
            None => self.derived_listing(path),
            Some(known) => match known.listings.get(path) {
                Some(entries) => Answer::Found(entries.clone()),
                None if known.no_folders.contains(path) => Answer::Absent,
                None => Answer::Needed,
            },
        }
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        match (self.contents.get(digest), &self.partial) {
            (Some(blob), _) => Answer::Found(blob.clone()),
            (None, Some(known)) if !known.no_contents.contains(digest) => Answer::Needed,
            (None, _) => Answer::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    #[test]
    fn a_whole_world_derives_its_listings() {
        let mut world = MemoryWorld::new();
        for file in ["a/b/c", "a/b-c/d", "a/x", "b"] {
            world.insert(path(file), Blob::from(file));
        }
        world.insert_link(path("a/l"));
        let Answer::Found(entries) = world.list(&path("a")) else { panic!("the folder is there") };
        let seen: Vec<_> = entries.iter().map(|entry| (&*entry.name, entry.kind)).collect();
        let expected = [
            ("b", EntryKind::Folder),
            ("b-c", EntryKind::Folder),
            ("l", EntryKind::Link),
            ("x", EntryKind::File),
        ];
        assert_eq!(seen, expected);
        assert_eq!(world.list(&path("c")), Answer::Absent);
        assert_eq!(world.read(&path("a/l")), Answer::Absent, "links are not followed");
    }

    #[test]
    fn a_partial_world_asks_until_it_is_told() {
        let mut world = MemoryWorld::partial();
        assert_eq!(world.read(&path("a")), Answer::Needed);
        assert_eq!(world.list(&RepoPath::root()), Answer::Needed);
        world.insert_absent(Need::File(path("a")));
        assert_eq!(world.read(&path("a")), Answer::Absent);
        world.insert(path("a"), Blob::from("x"));
        assert_eq!(world.read(&path("a")), Answer::Found(Blob::from("x")));
        world.insert_listing(RepoPath::root(), Some(Arc::from([])));
        assert_eq!(world.list(&RepoPath::root()), Answer::Found(Arc::from([])));
    }
}
