//! A branch as it was at one commit, with what is planned on it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use fairlead_world::{Blob, Oid, RepoPath};

use crate::object::{self, Commit, Edit, EditError, Edited, Entry, Kind, Mode, Object, Tree};
use crate::repository::{Repository, RepositoryError};

/// How many bytes of objects one plan keeps at hand.
const MAX_KEPT: usize = 48 << 20;

/// A tree that can be read and built on. Objects are read once, and those that are planned are at hand before they are
/// anywhere else.
#[derive(Debug)]
pub struct Snapshot<'a, R> {
    repository: &'a R,
    commit: Option<Oid>,
    tree: Option<Oid>,
    objects: RefCell<BTreeMap<Oid, Object>>,
}

impl<'a, R: Repository> Snapshot<'a, R> {
    /// The tree of a commit; no commit is an empty tree.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub async fn open(repository: &'a R, commit: Option<Oid>) -> Result<Snapshot<'a, R>, RepositoryError> {
        let mut snapshot = Snapshot { repository, commit, tree: None, objects: RefCell::default() };
        if let Some(oid) = commit {
            let object = snapshot.object(oid, Kind::Commit).await?;
            let commit = Commit::parse(&object.bytes).map_err(|source| RepositoryError::Commit {
                repository: repository.name().to_owned(),
                oid,
                source,
            })?;
            snapshot.tree = Some(commit.tree);
        }
        Ok(snapshot)
    }

    /// The commit that the tree is of, where nothing has been planned on it yet.
    pub fn commit(&self) -> Option<Oid> {
        self.commit
    }

    /// The tree, or `None` where there is none yet.
    pub fn tree(&self) -> Option<Oid> {
        self.tree
    }

    /// What is at a path; `None` where nothing is, or where something on the way is no folder.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub async fn find(&self, path: &RepoPath) -> Result<Option<Entry>, RepositoryError> {
        let Some(mut at) = self.tree else { return Ok(None) };
        let mut segments = path.segments().peekable();
        while let Some(segment) = segments.next() {
            let folder = self.folder(at).await?;
            let Some(entry) = folder.find(segment.as_bytes()) else { return Ok(None) };
            if segments.peek().is_none() {
                return Ok(Some(entry.clone()));
            }
            if entry.mode != Mode::Folder {
                return Ok(None);
            }
            at = entry.oid;
        }
        Ok(None)
    }

    /// The entries of a folder; `None` where there is none.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub async fn list(&self, path: &RepoPath) -> Result<Option<Tree>, RepositoryError> {
        let oid = match (path.is_root(), self.tree) {
            (_, None) => return Ok(None),
            (true, Some(root)) => root,
            (false, _) => match self.find(path).await? {
                Some(Entry { mode: Mode::Folder, oid, .. }) => oid,
                _ => return Ok(None),
            },
        };
        self.folder(oid).await.map(Some)
    }

    /// The contents of a regular file; `None` where there is none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn file(&self, path: &RepoPath) -> Result<Option<Blob>, RepositoryError> {
        match self.find(path).await? {
            Some(entry) if entry.mode.is_file() => {
                Ok(Some(Blob::from(self.object(entry.oid, Kind::Blob).await?.bytes)))
            }
            _ => Ok(None),
        }
    }

    /// The trees that `files` make of this one.
    ///
    /// # Errors
    /// [`EditError::Conflict`] inside where something is in the way, and whatever cannot be read.
    pub(super) async fn edit(
        &self,
        files: &BTreeMap<RepoPath, Option<Blob>>,
    ) -> Result<Result<Edited, EditError>, RepositoryError> {
        let edits = files.iter().map(|(path, contents)| (path.clone(), write(contents.as_ref()))).collect();
        loop {
            let read = |oid: &Oid| self.objects.borrow().get(oid).map(|object| object.bytes.clone());
            match object::edit(self.tree.unwrap_or(Oid::ZERO), &edits, &read) {
                Err(EditError::Needed(oid)) => {
                    self.object(oid, Kind::Tree).await?;
                }
                other => return Ok(other),
            }
        }
    }

    /// Builds on the snapshot: from now on it is the tree `root`, whose new parts are given.
    pub(super) fn advance(&mut self, root: Oid, new: impl IntoIterator<Item = Object>) {
        self.objects.get_mut().extend(new.into_iter().map(|object| (object.oid(), object)));
        self.tree = Some(root);
        self.commit = None;
    }

    async fn folder(&self, oid: Oid) -> Result<Tree, RepositoryError> {
        let object = self.object(oid, Kind::Tree).await?;
        Tree::parse(&object.bytes).map_err(|source| RepositoryError::Tree {
            repository: self.repository.name().to_owned(),
            oid,
            source,
        })
    }

    async fn object(&self, oid: Oid, kind: Kind) -> Result<Object, RepositoryError> {
        let kept = self.objects.borrow().get(&oid).cloned();
        let object = match kept {
            Some(object) => Some(object),
            None => {
                let mut found = self.repository.objects(&[oid]).await?;
                let object = found.get(&oid).cloned();
                // Whatever came along is likely to be asked for next, and what is planned must stay.
                found.retain(|_, object| object.kind != Kind::Blob);
                let mut objects = self.objects.borrow_mut();
                let kept: usize = objects.values().map(|object| object.bytes.len()).sum();
                let more: usize = found.values().map(|object| object.bytes.len()).sum();
                if kept + more <= MAX_KEPT {
                    objects.extend(found);
                } else if let Some(object) = &object {
                    objects.insert(oid, object.clone());
                }
                object
            }
        };
        match object {
            Some(object) if object.kind == kind => Ok(object),
            Some(object) => Err(self.answer(format!(
                "the object {oid} is a {}, where a {} belongs",
                object.kind.word(),
                kind.word()
            ))),
            None => Err(self.answer(format!("the object {oid} is missing"))),
        }
    }

    fn answer(&self, why: String) -> RepositoryError {
        RepositoryError::Answer { repository: self.repository.name().to_owned(), why }
    }
}

fn write(contents: Option<&Blob>) -> Edit {
    match contents {
        Some(blob) => Edit::Write(Oid::of_blob(fairlead_world::ObjectFormat::Sha1, blob.bytes())),
        None => Edit::Delete,
    }
}
