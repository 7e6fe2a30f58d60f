//! The project that a command is about.

use std::path::PathBuf;
use std::sync::Arc;

use fairlead_delivery::config::{self, Name, NameError, Project};
use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_delivery::generate::{self, Options, Plan};
use fairlead_world::{Digest, Need, Read, RepoPath, Tracked};

use crate::contents::{self, FetchError};
use crate::home::{Home, HomeError};
use crate::remote::RemoteError;
use crate::repository::{GitError, OpenError, Repository, WorkTree};

/// Names the project.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ProjectArgs {
    /// The project's folder: the one with `fairlead.yaml`.
    #[arg(default_value = ".", value_name = "PROJECT")]
    pub(crate) project: PathBuf,
}

/// Chooses what of the project an operation is about.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ScopeArgs {
    /// The delivery profile of this operation.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

/// A project and the repository that it is in: on this machine, if nothing else is said.
#[derive(Debug)]
pub(crate) struct Opened<H: Home = Repository> {
    /// The repository around it.
    pub(crate) repository: H,
    /// The project's folder in the repository.
    pub(crate) root: RepoPath,
    /// The project's files, as the engine reads them.
    pub(crate) world: H::World,
}

/// A project that was read, with nothing left to fetch.
pub(crate) struct Planned {
    /// The plan, or `None` where the project cannot be read.
    pub(crate) plan: Option<Arc<Plan>>,
    /// What is wrong with the project.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Everything that was read for it.
    pub(crate) reads: Vec<(Need, Read)>,
}

/// Why a project could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    /// There is no repository.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The repository could not be read.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The repository elsewhere cannot be worked on.
    #[error(transparent)]
    Remote(#[from] Box<RemoteError>),
    /// Something that the lock names could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A name that cannot be one.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl ProjectArgs {
    /// Opens the project, after completing what an interrupted run left.
    pub(crate) fn open(&self) -> Result<Opened, ProjectError> {
        let (repository, root) = Repository::around(&self.project)?;
        if let Some(commit) = repository.resume()? {
            anstream::eprintln!(
                "completed the work tree of commit {commit}, which an interrupted run had landed"
            );
        }
        let world = WorkTree::new(repository.root(), &contents::folder());
        Ok(Opened { repository, root, world })
    }
}

impl ScopeArgs {
    /// The options for the engine.
    pub(crate) fn options(&self) -> Result<Options, ProjectError> {
        let profile = self.profile.as_deref().map(Name::parse).transpose()?;
        Ok(Options { profile, ..Options::default() })
    }
}

impl<H: Home> Opened<H> {
    /// Fetches what the engine needed: files of the repository, and what the lock names by its digest.
    pub(crate) fn fetch(
        &self,
        project: Option<&Project>,
        needs: &[Need],
        fetched: &mut Vec<Digest>,
    ) -> Result<(), ProjectError> {
        self.repository.supply(&self.world, needs)?;
        Ok(contents::fetch(project, needs, fetched)?)
    }

    /// Reads the project's files, whatever its lock names fetched first.
    pub(crate) fn load(&self) -> Result<(Option<Arc<Project>>, Vec<Diagnostic>), ProjectError> {
        let mut fetched = Vec::new();
        loop {
            let loaded = config::load(&self.world, &self.root);
            if loaded.needs.is_empty() {
                return Ok((loaded.project, loaded.diagnostics));
            }
            self.fetch(loaded.project.as_deref(), &loaded.needs, &mut fetched)?;
        }
    }

    /// Reads the project and resolves its units, whatever they need fetched first.
    pub(crate) fn plan(&self, options: &Options) -> Result<Planned, ProjectError> {
        let mut fetched = Vec::new();
        loop {
            let tracked = Tracked::new(&self.world);
            let planned = Plan::new(&tracked, &self.root, options);
            if planned.needs.is_empty() {
                let generate::Planned { plan, diagnostics, .. } = planned;
                return Ok(Planned { plan, diagnostics, reads: tracked.reads() });
            }
            self.fetch(planned.project.as_deref(), &planned.needs, &mut fetched)?;
        }
    }
}
