//! A repository's provider: pull requests to it, and commits through its API.

use std::rc::Rc;

use clap::ValueEnum;
use fairlead_delivery::config::Name;
use fairlead_fetch::{Guarded, Native, Policy, block_on};
use fairlead_git::provider::{self, Kind, Proposal, Proposed, Provider, ProviderError, PullRequest};
use fairlead_git::{Branch, RefNameError};

use super::credential::{Access, Known};
use super::ways::{Way, Ways};
use super::{Connection, RemoteArgs, RemoteError, transport};
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
    /// How the commit gets there: pushed, or through the provider's API, which writes the commit itself. Without it what a
    /// server does not take by a push goes through the API where that may help.
    #[arg(long, value_enum, default_value_t, value_name = "WAY", requires = "remote")]
    via: Way,
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

fn provider_of(
    address: &str,
    named: Option<ProviderName>,
    access: &Access,
) -> Result<Provider<Native>, RemoteError> {
    let address = transport::page(address)?;
    let fetch = Guarded::native(Policy::own_machine());
    let kind = match named {
        Some(ProviderName::Github) => Kind::Github,
        Some(ProviderName::Gitlab) => Kind::Gitlab,
        Some(ProviderName::Gitea) => Kind::Gitea,
        None => block_on(provider::recognize(&fetch, &address))?,
    };
    let Known { credential, renew } = access.to(&address)?;
    let provider = Provider::new(fetch, kind, &address, credential.as_ref())?;
    Ok(match renew {
        Some(renew) => provider.renewed_by(renew, credential),
        None => provider,
    })
}

impl ProviderArgs {
    /// The ways in which commits get to the repository at an address.
    pub(super) fn ways(&self, address: &str, access: &Rc<Access>) -> Rc<Ways> {
        let (address, named, access) = (address.to_owned(), self.provider, access.clone());
        let ask = move || provider_of(&address, named, &access).map(Rc::new);
        Rc::new(Ways::new(self.via, self.pull_request, Box::new(ask)))
    }

    /// What opens pull requests, where one is asked for.
    fn proposer(&self, ways: &Ways) -> Result<Option<Proposer>, RemoteError> {
        if !self.pull_request {
            return Ok(None);
        }
        let branch = self.pull_request_branch.as_deref().map(Branch::parse).transpose()?;
        Ok(Some(Proposer { provider: ways.provider()?, branch }))
    }
}

impl Connection {
    /// The same with commits that land as `args` say, and what opens pull requests where they ask for one.
    pub(crate) fn landing_by(
        self,
        remote: &RemoteArgs,
        args: &ProviderArgs,
    ) -> Result<(Connection, Option<Proposer>), ProjectError> {
        let ways = args.ways(remote.remote.as_deref().unwrap_or_default(), &self.access);
        let proposer = args.proposer(&ways).map_err(Box::new)?;
        Ok((Connection { ways, ..self }, proposer))
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
