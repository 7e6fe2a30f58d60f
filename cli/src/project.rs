//! The project that a command is about.

use std::path::PathBuf;

use fairlead_delivery::config::{self, Loaded};
use fairlead_world::RepoPath;

use crate::contents::{self, FetchError};
use crate::repository::{OpenError, Repository, WorkTree};

/// Names the project.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ProjectArgs {
    /// The project's folder: the one with `fairlead.yaml`.
    #[arg(default_value = ".", value_name = "PROJECT")]
    pub(crate) project: PathBuf,
}

/// A project on this machine, with everything that its lock names at hand.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The repository around it.
    pub(crate) repository: Repository,
    /// The project's folder in the repository.
    pub(crate) root: RepoPath,
    /// The work tree, as the engine reads it.
    pub(crate) world: WorkTree,
    /// What its files say.
    pub(crate) loaded: Loaded,
}

/// Why a project could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    /// There is no repository.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// git failed.
    #[error(transparent)]
    Git(#[from] crate::repository::GitError),
    /// Something that the lock names could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
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
        let loaded = load(&world, &root)?;
        Ok(Opened { repository, root, world, loaded })
    }
}

/// Loads a project, fetching what the lock names until nothing is missing.
fn load(world: &WorkTree, root: &RepoPath) -> Result<Loaded, ProjectError> {
    let mut fetched = Vec::new();
    loop {
        let loaded = config::load(world, root);
        if loaded.needs.is_empty() {
            return Ok(loaded);
        }
        contents::fetch(loaded.project.as_deref(), &loaded.needs, &mut fetched)?;
    }
}
