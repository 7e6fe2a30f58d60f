//! One commit, landed by the process that waits for it.

use std::cell::Cell;

use fairlead_world::{ObjectFormat, Oid};

use super::base::Base;
use super::draft::Draft;
use super::journal::{Journal, JournalError};
use super::memory::MemoryJournal;
use super::operation::{Conflict, Operation, OperationId, OperationIdError, Outcome};
use super::owner::{Clock, Next, Owner, Settings};
use super::work::{Edits, WorkError, Works};
use crate::reference::Branch;
use crate::repository::{LandError, Landed, Repository, RepositoryError, Strategy};

/// How often a server is waited for that does not say how long.
const WAITS: u32 = 5;

/// For as long as the process lives, what it sent may still arrive.
const GRACE: i64 = i64::MAX;

/// Why a commit did not land, or why nobody knows yet.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// Something is in the way of a file; nothing landed.
    #[error("{}", in_the_way(.0))]
    Conflict(Vec<Conflict>),
    /// The commit cannot be made, and the text says why; nothing landed.
    #[error("{0}")]
    Failed(String),
    /// The branch has all of it already; nothing was committed.
    #[error("the branch has all of it already: nothing was committed")]
    Unchanged,
    /// It was sent, and nobody could find out what became of it.
    #[error("it is not known whether the commit {commit} landed: {why}")]
    Unknown {
        /// The commit.
        commit: Oid,
        /// What went wrong.
        why: String,
        /// What the server said last, where it said no.
        refusal: Option<Box<LandError>>,
    },
    /// It did not land.
    #[error(transparent)]
    Land(#[from] LandError),
}

fn in_the_way(conflicts: &[Conflict]) -> String {
    let lines =
        conflicts.iter().map(|Conflict { path, found }| format!("`{path}` cannot be written: {found}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Lands a commit on the head that it was made for, exactly once, or says that it did not: an [`Owner`] with one
/// operation and a journal in memory. A draft that has another parent than that head replaces it. Where somebody else was faster the answer is [`LandError::Moved`], since a commit
/// upon another head may have to be another.
///
/// `wait` is asked to wait so many seconds before the server is asked again, and is told why; it answers whether it did.
///
/// # Errors
/// See [`OnceError`].
pub async fn once<R: Repository>(
    repository: &R,
    (branch, head): (&Branch, Option<Oid>),
    draft: &Draft<'_>,
    mut wait: impl FnMut(u64, Option<&LandError>) -> bool,
) -> Result<Landed, OnceError> {
    let journal = MemoryJournal::default();
    let id = id_of(draft).map_err(|error| OnceError::Failed(error.to_string()))?;
    let operation = Operation { id, exclusive: None, payload: Vec::new(), deadline: i64::MAX };
    journal.submit(&operation).await?;
    let works = One { draft, head, moved: Cell::new(None) };
    let clock = Still(draft.committer.seconds);
    let settings = Settings {
        committer: (draft.committer.name.clone(), draft.committer.email.clone()),
        offset: draft.committer.offset,
        trailers: repository.strategy().rewrites(),
        batch: 1,
        grace: GRACE,
    };
    let mut owner =
        Owner::open(repository, &journal, &works, &clock, draft.key, branch.clone(), settings).await?;
    owner.assume(head);
    if draft.parent != head {
        owner.replace_with(draft.parent);
    }
    let mut waits = 0;
    loop {
        let next = owner.step().await?;
        if let Some(outcome) = journal.outcome(&operation.id).await? {
            return told(outcome, owner.answer(), &works, branch, repository.strategy());
        }
        let Next::After(seconds) = next else { continue };
        let sent = owner.sent().await?;
        let error = owner.answer().and_then(|answer| answer.as_ref().err());
        if !is_limit(error) {
            waits += 1;
        }
        let refusal = error.filter(|error| matches!(error, LandError::Doubted(_)));
        let hopeless = match error {
            Some(LandError::Repository(error)) => error.is_lasting() && sent.is_none(),
            Some(LandError::Doubted(error)) => error.is_lasting(),
            _ => false,
        };
        if waits >= WAITS || hopeless || !wait(seconds, error) {
            let why = error.map_or_else(|| "the server does not say".to_owned(), LandError::to_string);
            return Err(match (sent, error) {
                (Some(commit), _) => {
                    OnceError::Unknown { commit, why, refusal: refusal.cloned().map(Box::new) }
                }
                (None, Some(error)) => OnceError::Land(error.clone()),
                (None, None) => OnceError::Failed(why),
            });
        }
    }
}

/// The operation that a draft is: the same draft is the same operation, whoever lands it.
fn id_of(draft: &Draft<'_>) -> Result<OperationId, OperationIdError> {
    let mut text = format!("{:?}\n{:?}\n{:?}\n", draft.parent, draft.author, draft.message);
    for (path, blob) in &draft.edits {
        let oid = blob.as_ref().map(|blob| Oid::of_blob(ObjectFormat::Sha1, blob.bytes()));
        text.push_str(&format!("{path} {oid:?}\n"));
    }
    OperationId::parse(&Oid::of_blob(ObjectFormat::Sha1, text.as_bytes()).to_string())
}

fn is_limit(error: Option<&LandError>) -> bool {
    let Some(LandError::Repository(error) | LandError::Doubted(error)) = error else { return false };
    matches!(error, RepositoryError::RateLimited { .. })
}

/// The outcome for the one who waits, with the server's own words where it said any.
fn told(
    outcome: Outcome,
    answer: Option<&Result<Landed, LandError>>,
    works: &One<'_>,
    branch: &Branch,
    strategy: Strategy,
) -> Result<Landed, OnceError> {
    match (outcome, answer) {
        (Outcome::Landed(_), Some(Ok(landed))) => Ok(landed.clone()),
        // Its answer was lost, and the branch has it.
        (Outcome::Landed(commit), _) => {
            Ok(Landed { commits: vec![commit], strategy, messages: String::new() })
        }
        (Outcome::Failed(_), Some(Err(error @ LandError::Altered { .. }))) => Err(error.clone().into()),
        (Outcome::Failed(why), _) => match works.moved.get() {
            Some(head) => Err(LandError::Moved { branch: branch.clone(), head }.into()),
            None => Err(OnceError::Failed(why)),
        },
        (Outcome::Refused(_), Some(Err(error))) => Err(error.clone().into()),
        (Outcome::Refused(why) | Outcome::Expired(why), _) => Err(OnceError::Failed(why)),
        (Outcome::Conflict(conflicts), _) => Err(OnceError::Conflict(conflicts)),
        (Outcome::Unchanged, _) => Err(OnceError::Unchanged),
    }
}

impl From<JournalError> for OnceError {
    fn from(error: JournalError) -> OnceError {
        OnceError::Failed(error.to_string())
    }
}

/// A draft as the one operation of its journal.
struct One<'a> {
    draft: &'a Draft<'a>,
    /// The head that the draft is for.
    head: Option<Oid>,
    /// The head that was found in place of the one that the draft is for.
    moved: Cell<Option<Option<Oid>>>,
}

impl Works for One<'_> {
    async fn edits<R: Repository>(&self, _: &Operation, base: &mut Base<'_, R>) -> Result<Edits, WorkError> {
        let Draft { author, .. } = self.draft;
        if base.head() != self.head {
            self.moved.set(Some(base.head()));
            return Err(WorkError::Failed("the branch has moved".to_owned()));
        }
        Ok(Edits {
            files: self.draft.edits.clone(),
            author: (author.name.clone(), author.email.clone()),
            authored: Some((author.seconds, author.offset)),
            message: self.draft.message.clone(),
        })
    }
}

/// The time that the draft carries, so that it is the same commit however often it is planned.
struct Still(i64);

impl Clock for Still {
    fn now(&self) -> i64 {
        self.0
    }

    fn noise(&self) -> u64 {
        0
    }
}
