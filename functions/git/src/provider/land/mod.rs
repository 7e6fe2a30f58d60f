//! Landing commits through a provider's API, for where git's own push is blocked.
//!
//! Of the APIs only GitHub's Git Data makes objects first and moves the branch afterwards, in one step that a moved branch
//! refuses. GitLab's commits API and Gitea's ChangeFiles write onto whatever a branch is at, so that nothing lands through
//! them here.

mod github;
mod time;

use fairlead_fetch::Fetch;

use super::{Kind, Provider, ProviderError};
use crate::repository::{LandError, Landed, Landing, RepositoryError, Strategy};

impl<F: Fetch> Provider<F> {
    /// Lands commits without a push. The provider writes them, so that their ids may be others than planned; their trees
    /// are those that were planned, or nothing lands.
    ///
    /// # Errors
    /// See [`LandError`]; [`LandError::Unfit`] where this API cannot carry them.
    pub async fn land(&self, landing: &Landing) -> Result<Landed, LandError> {
        let unfit = |strategy| {
            let why = format!("{}'s API cannot move a branch by compare-and-swap: push instead", self.kind);
            Err(LandError::Unfit { strategy, why })
        };
        match self.kind {
            Kind::Github => github::land(&self.api, &self.repository, landing).await,
            Kind::Gitlab => unfit(Strategy::GitlabCommits),
            Kind::Gitea => unfit(Strategy::GiteaFiles),
        }
    }
}

/// What a provider's refusal means for a landing. Nothing has landed.
fn refused(name: &str, landing: &Landing, error: ProviderError) -> LandError {
    let repository = name.to_owned();
    match error {
        ProviderError::Rejected { message, .. } | ProviderError::Forbidden { message, .. } => {
            LandError::Refused { repository, branch: landing.branch.clone(), rule: message }
        }
        ProviderError::Fetch(error) => RepositoryError::Fetch(error).into(),
        ProviderError::Unauthorized { .. } => {
            RepositoryError::Unauthorized { repository, status: 401 }.into()
        }
        ProviderError::NotFound { .. } => RepositoryError::NotFound { repository }.into(),
        ProviderError::RateLimited { wait, .. } => RepositoryError::RateLimited { repository, wait }.into(),
        ProviderError::Server { status, message, .. } => {
            RepositoryError::Server { repository, status, message }.into()
        }
        ProviderError::Body { source, .. } => RepositoryError::Body { repository, source }.into(),
        error => RepositoryError::Answer { repository, why: error.to_string() }.into(),
    }
}
