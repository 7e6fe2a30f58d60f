//! From operations to commits.

use std::collections::BTreeMap;

use fairlead_world::{Blob, Oid};

use super::journal::{Attempt, Step};
use super::operation::{Conflict, Operation, OperationId, Outcome};
use super::snapshot::Snapshot;
use super::work::{Edits, WorkError, Works};
use crate::object::{Commit, EditError, Identity, Kind, Object};
use crate::reference::Branch;
use crate::repository::{Landing, Planned, Repository, RepositoryError};

/// The trailer that carries an operation's id.
pub const TRAILER: &str = "Fairlead-Operation-Id";

/// The most bytes of new contents in one landing; operations beyond it wait for the next.
const MAX_BYTES: usize = 64 << 20;

/// What a round of operations comes to on one base.
#[derive(Debug)]
pub struct Plan {
    /// What to send; `None` where nothing is left to commit.
    pub landing: Option<Landing>,
    /// The same, to remember.
    pub attempt: Attempt,
    /// What can be said at once: operations that change nothing, or cannot be done.
    pub outcomes: Vec<(OperationId, Outcome)>,
}

/// Signs the text of a commit, or does not.
pub type Sign<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Plans `operations` on `base`, one commit each, each on the one before. `time` is what the commits carry: the same
/// operations on the same base at the same time are the same commits.
///
/// # Errors
/// Where the base cannot be read; nothing is planned then.
pub async fn plan<R: Repository, W: Works>(
    operations: &[Operation],
    base: &mut Snapshot<'_, R>,
    works: &W,
    branch: &Branch,
    time: i64,
    committer: &(String, String),
    sign: Sign<'_>,
) -> Result<Plan, RepositoryError> {
    let old = base.commit();
    let mut commits: Vec<Planned> = Vec::new();
    let mut attempt = Attempt { base: old, time, steps: Vec::new() };
    let mut outcomes = Vec::new();
    let mut bytes = 0;
    for operation in operations {
        let edits = match works.edits(operation, base).await {
            Ok(edits) => edits,
            Err(WorkError::Repository(error)) => return Err(error),
            Err(error) => {
                outcomes.push((operation.id.clone(), outcome(error)));
                continue;
            }
        };
        bytes += edits.files.values().flatten().map(|blob| blob.bytes().len()).sum::<usize>();
        if bytes > MAX_BYTES && !commits.is_empty() {
            break;
        }
        let parent = commits.last().map(|planned| planned.oid).or(old);
        match commit(operation, edits, base, parent, time, committer, sign).await? {
            Ok(planned) => {
                let Commit { tree, .. } = planned.commit;
                attempt.steps.push(Step { operation: operation.id.clone(), commit: planned.oid, tree });
                commits.push(planned);
            }
            Err(outcome) => outcomes.push((operation.id.clone(), outcome)),
        }
    }
    let landing = (!commits.is_empty()).then(|| Landing { branch: branch.clone(), old, commits });
    Ok(Plan { landing, attempt, outcomes })
}

/// One operation's commit, or what can be said of it at once.
async fn commit<R: Repository>(
    operation: &Operation,
    edits: Edits,
    base: &mut Snapshot<'_, R>,
    parent: Option<Oid>,
    time: i64,
    committer: &(String, String),
    sign: Sign<'_>,
) -> Result<Result<Planned, Outcome>, RepositoryError> {
    let edited = match base.edit(&edits.files).await? {
        Ok(edited) => edited,
        Err(EditError::Conflict { path, found }) => {
            return Ok(Err(Outcome::Conflict(vec![Conflict { path, found: found.to_owned() }])));
        }
        Err(error) => return Ok(Err(Outcome::Failed(error.to_string()))),
    };
    if base.tree() == Some(edited.root) || (edits.files.is_empty() && base.tree().is_none()) {
        return Ok(Err(Outcome::Unchanged));
    }
    let identity = |(name, email): &(String, String)| Identity {
        name: name.clone(),
        email: email.clone(),
        seconds: time,
        offset: 0,
    };
    let mut commit = Commit {
        tree: edited.root,
        parents: parent.into_iter().collect(),
        author: identity(&edits.author),
        committer: identity(committer),
        message: with_trailer(&edits.message, &operation.id),
        signature: None,
    };
    commit.signature = sign(&commit.unsigned());
    let oid = commit.object().oid();
    let trees: Vec<Object> = edited.trees.into_values().collect();
    base.advance(edited.root, trees.iter().cloned().chain(blobs(&edits.files)));
    Ok(Ok(Planned { commit, oid, edits: edits.files, trees }))
}

/// Operations of one round see what those before them wrote.
fn blobs<P>(files: &BTreeMap<P, Option<Blob>>) -> impl Iterator<Item = Object> {
    files.values().flatten().map(|blob| Object { kind: Kind::Blob, bytes: blob.bytes().to_vec() })
}

fn outcome(error: WorkError) -> Outcome {
    match error {
        WorkError::Conflict(conflicts) => Outcome::Conflict(conflicts),
        WorkError::Failed(why) => Outcome::Failed(why),
        WorkError::Repository(error) => Outcome::Failed(error.to_string()),
    }
}

/// Adds the operation's id to the trailers, which are the last paragraph where each of its lines is one.
fn with_trailer(message: &str, id: &OperationId) -> String {
    let message = message.trim_end();
    let is_trailer = |line: &str| {
        line.split_once(": ").is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    let joined = message.rsplit_once("\n\n").is_some_and(|(_, last)| last.lines().all(is_trailer));
    format!("{message}{}{TRAILER}: {id}\n", if joined { "\n" } else { "\n\n" })
}

/// The operation that a commit says it is for.
pub fn operation_of(message: &str) -> Option<OperationId> {
    let last = message.trim_end().rsplit("\n\n").next()?;
    let value = last.lines().find_map(|line| line.strip_prefix(TRAILER)?.strip_prefix(": "))?;
    OperationId::parse(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operation_joins_the_trailers() {
        let id = OperationId::parse("op-1").unwrap();
        for (message, expected) in [
            ("edit: raise", "edit: raise\n\nFairlead-Operation-Id: op-1\n"),
            (
                "a: b\n\nText.\n\nX: y\nZ-a: b\n",
                "a: b\n\nText.\n\nX: y\nZ-a: b\nFairlead-Operation-Id: op-1\n",
            ),
            ("a: b\n\nX: y\nno trailer", "a: b\n\nX: y\nno trailer\n\nFairlead-Operation-Id: op-1\n"),
        ] {
            assert_eq!(with_trailer(message, &id), expected);
            assert_eq!(operation_of(expected), Some(id.clone()));
        }
        assert_eq!(operation_of("edit: raise\n\nFairlead-Operation-Id: ../x"), None);
    }
}
