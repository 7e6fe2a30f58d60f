//! Landing commits through a provider's API: where git's own push is blocked, or where a commit is to carry the provider's
//! mark as verified.
//!
//! [`ByApi`] is a repository that is read as ever and written so. The provider writes the commits, with other ids than
//! planned; that their trees are those that were planned is looked at before the branch moves, where it does not move by
//! the same request, and right after it where it does.
//!
//! | way | what moves the branch | compared with |
//! |---|---|---|
//! | `github_commit` | `createCommitOnBranch`, with the commit | the head that is expected |
//! | `github_trees` | a fast-forward to a commit that was made before | the head as it was read, and being its descendant |
//! | `gitea` | an update to a commit that was made on a branch for the purpose | the old id |
//! | `gitlab` | the commit itself, whatever the branch is at | nothing: only for branches that nobody else writes |

mod changes;
mod detour;
mod gitea;
mod github_commit;
mod github_trees;
mod gitlab;
mod repository;

use fairlead_fetch::Fetch;

use super::api::Api;
use super::{Kind, Provider, ProviderError};
use crate::object::Oid;
use crate::repository::{LandError, Landed, Landing, Repository, Strategy, refused_or_landed};
use changes::{Change, changes};
pub use detour::Detour;
pub use repository::ByApi;

/// What a landing may do beyond the usual, and what it must not do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// Nobody but who lands here writes the branch, as with a pull request's own: what it is at may be replaced, and an API
    /// that compares nothing will do.
    pub own_branch: bool,
    /// The commit has to carry the provider's mark as verified.
    pub verified: bool,
}

/// What each way to land has at hand.
struct Site<'a, R, F> {
    api: &'a Api<F>,
    /// The repository below the API, such as `repos/OWNER/NAME`.
    repository: &'a str,
    reader: &'a R,
    landing: &'a Landing,
    terms: Terms,
}

impl<F: Fetch> Provider<F> {
    /// Lands commits without a push; `reader` says what is there. `tried` is told each way before anything is asked.
    pub(super) async fn land<R: Repository>(
        &self,
        reader: &R,
        landing: &Landing,
        terms: Terms,
        tried: impl Fn(Strategy),
    ) -> Result<Landed, LandError> {
        let site = Site { api: &self.api, repository: &self.repository, reader, landing, terms };
        tried(self.strategy());
        let changes = changes(reader, landing, self.strategy()).await?;
        let landed = match self.kind {
            Kind::Gitlab => gitlab::land(&site, &changes).await,
            Kind::Gitea => gitea::land(&site, &changes).await,
            Kind::Github => match github_commit::land(&site, &changes).await {
                // Neither was anything sent, nor is there another way to the mark.
                Err(LandError::Unfit { .. }) if !terms.verified => {
                    tried(Strategy::GithubTrees);
                    github_trees::land(&site, &changes).await
                }
                landed => landed,
            },
        };
        match landed {
            Err(error) => Err(refused_or_landed(reader, landing, error).await),
            landed => landed,
        }
    }

    /// The way that is tried first.
    pub(super) fn strategy(&self) -> Strategy {
        match self.kind {
            Kind::Github => Strategy::GithubCommit,
            Kind::Gitlab => Strategy::GitlabCommits,
            Kind::Gitea => Strategy::GiteaFiles,
        }
    }
}

impl<R, F> Site<'_, R, F> {
    /// The branch is not where the commits were planned.
    fn moved(&self, head: Option<Oid>) -> LandError {
        LandError::Moved { branch: self.landing.branch.clone(), head }
    }

    /// What is on the branch is not what was asked for.
    fn altered(&self, commit: Oid, found: String, wanted: String) -> LandError {
        let (repository, branch) = (self.name(), self.landing.branch.clone());
        LandError::Altered { repository, branch, commit, found, wanted }
    }

    /// Whether what is on the branch is to be replaced.
    fn replaces(&self) -> bool {
        self.landing.old.is_some() && self.landing.parent() != self.landing.old
    }

    /// What no API can do with these commits, in words.
    fn cannot(&self) -> Option<&'static str> {
        if self.landing.commits.is_empty() {
            return Some("there is no commit");
        }
        if self.landing.commits.iter().any(|planned| planned.commit.signature.is_some()) {
            return Some("it takes no signature of ours: push instead");
        }
        (self.replaces() && !self.terms.own_branch)
            .then_some("it would replace what somebody else may have written: push instead")
    }

    fn name(&self) -> String {
        self.api.repository().to_owned()
    }

    fn oid(&self, sha: &str) -> Result<Oid, ProviderError> {
        let repository = self.name();
        Oid::parse(sha).map_err(|error| ProviderError::Answer { repository, why: error.to_string() })
    }

    /// What a provider's refusal means. Nothing has landed.
    fn refused(&self, error: ProviderError) -> LandError {
        let repository = self.name();
        match error {
            ProviderError::Rejected { message, .. } | ProviderError::Forbidden { message, .. } => {
                LandError::Refused { repository, branch: self.landing.branch.clone(), rule: message }
            }
            error => error.of_repository(repository).into(),
        }
    }

    /// The same of a request that moves the branch: where its answer was lost nobody knows.
    fn perhaps(&self, error: ProviderError) -> LandError {
        if error.may_have_arrived() { LandError::Unknown(error.to_string()) } else { self.refused(error) }
    }
}

/// This way cannot carry the commits.
fn unfit(strategy: Strategy, why: impl Into<String>) -> LandError {
    LandError::Unfit { strategy, why: why.into() }
}

/// How many bytes of contents a commit's changes have together.
fn size(changes: &[Change<'_>]) -> usize {
    changes.iter().map(Change::size).sum()
}
