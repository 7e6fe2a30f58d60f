//! What is said about commits, for people and for branch protection.

use fairlead_fetch::{Address, Fetch};

use super::call::at_most;
use super::{Provider, ProviderError};
use crate::object::Oid;

/// What is to be said about a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How it stands.
    pub state: State,
    /// Who says it, such as `fairlead/shop`: a later status of the same context replaces this one.
    pub context: String,
    /// A line for people; what is too long for the provider is cut.
    pub description: String,
    /// Where there is more to read.
    pub url: Option<Address>,
}

/// The longest description that every provider takes, in characters.
const MAX_DESCRIPTION: usize = 140;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is being worked on.
    Pending,
    /// It is well.
    Success,
    /// It is not well, and somebody has to change something.
    Failure,
    /// It could not be found out.
    Error,
}

/// What became of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is said now.
    New,
    /// It was said already.
    Already,
}

impl<F: Fetch> Provider<F> {
    /// Says something about a commit, unless it is said already: providers keep all statuses, up to a limit.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn set_status(&self, commit: Oid, status: &Status) -> Result<Said, ProviderError> {
        let status = &Status { description: at_most(&status.description, MAX_DESCRIPTION), ..status.clone() };
        let said = self.dialect.statuses(commit, status);
        if self.api.ask(&said, |answer| self.dialect.has_status(answer, status)).await? {
            return Ok(Said::Already);
        }
        self.api.tell(&self.dialect.set_status(commit, status)).await?;
        Ok(Said::New)
    }
}
