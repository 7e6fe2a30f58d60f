//! The work tree as the engine's world.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::contents;
use fairlead_world::{Answer, Blob, Digest, Entry, EntryKind, RepoPath, World};

/// Reads files as they stand in the work tree, and locked content from a folder of files named by their digests.
///
/// Symbolic links are listed and never followed, wherever in a path they stand. Every file is read once, so that one
/// run sees one state.
#[derive(Debug)]
pub(crate) struct WorkTree {
    root: PathBuf,
    contents: PathBuf,
    files: Mutex<BTreeMap<RepoPath, Option<Blob>>>,
    folders: Mutex<BTreeMap<RepoPath, Option<Arc<[Entry]>>>>,
}

impl WorkTree {
    /// Reads below `root`; content by digest is looked for in `contents`.
    pub(crate) fn new(root: &Path, contents: &Path) -> WorkTree {
        let (files, folders) = (Mutex::default(), Mutex::default());
        WorkTree { root: root.to_owned(), contents: contents.to_owned(), files, folders }
    }

    /// The path on this machine, or `None` where a link stands in the way.
    fn locate(&self, path: &RepoPath) -> Option<PathBuf> {
        let mut located = self.root.clone();
        let mut segments = path.segments().peekable();
        while let Some(segment) = segments.next() {
            located.push(segment);
            if segments.peek().is_some() && is_link(&located) {
                return None;
            }
        }
        Some(located)
    }

    fn read_file(&self, path: &RepoPath) -> Option<Blob> {
        let located = self.locate(path)?;
        let kind = fs::symlink_metadata(&located).ok()?.file_type();
        if !kind.is_file() {
            return None;
        }
        fs::read(&located).ok().map(Blob::from)
    }

    fn read_folder(&self, path: &RepoPath) -> Option<Arc<[Entry]>> {
        let located = self.locate(path)?;
        if is_link(&located) {
            return None;
        }
        let mut entries: Vec<Entry> =
            fs::read_dir(&located).ok()?.filter_map(|entry| entry_of(&entry.ok()?)).collect();
        entries.sort();
        Some(entries.into())
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// The entry as git's tree would have it; git's own folder and names that git cannot hold are left out.
fn entry_of(entry: &fs::DirEntry) -> Option<Entry> {
    let name = entry.file_name().into_string().ok()?;
    if name.eq_ignore_ascii_case(".git") {
        return None;
    }
    let kind = entry.file_type().ok()?;
    let kind = match () {
        () if kind.is_symlink() => EntryKind::Link,
        () if kind.is_dir() && entry.path().join(".git").exists() => EntryKind::Submodule,
        () if kind.is_dir() => EntryKind::Folder,
        () => EntryKind::File,
    };
    Some(Entry { name: name.into(), kind })
}

impl World for WorkTree {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        remembered(&self.files, path, || self.read_file(path))
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        remembered(&self.folders, path, || self.read_folder(path))
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        contents::kept(&self.contents, digest)
    }
}

fn remembered<T: Clone>(
    memory: &Mutex<BTreeMap<RepoPath, Option<T>>>,
    path: &RepoPath,
    look: impl FnOnce() -> Option<T>,
) -> Answer<T> {
    let mut memory = memory.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let seen = memory.entry(path.clone()).or_insert_with(look);
    seen.clone().map_or(Answer::Absent, Answer::Found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn links_are_listed_and_never_followed() {
        let folder = std::env::temp_dir().join(format!("fairlead-worktree-{}", std::process::id()));
        fs::create_dir_all(folder.join("real")).unwrap();
        fs::write(folder.join("real/file"), "content").unwrap();
        let link = |from: &str, to: &str| std::os::unix::fs::symlink(to, folder.join(from));
        let _ = (link("folder-link", "real"), link("file-link", "/etc/passwd"));
        let world = WorkTree::new(&folder, &folder);
        let path = |text: &str| RepoPath::parse(text).unwrap();
        assert_eq!(world.read(&path("real/file")), Answer::Found(Blob::from("content")));
        assert_eq!(world.read(&path("folder-link/file")), Answer::Absent);
        assert_eq!(world.read(&path("file-link")), Answer::Absent);
        assert_eq!(world.list(&path("folder-link")), Answer::Absent);
        let Answer::Found(entries) = world.list(&RepoPath::root()) else { panic!("the root is there") };
        let kinds: Vec<_> = entries.iter().map(|entry| (&*entry.name, entry.kind)).collect();
        let links =
            [("file-link", EntryKind::Link), ("folder-link", EntryKind::Link), ("real", EntryKind::Folder)];
        assert_eq!(kinds, links);
        fs::remove_dir_all(&folder).unwrap();
    }
}
