//! A repository somewhere else: read and written over git's own protocol, or through its provider's API, with no clone.

mod app;
mod credential;
mod home;
mod identity;
mod patience;
mod provider;
mod reader;
mod ssh;
mod transport;
mod ways;
mod world;

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use fairlead_fetch::{AddressError, block_on};
use fairlead_git::pack::Limits;
use fairlead_git::provider::ProviderError;
use fairlead_git::push::{CredentialError, Remote, RenewError};
use fairlead_git::{Branch, Cache, RefNameError, Repository, RepositoryError};
use fairlead_world::{Oid, PathError, RepoPath};

use crate::commands::RefusedError;
use crate::project::{Opened, ProjectError};
use crate::repository::LandError;
use app::AppError;
use credential::Access;
pub(crate) use home::RemoteHome;
use patience::Patient;
use provider::{Host, ProviderName};
pub(crate) use provider::{Proposer, ProviderArgs};
use reader::Reader;
pub(crate) use ways::NoWay;
use ways::{Way, Ways};

/// Names a repository somewhere else.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct RemoteArgs {
    /// Works on a repository elsewhere, without a clone: https://host/path, ssh://host/path or user@host:path. PROJECT is
    /// then a folder in it. A token is taken from FAIRLEAD_TOKEN, from the GitHub App of
    /// FAIRLEAD_GITHUB_APP_ID and FAIRLEAD_GITHUB_APP_KEY, or from git's credential helpers.
    #[arg(long, value_name = "URL")]
    pub(crate) remote: Option<String>,
    /// The branch that the project is on, where it is not the repository's default.
    #[arg(long, value_name = "NAME", requires = "remote")]
    pub(crate) branch: Option<String>,
    /// The repository's provider, where its server does not tell.
    #[arg(long, value_enum, value_name = "PROVIDER", requires = "remote")]
    provider: Option<ProviderName>,
    /// How the repository is read and how a commit gets there: by git's own protocol, or through the provider's API, which
    /// writes commits itself. Without it git's protocol is spoken, and what that does not do because it is blocked goes
    /// through the API.
    #[arg(long, value_enum, default_value_t, value_name = "WAY", requires = "remote")]
    via: Way,
}

/// Why a repository elsewhere cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RemoteError {
    /// Its address is none.
    #[error("{0}; ssh://host/path and user@host:path work too")]
    Address(#[from] AddressError),
    /// An address that ssh would take for something else.
    #[error("`{address}` cannot be used: {why}")]
    Ssh {
        /// The address, shortened.
        address: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The credential cannot be sent.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The GitHub App of the environment cannot be used.
    #[error(transparent)]
    App(#[from] AppError),
    /// It gets no token.
    #[error(transparent)]
    Renew(#[from] RenewError),
    /// The repository could not be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// The branch's name is none.
    #[error(transparent)]
    Name(#[from] RefNameError),
    /// There is no such branch.
    #[error("{repository} has no branch `{branch}`")]
    NoBranch {
        /// The repository.
        repository: String,
        /// The branch.
        branch: Branch,
    },
    /// There is nothing in it, or it does not say what it begins with.
    #[error("{repository} names no default branch: say --branch")]
    NoDefault {
        /// The repository.
        repository: String,
    },
    /// Its provider cannot be spoken to.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The project's folder is no path within a repository.
    #[error("with --remote, PROJECT is a folder in that repository: {0}")]
    Folder(#[from] PathError),
}

/// What one answer may hold on a machine of its own: trees of very large repositories too.
const LIMITS: Limits = Limits { objects: 5_000_000, object: 128 << 20, total: 1 << 30 };

/// How much is kept between one attempt and the next.
const CACHE: usize = 256 << 20;

/// How often a generation is planned again because somebody else was faster.
const TRIES: usize = 5;

/// A connection to the repository of `--remote`.
pub(crate) struct Connection {
    reader: Rc<Reader>,
    branch: Branch,
    /// Where the branch is, if that came along with its name; good for one attempt.
    head: Cell<Option<Oid>>,
    root: RepoPath,
    ways: Rc<Ways>,
    host: Rc<Host>,
}

impl RemoteArgs {
    /// Connects to the repository, or returns `None` where none is named.
    pub(crate) fn connect(&self, project: &Path) -> Result<Option<Connection>, ProjectError> {
        let connection = self.remote.as_deref().map(|address| self.connect_to(address, project));
        Ok(connection.transpose().map_err(Box::new)?)
    }

    fn connect_to(&self, address: &str, project: &Path) -> Result<Connection, RemoteError> {
        let project = project.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        let root = RepoPath::parse(project.trim_start_matches("./").trim_matches('.'))?;
        let access = Rc::new(Access::default());
        let host = Rc::new(Host::new(address, self.provider, access.clone()));
        let git = Remote::new(Patient::new(transport::to(address, &access)?)).with_limits(LIMITS);
        let reader = Reader::new(git, self.via, host.clone(), Rc::new(Cache::new(CACHE)))?;
        let (branch, head) = match &self.branch {
            Some(name) => (Branch::parse(name)?, None),
            None => block_on(reader.default_head())?
                .ok_or_else(|| RemoteError::NoDefault { repository: reader.name().to_owned() })?,
        };
        let ways = Rc::new(Ways::new(self.via, false, host.clone()));
        Ok(Connection { reader: Rc::new(reader), branch, head: Cell::new(head), root, ways, host })
    }
}

impl Connection {
    /// The project at the branch's head as it is now.
    pub(crate) fn open(&self) -> Result<Opened<RemoteHome>, ProjectError> {
        let opened = || {
            let head = match self.head.take() {
                Some(head) => Some(head),
                None => block_on(self.reader.head(&self.branch))?,
            };
            let head = head.ok_or_else(|| RemoteError::NoBranch {
                repository: self.reader.name().to_owned(),
                branch: self.branch.clone(),
            })?;
            RemoteHome::open(self.reader.clone(), self.branch.clone(), head, self.ways.clone())
        };
        let (repository, world) = opened().map_err(|error: RemoteError| Box::new(error))?;
        Ok(Opened { repository, root: self.root.clone(), world })
    }

    /// Does something with the project, and once more on the new head where somebody else was faster.
    pub(crate) fn trying<T>(
        &self,
        mut attempt: impl FnMut(&Opened<RemoteHome>) -> Result<T, RefusedError>,
    ) -> Result<T, RefusedError> {
        for left in (0..TRIES).rev() {
            match attempt(&self.open()?) {
                Err(RefusedError::Land(LandError::Moved { branch })) if left > 0 => {
                    anstream::eprintln!("{branch} moved meanwhile: planning again on its new head");
                }
                result => return result,
            }
        }
        // The last attempt has returned.
        Err(RefusedError::Land(LandError::Moved { branch: self.branch.to_string() }))
    }
}
