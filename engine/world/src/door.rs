//! The door itself.

use std::fmt;
use std::sync::Arc;

use crate::{Blob, Digest, RepoPath};

/// What the engine may read: files and folders of one repository at one commit, and content by digest.
///
/// Within one entry into the engine the answers do not change; the same question has the same answer.
pub trait World {
    /// The file at `path`. A folder, a symbolic link or a submodule there is [`Answer::Absent`], and so is what lies
    /// behind a link: reading follows none.
    fn read(&self, path: &RepoPath) -> Answer<Blob>;

    /// The entries directly inside the folder at `path`, sorted by name as bytes. The root is [`RepoPath::root`].
    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>>;

    /// The content that the lock names by its digest: a packaged chart, a schema, a pinned organization's file.
    /// Whoever supplies it has verified that it hashes to `digest`.
    fn content(&self, digest: &Digest) -> Answer<Blob>;

    /// Where the symbolic link at `path` leads, as it is written, in a world whose links may be followed: a folder that
    /// a person builds on their own machine. The links of a repository lead nowhere, which is what a world says that
    /// does not implement this.
    fn link(&self, path: &RepoPath) -> Answer<Arc<str>> {
        let _ = path;
        Answer::Absent
    }
}

impl<W: World + ?Sized> World for &W {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        (**self).read(path)
    }
    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        (**self).list(path)
    }
    fn content(&self, digest: &Digest) -> Answer<Blob> {
        (**self).content(digest)
    }
    fn link(&self, path: &RepoPath) -> Answer<Arc<str>> {
        (**self).link(path)
    }
}

/// The answer to one read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// It is there.
    Found(T),
    /// It is known not to be there.
    Absent,
    /// Nobody has looked yet: fetch it and enter again.
    Needed,
}

impl<T> Answer<T> {
    /// Changes what was found.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Answer::Found(found) => Answer::Found(change(found)),
            Answer::Absent => Answer::Absent,
            Answer::Needed => Answer::Needed,
        }
    }

    /// `Ok(Some)` where it was found, `Ok(None)` where it is absent, and `need` as the error where it must be fetched.
    ///
    /// # Errors
    /// `need`, for [`Answer::Needed`].
    pub fn or_need(self, need: impl FnOnce() -> Need) -> Result<Option<T>, Need> {
        match self {
            Answer::Found(found) => Ok(Some(found)),
            Answer::Absent => Ok(None),
            Answer::Needed => Err(need()),
        }
    }
}

/// Something a driver has to fetch before the engine can go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The file at a path.
    File(RepoPath),
    /// The listing of a folder.
    Folder(RepoPath),
    /// Content by its digest.
    Content(Digest),
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Need::File(path) => write!(f, "the file `{path}`"),
            Need::Folder(path) => write!(f, "the folder `{path}`"),
            Need::Content(digest) => write!(f, "the content {digest}"),
        }
    }
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The last segment of its path.
    pub name: Arc<str>,
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry of a folder is, as git's tree modes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file, executable or not.
    File,
    /// A folder.
    Folder,
    /// A symbolic link: named so that errors can say so. See [`World::link`].
    Link,
    /// A submodule.
    Submodule,
}
