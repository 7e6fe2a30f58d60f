//! A repository's provider: pull requests to it, and commits through its API.

use std::cell::RefCell;
use std::rc::Rc;

use clap::ValueEnum;
use fairlead_delivery::config::Name;
use fairlead_fetch::{Guarded, Native, Policy, block_on};
use fairlead_git::provider::{self, Kind, Proposal, Proposed, Provider, ProviderError, PullRequest};
use fairlead_git::{Branch, RefNameError};

use super::credential::{Access, Known};
use super::ways::Ways;
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
}

/// A provider as people write it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ProviderName {
    /// GitHub, and GitHub Enterprise.
    Github,
    /// GitLab.
    Gitlab,
    /// Gitea and Forgejo.
    Gitea,
}

/// Where a repository is kept: its provider, found out once somebody asks.
#[derive(Debug)]
pub(crate) struct Host {
    address: String,
    named: Option<ProviderName>,
    access: Rc<Access>,
    known: RefCell<Option<Rc<Provider<Native>>>>,
}

impl Host {
    /// The provider of the repository at an address, or the one that is named.
    pub(super) fn new(address: &str, named: Option<ProviderName>, access: Rc<Access>) -> Host {
        Host { address: address.to_owned(), named, access, known: RefCell::default() }
    }

    /// The provider, who is asked who it is the first time.
    pub(super) fn provider(&self) -> Result<Rc<Provider<Native>>, RemoteError> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let provider = Rc::new(provider_of(&self.address, self.named, &self.access)?);
        self.known.replace(Some(provider.clone()));
        Ok(provider)
    }

    /// The provider, where somebody has asked.
    pub(super) fn known(&self) -> Option<Rc<Provider<Native>>> {
        self.known.borrow().clone()
    }
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
        let ways = Rc::new(Ways::new(remote.via, args.pull_request, self.host.clone()));
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
