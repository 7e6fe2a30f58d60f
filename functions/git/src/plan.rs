//! Makes the commit that a landing sends, with an id that is known before it is sent.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::{Blob, ObjectFormat, RepoPath};

use crate::object::{Commit, Edit, EditError, Identity, Oid, Tree, edit};
use crate::repository::{Planned, Repository, RepositoryError};
use crate::sign::{SignError, SigningKey};
use crate::snapshot::root_of;
use crate::trees::Trees;

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

/// Makes a commit. Of the repository no more is read than the trees on the way to what changes, level by level.
///
/// # Errors
/// See [`PlanError`].
pub async fn plan(repository: &impl Repository, draft: Draft<'_>) -> Result<Planned, PlanError> {
    let mut trees = Trees::default();
    let root = match draft.parent {
        Some(parent) => {
            let objects = repository.objects(&[parent]).await?;
            root_of(repository, parent, objects.get(&parent))?
        }
        None => Oid::ZERO,
    };
    if root != Oid::ZERO {
        let folders: BTreeSet<RepoPath> = draft.edits.keys().filter_map(RepoPath::parent).collect();
        trees.reach(repository, root, &folders).await?;
    }
    let edits = draft.edits.iter().map(|(path, blob)| {
        let edit = |blob: &Blob| Edit::Write(Oid::of_blob(ObjectFormat::Sha1, blob.bytes()));
        (path.clone(), blob.as_ref().map_or(Edit::Delete, edit))
    });
    let edited = edit(root, &edits.collect(), &|oid| trees.tree(oid).map(Tree::encode))?;
    let mut commit = Commit {
        tree: edited.root,
        parents: draft.parent.into_iter().collect(),
        author: draft.author,
        committer: draft.committer,
        message: draft.message,
        signature: None,
    };
    if let Some(key) = draft.key {
        commit.signature = Some(key.sign(&commit)?);
    }
    let oid = commit.object().oid();
    // What was there before need not be sent again.
    let new = edited.trees.into_iter().filter(|(oid, _)| trees.tree(oid).is_none());
    Ok(Planned { commit, oid, edits: draft.edits, trees: new.map(|(_, tree)| tree).collect() })
}
