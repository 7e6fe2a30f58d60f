//! What is asked for, and what became of it.

use std::fmt;

use fairlead_world::{Oid, RepoPath};

/// The name of an operation, chosen by whoever hands it in: letters, digits and hyphens. It stands in the commit's
/// trailer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(String);

/// Text that is no [`OperationId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an operation's id has 1 to 64 letters, digits and hyphens")]
pub struct OperationIdError;

impl OperationId {
    /// Reads an id.
    ///
    /// # Errors
    /// Where it is empty, longer than 64 bytes, or has other characters.
    pub fn parse(text: &str) -> Result<OperationId, OperationIdError> {
        let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if allowed && (1..=64).contains(&text.len()) {
            Ok(OperationId(text.to_owned()))
        } else {
            Err(OperationIdError)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing that somebody wants to have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name, under which it is taken once and no more.
    pub id: OperationId,
    /// What only one operation may be busy with at a time, such as a project's generation. `None` queues.
    pub exclusive: Option<String>,
    /// What is to be done, in the words of [`Works`](super::Works).
    pub payload: Vec<u8>,
    /// When nobody waits for it any more, in seconds since 1970. It is given up then unless it may have landed.
    pub deadline: i64,
}

/// What became of an operation. Each is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the branch's history as this commit.
    Landed(Oid),
    /// The branch has it already; there was nothing to commit.
    Unchanged,
    /// Somebody else changed the same; nothing of it landed.
    Conflict(Vec<Conflict>),
    /// A rule of the repository forbids it, in the server's words; nothing of it landed.
    Refused(String),
    /// It cannot be done, and the text says why; nothing of it landed.
    Failed(String),
    /// Its time was up before it could be tried, and the text says what stood in the way; nothing of it landed.
    Expired(String),
}

/// A path that two people changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The path.
    pub path: RepoPath,
    /// What is there now that was not expected.
    pub found: String,
}
