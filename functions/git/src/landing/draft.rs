//! One commit, before and after it is made.

use std::collections::BTreeMap;

use fairlead_world::{Blob, Oid, RepoPath};

use super::base::Base;
use crate::object::{Commit, EditError, Identity};
use crate::repository::{Planned, Repository, RepositoryError};
use crate::sign::{SignError, SigningKey};

/// A commit to make.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    /// The commit before it, or `None` for the first of a branch.
    pub parent: Option<Oid>,
    /// Files to write, and with `None` files to delete.
    pub edits: BTreeMap<RepoPath, Option<Blob>>,
    /// Whose change it is.
    pub author: Identity,
    /// Who commits it.
    pub committer: Identity,
    /// The whole message.
    pub message: String,
    /// What signs it.
    pub key: Option<&'a SigningKey>,
}

/// Why a commit could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The trees on the way could not be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// Something is in the way of a file.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// It could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Draft<'_> {
    /// Makes the commit, with an id that is known before it is sent, and builds on it: `base` is its tree from now on.
    ///
    /// # Errors
    /// See [`PlanError`]; `base` is as it was then.
    pub async fn plan<R: Repository>(self, base: &mut Base<'_, R>) -> Result<Planned, PlanError> {
        let edited = base.edit(&self.edits).await??;
        let mut commit = Commit {
            tree: edited.root,
            parents: self.parent.into_iter().collect(),
            author: self.author,
            committer: self.committer,
            message: self.message,
            signature: None,
        };
        if let Some(key) = self.key {
            commit.signature = Some(key.sign(&commit)?);
        }
        let oid = commit.object().oid();
        let trees: Vec<_> = edited.trees.into_values().collect();
        base.advance(edited.root, &trees, &self.edits)?;
        Ok(Planned { commit, oid, edits: self.edits, trees })
    }
}
