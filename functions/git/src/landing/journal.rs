//! What is remembered, so that nothing depends on a process living on.

use fairlead_world::Oid;

use super::operation::{Operation, OperationId, Outcome};

/// Which owner writes: each that takes over has a higher one, and the journal takes nothing from a lower one any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fence(pub u64);

/// Commits that were, or may have been, sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Where the branch was; `None` where it did not exist.
    pub base: Option<Oid>,
    /// When it was planned, in seconds since 1970: the time that its commits carry.
    pub time: i64,
    /// The commits, oldest first.
    pub steps: Vec<Step>,
}

/// One commit of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// What it is for.
    pub operation: OperationId,
    /// The commit as planned.
    pub commit: Oid,
    /// Its tree, which tells it where a provider writes the commit anew.
    pub tree: Oid,
}

/// What came of handing an operation in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It was put at the end of the queue.
    Queued,
    /// It was handed in before, and this is what has become of it, if anything final has.
    Known(Option<Outcome>),
    /// Another operation is busy with the same.
    Busy(OperationId),
}

/// Why the journal does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Another owner has taken over; this one has to stop.
    #[error("another owner has taken over")]
    Fenced,
    /// An id was used before, for something else.
    #[error("the operation {0} was handed in before and asked for something else: choose another id")]
    Reused(OperationId),
    /// An operation asks for more than a journal keeps.
    #[error("an operation's payload is longer than {most} bytes: ask for less at once")]
    TooLong {
        /// The most bytes.
        most: usize,
    },
    /// The storage does not answer. What was to be written may have been.
    #[error("the journal's storage does not answer: {0}")]
    Storage(String),
}

/// The memory of one repository and ref. Every call is atomic, and what it wrote is there after a crash.
///
/// The futures need not be `Send`: an edge isolate has one thread.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Journal {
    /// Hands an operation in. An id that is there already is not taken a second time, whatever became of it.
    ///
    /// # Errors
    /// [`JournalError::Reused`] where the id stands for another payload.
    async fn submit(&self, operation: &Operation) -> Result<Submitted, JournalError>;

    /// What became of an operation, or `None` where nothing final has, or where it was never handed in.
    async fn outcome(&self, operation: &OperationId) -> Result<Option<Outcome>, JournalError>;

    /// Makes the caller the owner, and every other one a former one.
    async fn take_over(&self) -> Result<Fence, JournalError>;

    /// The oldest operations without an outcome, in the order in which they were handed in; where they are long, fewer of
    /// them, but never none.
    async fn open(&self, fence: Fence, at_most: usize) -> Result<Vec<Operation>, JournalError>;

    /// Every attempt that an operation without an outcome was part of, oldest first.
    async fn attempts(&self, fence: Fence) -> Result<Vec<Attempt>, JournalError>;

    /// Remembers an attempt. Done before it is sent; an equal one is remembered once.
    async fn note(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError>;

    /// Forgets an attempt that the server certainly did not take.
    async fn forget(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError>;

    /// Gives operations their outcomes; those that have one keep it. `head` is where the branch was seen, if it
    /// was.
    async fn finish(
        &self,
        fence: Fence,
        outcomes: &[(OperationId, Outcome)],
        head: Option<Oid>,
    ) -> Result<(), JournalError>;

    /// Where the branch was last seen, or `None` where it never was.
    async fn last_head(&self, fence: Fence) -> Result<Option<Oid>, JournalError>;
}
