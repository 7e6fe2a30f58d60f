//! Pull requests to a repository elsewhere.

use clap::ValueEnum;
use fairlead_delivery::config::Name;
use fairlead_fetch::{Guarded, Native, Policy, block_on};
use fairlead_git::provider::{self, Kind, Proposal, Proposed, Provider, ProviderError, PullRequest};
use fairlead_git::{Branch, RefNameError};

use super::{RemoteArgs, RemoteError, credential, transport};
use crate::project::ProjectError;

/// Asks for a pull request instead of a commit on the output's branch.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct PullRequestArgs {
    /// Commits to a branch of its own, and opens a pull request (on GitLab a merge request) towards the output's branch, or
    /// updates the open one. Works with GitHub, GitLab, Gitea and Forgejo.
    #[arg(long, requires = "remote")]
    pull_request: bool,
    /// The pull request's branch, which only Fairlead writes. [default: fairlead/<the project's name>]
    #[arg(long, value_name = "NAME", requires = "pull_request")]
    pull_request_branch: Option<String>,
    /// The repository's provider, where its server does not tell.
    #[arg(long, value_enum, value_name = "PROVIDER", requires = "pull_request")]
    provider: Option<ProviderName>,
}

/// A provider as people write it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProviderName {
    /// GitHub, and GitHub Enterprise.
    Github,
    /// GitLab.
    Gitlab,
    /// Gitea and Forgejo.
    Gitea,
}

/// Opens and updates pull requests of one repository.
pub(crate) struct Proposer {
    provider: Provider<Native>,
    branch: Option<Branch>,
}

impl RemoteArgs {
    /// What opens pull requests, or `None` where none is asked for.
    pub(crate) fn proposer(&self, args: &PullRequestArgs) -> Result<Option<Proposer>, ProjectError> {
        let asked = self.remote.as_deref().filter(|_| args.pull_request);
        Ok(asked.map(|address| Proposer::to(address, args)).transpose().map_err(Box::new)?)
    }
}

impl Proposer {
    fn to(address: &str, args: &PullRequestArgs) -> Result<Proposer, RemoteError> {
        let branch = args.pull_request_branch.as_deref().map(Branch::parse).transpose()?;
        let address = transport::page(address)?;
        let policy = Policy::own_machine();
        let fetch = Guarded::new(Native::new(policy.clone()), policy);
        let kind = match args.provider {
            Some(ProviderName::Github) => Kind::Github,
            Some(ProviderName::Gitlab) => Kind::Gitlab,
            Some(ProviderName::Gitea) => Kind::Gitea,
            None => block_on(provider::recognize(&fetch, &address))?,
        };
        let provider = Provider::new(fetch, kind, &address, credential::of(&address).as_ref())?;
        Ok(Proposer { provider, branch })
    }

    /// The branch of a project's pull requests.
    pub(crate) fn branch(&self, project: &Name) -> Result<Branch, RefNameError> {
        match &self.branch {
            Some(branch) => Ok(branch.clone()),
            None => Branch::parse(&format!("fairlead/{project}")),
        }
    }

    /// The pull request that is open already.
    pub(crate) fn open(&self, proposal: &Proposal) -> Result<Option<PullRequest>, ProviderError> {
        block_on(self.provider.open_pull_request(proposal))
    }

    /// Opens the pull request, or makes the open one say this.
    pub(crate) fn propose(&self, proposal: &Proposal) -> Result<Proposed, ProviderError> {
        block_on(self.provider.propose(proposal))
    }

    /// What a pull request is called there: `pull request #3`, on GitLab `merge request !3`.
    pub(crate) fn called(&self, number: u64) -> String {
        match self.provider.kind() {
            Kind::Github | Kind::Gitea => format!("pull request #{number}"),
            Kind::Gitlab => format!("merge request !{number}"),
        }
    }
}
