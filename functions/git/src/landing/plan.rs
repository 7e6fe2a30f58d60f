//! From operations to commits.

use super::base::Base;
use super::draft::{Draft, PlanError};
use super::journal::{Attempt, Step};
use super::operation::{Conflict, Operation, OperationId, Outcome};
use super::owner::Settings;
use super::work::{Edits, WorkError, Works};
use crate::object::{Commit, EditError, Identity};
use crate::reference::Branch;
use crate::repository::{Landing, Planned, Repository, RepositoryError};
use crate::sign::SigningKey;

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

/// Plans `operations` on `base`, one commit each, each on the one before. `time` is what the commits carry: the same
/// operations on the same base at the same time are the same commits.
///
/// # Errors
/// Where the base cannot be read; nothing is planned then.
pub async fn plan<R: Repository, W: Works>(
    operations: &[Operation],
    base: &mut Base<'_, R>,
    works: &W,
    branch: &Branch,
    time: i64,
    settings: &Settings,
    key: Option<&SigningKey>,
) -> Result<Plan, RepositoryError> {
    let (head, first) = (base.head(), base.commit());
    let mut commits: Vec<Planned> = Vec::new();
    let mut attempt = Attempt { base: head, time, steps: Vec::new() };
    let mut outcomes = Vec::new();
    let mut bytes = 0;
    for operation in operations {
        // What is said of it now must be true of the branch. Where it follows from a commit that is only planned, nothing is:
        // that may never land, and the next round decides.
        let mut tell = |planned: &[Planned], outcome| {
            if planned.is_empty() {
                outcomes.push((operation.id.clone(), outcome));
            }
        };
        let edits = match works.edits(operation, base).await {
            Ok(edits) => edits,
            Err(WorkError::Repository(error)) => return Err(error),
            Err(error) => {
                tell(&commits, outcome(error));
                continue;
            }
        };
        bytes += edits.files.values().flatten().map(|blob| blob.bytes().len()).sum::<usize>();
        if bytes > MAX_BYTES && !commits.is_empty() {
            break;
        }
        let parent = commits.last().map(|planned| planned.oid).or(first);
        if edits.files.is_empty() {
            tell(&commits, Outcome::Unchanged);
            continue;
        }
        let draft = Draft { parent, key, ..draft(operation, edits, time, settings) };
        match commit(draft, base).await? {
            Ok(planned) => {
                let Commit { tree, .. } = planned.commit;
                attempt.steps.push(Step { operation: operation.id.clone(), commit: planned.oid, tree });
                commits.push(planned);
            }
            Err(outcome) => tell(&commits, outcome),
        }
    }
    let landing = (!commits.is_empty()).then(|| Landing { branch: branch.clone(), old: head, commits });
    Ok(Plan { landing, attempt, outcomes })
}

/// An operation's commit, as far as it does not hang on what is planned before it.
fn draft(operation: &Operation, edits: Edits, time: i64, settings: &Settings) -> Draft<'static> {
    let identity = |(name, email): &(String, String), (seconds, offset)| Identity {
        name: name.clone(),
        email: email.clone(),
        seconds,
        offset,
    };
    let now = (time, settings.offset);
    Draft {
        parent: None,
        author: identity(&edits.author, edits.authored.unwrap_or(now)),
        committer: identity(&settings.committer, now),
        message: if settings.trailers { with_trailer(&edits.message, &operation.id) } else { edits.message },
        edits: edits.files,
        key: None,
    }
}

/// One operation's commit, or what can be said of it at once.
async fn commit<R: Repository>(
    draft: Draft<'_>,
    base: &mut Base<'_, R>,
) -> Result<Result<Planned, Outcome>, RepositoryError> {
    let before = base.tree();
    match draft.plan(base).await {
        Ok(planned) if before == Some(planned.commit.tree) => Ok(Err(Outcome::Unchanged)),
        Ok(planned) => Ok(Ok(planned)),
        Err(PlanError::Repository(error)) => Err(error),
        Err(PlanError::Edit(EditError::Conflict { path, found })) => {
            Ok(Err(Outcome::Conflict(vec![Conflict { path, found: found.to_owned() }])))
        }
        Err(error) => Ok(Err(Outcome::Failed(error.to_string()))),
    }
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

/// A message without the trailer that names its operation: what its author wrote.
pub fn without_operation(message: &str) -> String {
    let lines = message.trim_end().lines();
    let kept: Vec<&str> = lines.filter(|line| !line.starts_with(TRAILER)).collect();
    format!("{}\n", kept.join("\n").trim_end())
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
            assert_eq!(without_operation(expected).trim_end(), message.trim_end());
        }
        assert_eq!(operation_of("edit: raise\n\nFairlead-Operation-Id: ../x"), None);
    }
}
