//! A branch as it was at one commit, with what is planned on it.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::{Blob, ObjectFormat, Oid, RepoPath};

use crate::object::{self, Edit, EditError, Edited, Mode, Object, Tree};
use crate::repository::{Repository, RepositoryError};
use crate::snapshot::{Snapshot, not_there};
use crate::trees::{Found, Trees};

/// A tree that can be read and built on. Trees are read once, and what is planned is at hand before it is anywhere else.
#[derive(Debug)]
pub struct Base<'a, R> {
    repository: &'a R,
    head: Option<Oid>,
    commit: Option<Oid>,
    root: Option<Oid>,
    trees: Trees,
    planned: BTreeMap<Oid, Blob>,
}

impl<'a, R: Repository> Base<'a, R> {
    /// The tree of a commit; no commit is an empty tree.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub async fn open(repository: &'a R, commit: Option<Oid>) -> Result<Base<'a, R>, RepositoryError> {
        Base::upon(repository, commit, commit).await
    }

    /// The tree of a commit that need not be the branch's head: what is planned on it replaces `head`.
    pub(super) async fn upon(
        repository: &'a R,
        head: Option<Oid>,
        commit: Option<Oid>,
    ) -> Result<Base<'a, R>, RepositoryError> {
        let root = match commit {
            Some(oid) => Some(repository.root(oid).await?.ok_or_else(|| not_there(repository, oid))?),
            None => None,
        };
        Ok(Base { repository, head, commit, root, trees: Trees::default(), planned: BTreeMap::new() })
    }

    /// Where the branch is: most often the commit that the tree is of.
    pub fn head(&self) -> Option<Oid> {
        self.head
    }

    /// The commit that the tree is of, where nothing has been planned on it yet.
    pub fn commit(&self) -> Option<Oid> {
        self.commit
    }

    /// The tree, or `None` where there is none yet.
    pub fn tree(&self) -> Option<Oid> {
        self.root
    }

    /// Reads the folders of all these paths at once, one level after the other, so that [`Base::find`] need not read them
    /// one by one.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub async fn reach(&mut self, paths: impl Iterator<Item = &RepoPath>) -> Result<(), RepositoryError> {
        let Some(root) = self.root else { return Ok(()) };
        let folders: BTreeSet<RepoPath> = paths.filter_map(RepoPath::parent).collect();
        self.trees.reach(self.repository, root, &folders).await
    }

    /// What is at a path; `None` where nothing is, or where something on the way is no folder.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub async fn find(&mut self, path: &RepoPath) -> Result<Option<(Mode, Oid)>, RepositoryError> {
        let Some(root) = self.root else { return Ok(None) };
        loop {
            match self.trees.find(root, path) {
                Found::Entry(mode, oid) => return Ok(Some((mode, oid))),
                Found::Nothing => return Ok(None),
                Found::Needed(oid) => self.trees.read(self.repository, [oid].into()).await?,
                Found::Unreadable(unreadable) => return Err(unreadable.within(self.repository)),
            }
        }
    }

    /// The contents of a regular file; `None` where there is none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn file(&mut self, path: &RepoPath) -> Result<Option<Blob>, RepositoryError> {
        let oid = match self.find(path).await? {
            Some((mode, oid)) if mode.is_file() => oid,
            _ => return Ok(None),
        };
        if let Some(blob) = self.planned.get(&oid) {
            return Ok(Some(blob.clone()));
        }
        Ok(Snapshot::blobs(self.repository, &[oid].into()).await?.remove(&oid))
    }

    /// The trees that `files` make of this one. Of the repository no more is read than the trees on the way to them.
    ///
    /// # Errors
    /// [`EditError::Conflict`] inside where something is in the way, and whatever cannot be read.
    pub(super) async fn edit(
        &mut self,
        files: &BTreeMap<RepoPath, Option<Blob>>,
    ) -> Result<Result<Edited, EditError>, RepositoryError> {
        self.reach(files.keys()).await?;
        let edits = files.iter().map(|(path, contents)| (path.clone(), write(contents.as_ref()))).collect();
        loop {
            let read = |oid: &Oid| self.trees.tree(oid).map(Tree::encode);
            match object::edit(self.root.unwrap_or(Oid::ZERO), &edits, &read) {
                Err(EditError::Needed(oid)) => self.trees.read(self.repository, [oid].into()).await?,
                // What was there before need not be sent again.
                Ok(Edited { root, mut trees }) => {
                    trees.retain(|oid, _| self.trees.tree(oid).is_none());
                    return Ok(Ok(Edited { root, trees }));
                }
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// Builds on the tree: from now on it is the tree `root`, whose new parts are given.
    pub(super) fn advance(
        &mut self,
        root: Oid,
        trees: &[Object],
        files: &BTreeMap<RepoPath, Option<Blob>>,
    ) -> Result<(), RepositoryError> {
        self.trees.add(trees.iter().map(|tree| (tree.oid(), tree.clone())));
        let blobs = files.values().flatten();
        self.planned.extend(blobs.map(|blob| (Oid::of_blob(ObjectFormat::Sha1, blob.bytes()), blob.clone())));
        self.root = Some(root);
        self.commit = None;
        Ok(())
    }
}

fn write(contents: Option<&Blob>) -> Edit {
    match contents {
        Some(blob) => Edit::Write(Oid::of_blob(ObjectFormat::Sha1, blob.bytes())),
        None => Edit::Delete,
    }
}
