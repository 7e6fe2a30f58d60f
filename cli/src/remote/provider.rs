//! A repository's provider: pull requests to it, and commits through its API.

use std::rc::Rc;

use clap::ValueEnum;
use fairlead_delivery::config::Name;
use fairlead_fetch::{Guarded, Native, Policy, block_on};
use fairlead_git::provider::{self, Kind, Proposal, Proposed, Provider, ProviderError, PullRequest};
use fairlead_git::{Branch, RefNameError};

use super::{RemoteArgs, RemoteError, credential, transport};
use crate::project::ProjectError;

/// What the repository's provider is to do.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ProviderArgs {
    /// Commits to a branch of its own, and opens a pull request (on GitLab a merge request) towards the output's branch, or
    /// updates the open one. Works with GitHub, GitLab, Gitea and Forgejo.
    #[arg(long, requires = "remote")]
    pull_request: bool,
    /// The pull request's branch, which only Fairlead writes. [default: fairlead/<the project's name>]
    #[arg(long, value_name = "NAME", requires = "pull_request")]
    pull_request_branch: Option<String>,
    /// The repository's provider, where its server does not tell.
    #[arg(long, value_enum, value_name = "PROVIDER", requires = "remote")]
    provider: Option<ProviderName>,
    /// How the commit gets there: pushed, or through the provider's API where pushes are blocked, on GitHub alone.
    #[arg(long, value_enum, default_value_t, value_name = "WAY", requires = "remote")]
    via: Way,
}

/// A way to land a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Way {
    /// Over git's own protocol.
    #[default]
    Push,
    /// Through the provider's API, which writes the commit itself.
    Api,
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
    provider: Rc<Provider<Native>>,
    branch: Option<Branch>,
}

impl RemoteArgs {
    /// The provider, where it has something to do.
    pub(crate) fn provider(&self, args: &ProviderArgs) -> Result<Option<Rc<Provider<Native>>>, ProjectError> {
        let asked = args.pull_request || args.via == Way::Api;
        let address = self.remote.as_deref().filter(|_| asked);
        let provider = address.map(|address| provider_of(address, args)).transpose().map_err(Box::new)?;
        Ok(provider.map(Rc::new))
    }
}

fn provider_of(address: &str, args: &ProviderArgs) -> Result<Provider<Native>, RemoteError> {
    let address = transport::page(address)?;
    let policy = Policy::own_machine();
    let fetch = Guarded::new(Native::new(policy.clone()), policy);
    let kind = match args.provider {
        Some(ProviderName::Github) => Kind::Github,
        Some(ProviderName::Gitlab) => Kind::Gitlab,
        Some(ProviderName::Gitea) => Kind::Gitea,
        None => block_on(provider::recognize(&fetch, &address))?,
    };
    Ok(Provider::new(fetch, kind, &address, credential::of(&address).as_ref())?)
}

impl ProviderArgs {
    /// Whether commits go through the provider's API.
    pub(crate) fn lands_by_api(&self) -> bool {
        self.via == Way::Api
    }

    /// What opens pull requests, where one is asked for.
    pub(crate) fn proposer(&self, provider: Rc<Provider<Native>>) -> Result<Option<Proposer>, ProjectError> {
        let branch = self.pull_request_branch.as_deref().map(Branch::parse).transpose();
        let branch = branch.map_err(|error| Box::new(RemoteError::from(error)))?;
        Ok(self.pull_request.then_some(Proposer { provider, branch }))
    }
}

impl Proposer {
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
