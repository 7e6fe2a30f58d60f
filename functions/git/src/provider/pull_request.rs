//! Pull requests, which GitLab calls merge requests.

use fairlead_fetch::{Address, Fetch};

use super::call::at_most;
use super::{Provider, ProviderError};
use crate::reference::Branch;

/// A pull request that is to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The branch with the commits, in the repository itself.
    pub head: Branch,
    /// The branch that they are to go to.
    pub base: Branch,
    /// Its title, one line.
    pub title: String,
    /// What it says, in Markdown.
    pub body: String,
}

/// The longest title that every provider takes, in characters.
const MAX_TITLE: usize = 250;

/// The longest text that every provider takes, in characters.
pub const MAX_BODY: usize = 60_000;

impl Proposal {
    /// A proposal whose texts every provider takes: what is too long is cut.
    pub fn new(head: Branch, base: Branch, title: &str, body: &str) -> Proposal {
        let title = at_most(title.lines().next().unwrap_or_default(), MAX_TITLE);
        Proposal { head, base, title, body: at_most(body, MAX_BODY) }
    }
}

/// A pull request that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: Address,
    /// Its title.
    pub title: String,
    /// What it says.
    pub body: String,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// It is a new pull request.
    Opened(PullRequest),
    /// A pull request was open, and says this now.
    Updated(PullRequest),
    /// A pull request was open and said this already.
    Unchanged(PullRequest),
}

impl Proposed {
    /// The pull request, whatever became of it.
    pub fn pull_request(&self) -> &PullRequest {
        match self {
            Proposed::Opened(request) | Proposed::Updated(request) | Proposed::Unchanged(request) => request,
        }
    }
}

impl<F: Fetch> Provider<F> {
    /// The open pull request from a proposal's branch to where it goes.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn open_pull_request(&self, proposal: &Proposal) -> Result<Option<PullRequest>, ProviderError> {
        let page = |number| self.dialect.pull_requests(proposal, number);
        self.api.search(page, |page| self.dialect.find_pull_request(page, proposal)).await
    }

    /// Opens a pull request, or makes the open one say what the proposal says. There is never a second one.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn propose(&self, proposal: &Proposal) -> Result<Proposed, ProviderError> {
        if let Some(open) = self.open_pull_request(proposal).await? {
            return self.renew(open, proposal).await;
        }
        let create = self.dialect.create_pull_request(proposal);
        let error = match self.api.ask(&create, |answer| self.dialect.pull_request(answer)).await {
            Ok(opened) => return Ok(Proposed::Opened(opened)),
            Err(error) => error,
        };
        // It may be open after all: this request's answer was lost, or somebody else was faster.
        let lost = error.may_have_arrived();
        if !lost && !matches!(error, ProviderError::Rejected { .. }) {
            return Err(error);
        }
        match self.open_pull_request(proposal).await {
            Ok(Some(open)) if lost && says(&open, proposal) => Ok(Proposed::Opened(open)),
            Ok(Some(open)) => self.renew(open, proposal).await,
            Ok(None) | Err(_) => Err(error),
        }
    }

    async fn renew(&self, open: PullRequest, proposal: &Proposal) -> Result<Proposed, ProviderError> {
        if says(&open, proposal) {
            return Ok(Proposed::Unchanged(open));
        }
        let update = self.dialect.update_pull_request(open.number, proposal);
        let updated = self.api.ask(&update, |answer| self.dialect.pull_request(answer)).await?;
        Ok(Proposed::Updated(updated))
    }
}

/// Whether a pull request says what it should. Forms on pages write line ends their own way.
fn says(request: &PullRequest, proposal: &Proposal) -> bool {
    let same = |a: &str, b: &str| a.replace("\r\n", "\n").trim() == b.replace("\r\n", "\n").trim();
    same(&request.title, &proposal.title) && same(&request.body, &proposal.body)
}
