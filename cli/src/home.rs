//! Where a project lives and its output goes: a repository on this machine, or one somewhere else.

use fairlead_delivery::change::Listing;
use fairlead_world::{MemoryWorld, Need, ObjectFormat, Oid, RepoPath, World};
use serde::Serialize;

use crate::report;
use crate::repository::{Draft, GitError, LandError};

/// A repository that a project is read from and its output is committed to. Everything that a command does is written
/// once, for whichever it is.
pub(crate) trait Home {
    /// The project's files, as the engine reads them.
    type World: World + Sync;

    /// Reads what the engine needed into its world. Content by digest comes from elsewhere.
    fn supply(&self, world: &Self::World, needs: &[Need]) -> Result<(), HomeError>;

    /// The commit that the project's files are of.
    fn source(&self) -> Result<Option<Oid>, HomeError>;

    /// Files that differ from that commit, in the order of their paths.
    fn uncommitted(&self) -> Result<Vec<String>, HomeError>;

    /// The branch that the project's files are on, in full, or `None` where they are on none.
    fn own_branch(&self) -> Result<Option<String>, HomeError>;

    /// Whether `name` can be a branch's.
    fn is_branch_name(&self, name: &str) -> Result<bool, HomeError>;

    /// The commit that a branch is at, by its name in full.
    fn resolve(&self, branch: &str) -> Result<Option<Oid>, HomeError>;

    /// The commits of a branch from its head back along first parents, newest first.
    fn history(&self, head: &Oid, at_most: usize) -> Result<Vec<Logged>, HomeError>;

    /// The files of a commit; where only what is in some folders matters, perhaps no others.
    fn tree(&self, commit: &Oid, within: Option<&[RepoPath]>) -> Result<Listing, HomeError>;

    /// The committed files that `needs` names, for the engine to read; what is not in `listing` is absent.
    fn read_committed(
        &self,
        listing: &Listing,
        needs: &[Need],
        into: &mut MemoryWorld,
    ) -> Result<(), HomeError>;

    /// How the repository names its objects.
    fn object_format(&self) -> Result<ObjectFormat, HomeError>;

    /// Who commits, as `Name <address>`.
    fn author(&self) -> Result<String, HomeError>;

    /// Lands a commit on the head that it was computed for, or not at all.
    fn land(&self, draft: &Draft) -> Result<Landed, LandError>;

    /// What was asked of a server so far, where there is one.
    fn traffic(&self) -> Option<TrafficView> {
        None
    }
}

/// A commit of a branch's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logged {
    /// Its id.
    pub(crate) commit: Oid,
    /// Its whole message.
    pub(crate) message: String,
    /// Of a merge, the commit that it brought in and that one's message.
    pub(crate) merged: Option<(Oid, String)>,
}

/// A commit that landed.
#[derive(Debug)]
pub(crate) struct Landed {
    /// The commit.
    pub(crate) commit: Oid,
    /// How it got there, where there is more than one way.
    pub(crate) strategy: Option<&'static str>,
    /// Why ways that were tried before did not get it there.
    pub(crate) passed_over: Vec<String>,
    /// What the server's hooks say to people.
    pub(crate) messages: String,
}

/// What was asked of a server.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrafficView {
    /// The repository's address, without credentials.
    pub(crate) repository: String,
    /// What reads it, where that is not git's own protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_by: Option<&'static str>,
    /// How many requests.
    pub(crate) requests: usize,
    /// The bytes of their bodies.
    pub(crate) sent: usize,
    /// The bytes of the answers' bodies.
    pub(crate) received: usize,
}

impl TrafficView {
    /// The same for people, on a line of its own.
    pub(crate) fn told(&self, strategy: Option<&str>) -> String {
        let TrafficView { repository, read_by, requests, sent, received } = self;
        let read = read_by.map(|api| format!("read through {api}, ")).unwrap_or_default();
        let by = strategy.map(|strategy| format!("by {strategy}, ")).unwrap_or_default();
        let requests = report::counted(*requests, "request");
        format!("{repository}: {read}{by}{requests}, {} sent, {} received\n", size(*sent), size(*received))
    }
}

/// A number of bytes, roughly.
fn size(bytes: usize) -> String {
    let mut tenths = bytes as u64 * 10;
    for unit in ["bytes", "kB", "MB"] {
        if tenths < 10_000 {
            return match unit {
                "bytes" => format!("{bytes} bytes"),
                _ => format!("{}.{} {unit}", tenths / 10, tenths % 10),
            };
        }
        tenths /= 1000;
    }
    format!("{}.{} GB", tenths / 10, tenths % 10)
}

/// Why a repository could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HomeError {
    /// The local git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The repository elsewhere could not be read.
    #[error(transparent)]
    Remote(#[from] Box<fairlead_git::RepositoryError>),
    /// A branch's name is none.
    #[error(transparent)]
    Branch(#[from] fairlead_git::RefNameError),
    /// Nobody says who commits.
    #[error(
        "it is not known who commits: set GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL, or configure git's user.name and user.email"
    )]
    Nobody,
}

impl From<fairlead_git::RepositoryError> for HomeError {
    fn from(error: fairlead_git::RepositoryError) -> HomeError {
        HomeError::Remote(Box::new(error))
    }
}
