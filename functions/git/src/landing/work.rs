//! What an operation changes, seen from the branch as it is.

use std::collections::BTreeMap;

use fairlead_world::{Blob, Oid, RepoPath};

use super::base::Base;
use super::operation::{Conflict, Operation};
use crate::repository::{Repository, RepositoryError};

/// Knows what operations mean. Asked again whenever the branch has moved, and for the same operation on the same base
/// it gives the same answer.
///
/// The futures need not be `Send`: an edge isolate has one thread.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Works {
    /// What the operation changes on `base`.
    async fn edits<R: Repository>(
        &self,
        operation: &Operation,
        base: &mut Base<'_, R>,
    ) -> Result<Edits, WorkError>;
}

/// What one operation changes, and how its commit is headed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edits {
    /// The files: new contents, or `None` to delete. None at all where the branch has everything already.
    pub files: BTreeMap<RepoPath, Option<Blob>>,
    /// Whose change it is.
    pub author: (String, String),
    /// When it was authored, in seconds since 1970, and the minutes east of UTC there; `None` where that is when it is
    /// planned.
    pub authored: Option<(i64, i16)>,
    /// The commit's message. The operation's id may be added as a trailer.
    pub message: String,
}

/// Why an operation changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkError {
    /// Somebody else changed the same.
    #[error("{} changed in between", paths(.0))]
    Conflict(Vec<Conflict>),
    /// It cannot be done, now or later.
    #[error("{0}")]
    Failed(String),
    /// The branch could not be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

fn paths(conflicts: &[Conflict]) -> String {
    let paths: Vec<&str> = conflicts.iter().map(|conflict| conflict.path.as_str()).collect();
    paths.join(", ")
}

/// A file that is to have new contents if it still has those that its author saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// The file.
    pub path: RepoPath,
    /// The blob that the author saw; `None` where there was no file.
    pub seen: Option<Oid>,
    /// The new contents; `None` to delete.
    pub contents: Option<Blob>,
}

impl FileEdit {
    /// Merges edits into `base`, file by file: others' changes of other files stay, the same change twice is one, and
    /// whatever else somebody did to one of these files is a conflict.
    ///
    /// # Errors
    /// [`WorkError::Conflict`] with every such path.
    pub async fn merge<R: Repository>(
        edits: &[FileEdit],
        base: &mut Base<'_, R>,
    ) -> Result<BTreeMap<RepoPath, Option<Blob>>, WorkError> {
        let mut files = BTreeMap::new();
        let mut conflicts = Vec::new();
        base.reach(edits.iter().map(|edit| &edit.path)).await?;
        for edit in edits {
            let found = base.find(&edit.path).await?;
            let found = match found {
                Some((mode, _)) if !mode.is_file() => {
                    let found = format!("it is {} now", mode.in_words());
                    conflicts.push(Conflict { path: edit.path.clone(), found });
                    continue;
                }
                found => found.map(|(_, oid)| oid),
            };
            let wanted = edit
                .contents
                .as_ref()
                .map(|blob| Oid::of_blob(fairlead_world::ObjectFormat::Sha1, blob.bytes()));
            if found == wanted {
                continue;
            }
            if found != edit.seen {
                let found = found.map_or("it is gone".to_owned(), |oid| format!("it is {oid} now"));
                conflicts.push(Conflict { path: edit.path.clone(), found });
                continue;
            }
            files.insert(edit.path.clone(), edit.contents.clone());
        }
        if conflicts.is_empty() { Ok(files) } else { Err(WorkError::Conflict(conflicts)) }
    }
}
