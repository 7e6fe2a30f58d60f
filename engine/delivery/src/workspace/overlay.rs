//! Edits that nobody has saved, above a world.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::{Answer, Blob, Digest, Entry, EntryKind, RepoPath, World};

/// A world with edits above it.
#[derive(Debug, Clone, Default)]
pub struct Overlay<W> {
    below: W,
    edits: BTreeMap<RepoPath, Option<Blob>>,
}

impl<W: World> Overlay<W> {
    /// A world without edits.
    pub fn new(below: W) -> Overlay<W> {
        Overlay { below, edits: BTreeMap::new() }
    }

    /// Puts other content in a file, or takes it away. Gives back whether that changes anything.
    pub fn edit(&mut self, path: RepoPath, content: Option<Blob>) -> bool {
        let before = self.read(&path);
        let changes = match (&before, &content) {
            (Answer::Found(before), Some(content)) => before != content,
            (Answer::Absent, None) => false,
            _ => true,
        };
        self.edits.insert(path, content);
        changes
    }

    /// Forgets the edits of a file. Gives back whether that changes anything.
    pub fn close(&mut self, path: &RepoPath) -> bool {
        let Some(edited) = self.edits.remove(path) else { return false };
        match self.below.read(path) {
            Answer::Found(below) => edited.as_ref() != Some(&below),
            Answer::Absent => edited.is_some(),
            Answer::Needed => true,
        }
    }

    /// The world below.
    pub fn below_mut(&mut self) -> &mut W {
        &mut self.below
    }

    /// Whether anything is left of a folder's entry once the edits have been made.
    fn has_inside(&self, folder: &RepoPath) -> bool {
        match self.list(folder) {
            Answer::Found(entries) => !entries.is_empty(),
            Answer::Needed => true,
            Answer::Absent => false,
        }
    }
}

impl<W: World> World for Overlay<W> {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        match self.edits.get(path) {
            Some(Some(blob)) => Answer::Found(blob.clone()),
            Some(None) => Answer::Absent,
            None => self.below.read(path),
        }
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        let below = self.below.list(path);
        let inside = || self.edits.range(path.clone()..).take_while(|(edited, _)| is_near(edited, path));
        let mut changes =
            inside().filter_map(|(edited, content)| Some((edited.below(path)?, content))).peekable();
        if changes.peek().is_none() {
            return below;
        }
        let mut entries: BTreeMap<Arc<str>, EntryKind> = match below {
            Answer::Needed => return Answer::Needed,
            Answer::Absent => BTreeMap::new(),
            Answer::Found(entries) => entries.iter().map(|entry| (entry.name.clone(), entry.kind)).collect(),
        };
        let mut emptied = Vec::new();
        for (rest, content) in changes {
            match (rest.split_once('/'), content) {
                (_, _) if rest.is_empty() => {}
                (Some((name, _)), Some(_)) => {
                    entries.insert(Arc::from(name), EntryKind::Folder);
                }
                (Some((name, _)), None) => emptied.push(Arc::<str>::from(name)),
                (None, Some(_)) => {
                    entries.insert(Arc::from(rest), EntryKind::File);
                }
                (None, None) => {
                    entries.remove(rest);
                }
            }
        }
        // Git has no empty folders: one whose last file is taken away is gone.
        emptied.dedup();
        for name in emptied {
            if path.join(&name).is_ok_and(|folder| !self.has_inside(&folder)) {
                entries.remove(&name);
            }
        }
        if entries.is_empty() && !path.is_root() {
            return Answer::Absent;
        }
        Answer::Found(entries.into_iter().map(|(name, kind)| Entry { name, kind }).collect())
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        self.below.content(digest)
    }
}

/// Whether a sorted walk that began at `folder` may still meet paths inside it at `path`.
fn is_near(path: &RepoPath, folder: &RepoPath) -> bool {
    path.as_str().starts_with(folder.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlead_world::MemoryWorld;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    fn names(world: &impl World, folder: &str) -> Vec<String> {
        match world.list(&path(folder)) {
            Answer::Found(entries) => entries.iter().map(|entry| entry.name.to_string()).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn listings_show_the_edits() {
        let mut below = MemoryWorld::new();
        for file in ["a/b", "a/c/d", "a/c/e"] {
            below.insert(path(file), Blob::from("1"));
        }
        let mut world = Overlay::new(below);
        assert!(world.edit(path("a/x/y"), Some(Blob::from("2"))));
        assert!(world.edit(path("a/b"), None));
        assert_eq!(names(&world, "a"), ["c", "x"]);
        world.edit(path("a/c/d"), None);
        assert_eq!(names(&world, "a"), ["c", "x"]);
        world.edit(path("a/c/e"), None);
        assert_eq!(names(&world, "a"), ["x"]);
        assert_eq!(world.list(&path("a/c")), Answer::Absent);
        assert!(world.close(&path("a/b")));
        assert_eq!(names(&world, "a"), ["b", "x"]);
    }

    #[test]
    fn an_edit_to_the_same_content_changes_nothing() {
        let mut below = MemoryWorld::new();
        below.insert(path("a"), Blob::from("1"));
        let mut world = Overlay::new(below);
        assert!(!world.edit(path("a"), Some(Blob::from("1"))));
        assert!(!world.edit(path("b"), None));
        assert!(!world.close(&path("a")));
    }
}
