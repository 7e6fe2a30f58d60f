//! One trait for repositories, wherever they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fairlead_fetch::{BodyError, FetchError};
use fairlead_world::{Blob, Oid, RepoPath};

use crate::object::{Commit, CommitError, Kind, Mode, Object, Outline, Tree, TreeError};
use crate::pack::PackError;
use crate::reference::Branch;

/// A repository that commits can land in. Each provider and each way of writing implements it in a file of its own; who
/// lands a change knows none of them.
///
/// The futures need not be `Send`: an edge isolate has one thread.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Repository {
    /// What to call it in messages: its address, without credentials.
    fn name(&self) -> &str;

    /// The branch that a clone checks out, or `None` where the repository is empty or does not say.
    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError>;

    /// The commit that a branch is at now, or `None` where there is no such branch. Never answered from a cache.
    async fn head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError>;

    /// Trees and files by their ids, verified. Those that are not there are left out; what comes along unasked is welcome.
    /// Commits are handed out too where their bytes can be had; what is in one is asked of [`Repository::root`] and
    /// [`Repository::history`].
    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError>;

    /// The tree of a commit, or `None` where there is no such commit.
    async fn root(&self, commit: Oid) -> Result<Option<Oid>, RepositoryError> {
        let found = self.objects(&[commit]).await?.remove(&commit);
        found.map(|object| tree_of(self.name(), commit, &object)).transpose()
    }

    /// The tree of a commit, with as many of those below it as cost little more: for who is about to read from it, and
    /// does not know yet what.
    async fn survey(&self, commit: Oid) -> Result<Option<Survey>, RepositoryError> {
        let (root, trees) = match self.trees(&[commit], AT_ONCE).await? {
            Some(mut trees) => {
                let found = trees.remove(&commit);
                (found.map(|object| tree_of(self.name(), commit, &object)).transpose()?, trees)
            }
            None => (self.root(commit).await?, BTreeMap::new()),
        };
        Ok(root.map(|root| Survey { root, trees }))
    }

    /// Whether files that nobody asked for yet come along at next to no cost. Where each is a request of its own they do not.
    fn reads_ahead(&self) -> bool {
        true
    }

    /// All trees at and below `roots`, which are trees, or commits where these are handed out; the commits come with them.
    /// `None` where there are more than `at_most`, which is found out before much of them was read.
    async fn trees(
        &self,
        roots: &[Oid],
        at_most: u32,
    ) -> Result<Option<BTreeMap<Oid, Object>>, RepositoryError> {
        level_by_level(self, roots, at_most).await
    }

    /// The commits that are reached from `head` in fewer than `depth` steps along all parents, nearest first: a depth of one is
    /// `head` alone.
    async fn history(&self, head: Oid, depth: usize) -> Result<Vec<(Oid, Past)>, RepositoryError>;

    /// How commits land in it, as far as that is known before they do.
    fn strategy(&self) -> Strategy {
        Strategy::Push
    }

    /// Moves a branch from the head that the commits were planned on to the last of them, with all that is new; whole,
    /// or not at all.
    async fn land(&self, landing: &Landing) -> Result<Landed, LandError>;
}

/// Up to how many folders all are read at once, with the commit: a repository of ordinary size.
const AT_ONCE: u32 = 20_000;

/// A commit's tree, and trees below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The tree.
    pub root: Oid,
    /// Trees that came along, the root's among them or not.
    pub trees: BTreeMap<Oid, Object>,
}

/// What a history tells of a commit. Not every provider's API has its tree there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The commits before it.
    pub parents: Vec<Oid>,
    /// Its message.
    pub message: String,
}

impl From<Commit> for Past {
    fn from(commit: Commit) -> Past {
        Past { parents: commit.parents, message: commit.message }
    }
}

impl From<Outline> for Past {
    fn from(outline: Outline) -> Past {
        Past { parents: outline.parents, message: outline.message }
    }
}

/// The tree that an object names, which is to be a commit.
fn tree_of(name: &str, oid: Oid, object: &Object) -> Result<Oid, RepositoryError> {
    let repository = || name.to_owned();
    if object.kind != Kind::Commit {
        let why = format!("{oid} is not a commit");
        return Err(RepositoryError::Answer { repository: repository(), why });
    }
    let parsed = Outline::parse(&object.bytes);
    let wrong = |source| RepositoryError::Commit { repository: repository(), oid, source };
    parsed.map(|outline| outline.tree).map_err(wrong)
}

/// What of some objects is at hand, and what is not.
pub(crate) fn at_hand(
    wanted: &[Oid],
    find: impl Fn(&Oid) -> Option<Object>,
) -> (BTreeMap<Oid, Object>, BTreeSet<Oid>) {
    let (mut found, mut missing) = (BTreeMap::new(), BTreeSet::new());
    for oid in wanted {
        match find(oid) {
            Some(object) => drop(found.insert(*oid, object)),
            None => drop(missing.insert(*oid)),
        }
    }
    (found, missing)
}

/// Reads trees one level at a time, each level at once.
pub(crate) async fn level_by_level<R: Repository + ?Sized>(
    repository: &R,
    roots: &[Oid],
    at_most: u32,
) -> Result<Option<BTreeMap<Oid, Object>>, RepositoryError> {
    let mut found = BTreeMap::new();
    let mut level: BTreeSet<Oid> = roots.iter().copied().collect();
    while !level.is_empty() {
        if found.len() + level.len() > at_most as usize {
            return Ok(None);
        }
        let wanted: Vec<Oid> = level.into_iter().collect();
        let mut objects = repository.objects(&wanted).await?;
        level = BTreeSet::new();
        for oid in wanted {
            let Some(object) = objects.remove(&oid) else { continue };
            level.extend(below(repository, oid, &object)?);
            found.insert(oid, object);
        }
        level.retain(|oid| !found.contains_key(oid));
    }
    Ok(Some(found))
}

/// The trees that an object names.
fn below<R: Repository + ?Sized>(
    repository: &R,
    oid: Oid,
    object: &Object,
) -> Result<Vec<Oid>, RepositoryError> {
    match object.kind {
        Kind::Commit => Ok(vec![tree_of(repository.name(), oid, object)?]),
        // Below a tree that cannot be read nothing is; whoever looks into it is told.
        Kind::Tree => {
            let tree = Tree::read(&object.bytes).unwrap_or_default();
            let folders = tree.entries().iter().filter(|entry| entry.mode == Mode::Folder);
            Ok(folders.map(|entry| entry.oid).collect())
        }
        Kind::Blob | Kind::Tag => Ok(Vec::new()),
    }
}

/// Commits to land on one branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Landing {
    /// The branch.
    pub branch: Branch,
    /// What it must be at; `None` where it must not exist.
    pub old: Option<Oid>,
    /// The commits, oldest first, each on the one before; the first need not be on `old`, which they replace then. Never
    /// empty.
    pub commits: Vec<Planned>,
}

impl Landing {
    /// The commit before the first, where there is one.
    pub fn parent(&self) -> Option<Oid> {
        self.commits.first().and_then(|first| first.commit.parents.first().copied())
    }
}

/// A commit with everything that is new in it. Its bytes are fixed, and so is its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The commit.
    pub commit: Commit,
    /// Its id.
    pub oid: Oid,
    /// What it changes, for providers that are told paths and contents: `None` deletes.
    pub edits: BTreeMap<RepoPath, Option<Blob>>,
    /// The trees that are new.
    pub trees: Vec<Object>,
}

/// What a landing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The ids of the commits as they are in the repository: others than planned where the provider writes commits itself.
    pub commits: Vec<Oid>,
    /// How they got there.
    pub strategy: Strategy,
    /// What the server's hooks say to people.
    pub messages: String,
}

/// A way to land commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strategy {
    /// A pack over git's smart HTTP protocol.
    Push,
    /// GitHub's `createCommitOnBranch`, whose commits carry its mark as verified.
    GithubCommit,
    /// GitHub's Git Data API, tree by tree.
    GithubTrees,
    /// GitLab's commits API.
    GitlabCommits,
    /// Gitea's and Forgejo's ChangeFiles.
    GiteaFiles,
    /// Objects written into a repository that is kept here.
    Hosted,
}

impl Strategy {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Strategy::Push => "push",
            Strategy::GithubCommit => "GitHub's createCommitOnBranch",
            Strategy::GithubTrees => "GitHub's Git Data API",
            Strategy::GitlabCommits => "GitLab's commits API",
            Strategy::GiteaFiles => "Gitea's ChangeFiles",
            Strategy::Hosted => "hosted",
        }
    }

    /// Whether the server writes the commits itself, so that their ids may be others than planned: after a lost answer only
    /// a trailer of theirs tells.
    pub fn rewrites(self) -> bool {
        match self {
            Strategy::Push | Strategy::Hosted => false,
            Strategy::GithubCommit
            | Strategy::GithubTrees
            | Strategy::GitlabCommits
            | Strategy::GiteaFiles => true,
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a repository could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryError {
    /// No answer.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The server cannot be reached in another way than HTTP; it has not seen the request.
    #[error("{repository} cannot be reached: {why}")]
    Unreached {
        /// Which repository.
        repository: String,
        /// What the host says.
        why: String,
    },
    /// An answer that broke off, or is too long.
    #[error("{repository}: {source}")]
    Body {
        /// Which repository.
        repository: String,
        /// What is wrong with its answer.
        source: BodyError,
    },
    /// The credentials are missing, wrong, or for something else.
    #[error("{repository} refuses the credentials ({status}): check the token and what it may do")]
    Unauthorized {
        /// Which repository.
        repository: String,
        /// The status of the answer.
        status: u16,
    },
    /// There is nothing at the address, or nothing that these credentials may see.
    #[error("{repository} is not there, or the token may not see it")]
    NotFound {
        /// Which repository.
        repository: String,
    },
    /// Asked too often.
    #[error("{repository} asks to be left alone{}", wait.map_or(String::new(), |s| format!(" for {s} s")))]
    RateLimited {
        /// Which repository.
        repository: String,
        /// For how many seconds, where it says.
        wait: Option<u64>,
    },
    /// The server is not well, or something in between is not.
    #[error("{repository} answers {status}{}", shown(message))]
    Server {
        /// Which repository.
        repository: String,
        /// The status of the answer.
        status: u16,
        /// What it says, shortened.
        message: String,
    },
    /// The answer is not what its protocol promises.
    #[error("{repository}: {why}")]
    Answer {
        /// Which repository.
        repository: String,
        /// What is wrong.
        why: String,
    },
    /// A pack that cannot be used.
    #[error("{repository}: {source}")]
    Pack {
        /// Which repository.
        repository: String,
        /// What is wrong with it.
        source: PackError,
    },
    /// An object that is not what it should be.
    #[error("{repository}: the tree {oid}: {source}")]
    Tree {
        /// Which repository.
        repository: String,
        /// The object.
        oid: Oid,
        /// What is wrong with it.
        source: TreeError,
    },
    /// A folder whose tree is not what it should be.
    #[error(
        "{repository}: the folder `{path}` cannot be read, {source} ({oid}): make it anew in a commit, or leave it out of what is delivered"
    )]
    Folder {
        /// Which repository.
        repository: String,
        /// The folder.
        path: String,
        /// Its tree.
        oid: Oid,
        /// What is wrong with it.
        source: TreeError,
    },
    /// Likewise a commit.
    #[error("{repository}: the commit {oid}: {source}")]
    Commit {
        /// Which repository.
        repository: String,
        /// The object.
        oid: Oid,
        /// What is wrong with it.
        source: CommitError,
    },
    /// It names its objects by another hash.
    #[error(
        "{repository} has the object format `{format}`: only sha1 is supported, convert it or use another repository"
    )]
    Format {
        /// Which repository.
        repository: String,
        /// The format.
        format: String,
    },
    /// It is elsewhere by now, and nobody follows there with a change.
    #[error("{repository} has been renamed or has moved: look up where it is now, and name that")]
    Moved {
        /// Which repository.
        repository: String,
    },
    /// Reading it takes more requests of its provider's API than anybody should make.
    #[error(
        "reading {repository} through its provider's API takes more than {most} requests: let git's own protocol through to it, where one request brings thousands of files (`--via push` uses nothing else)"
    )]
    TooMuch {
        /// Which repository.
        repository: String,
        /// How many requests there may be.
        most: usize,
    },
    /// A commit with more files and folders than anybody should list: most often few trees that hold each other many times.
    #[error(
        "{repository}: the commit {commit} has more than {entries} files and folders, or more than {bytes} bytes of paths, which is seen in `{path}`: take out what is not needed, or give what is delivered a repository of its own"
    )]
    Endless {
        /// Which repository.
        repository: String,
        /// The commit.
        commit: Oid,
        /// The folder where the listing ended.
        path: String,
        /// How many files and folders there may be.
        entries: usize,
        /// How many bytes their paths may have.
        bytes: usize,
    },
    /// The storage that a hosted repository is kept in.
    #[error("{repository} cannot be read from its storage: {why}")]
    Storage {
        /// Which repository.
        repository: String,
        /// What the storage says.
        why: String,
    },
}

impl RepositoryError {
    /// Whether a request that changes something may have been carried out all the same.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            RepositoryError::Fetch(error) => error.may_have_arrived(),
            // A gateway that gives up says nothing about what is behind it.
            RepositoryError::Server { status, .. } => *status >= 500,
            RepositoryError::Body { .. } | RepositoryError::Answer { .. } => true,
            _ => false,
        }
    }

    /// Whether a server has answered, and said no.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(
            self,
            RepositoryError::Unauthorized { .. }
                | RepositoryError::NotFound { .. }
                | RepositoryError::RateLimited { .. }
                | RepositoryError::Server { .. }
        )
    }

    /// Whether asking again will not help until somebody changes something.
    pub fn is_lasting(&self) -> bool {
        match self {
            RepositoryError::Unauthorized { .. }
            | RepositoryError::NotFound { .. }
            | RepositoryError::Format { .. }
            | RepositoryError::TooMuch { .. }
            | RepositoryError::Moved { .. }
            | RepositoryError::Endless { .. }
            | RepositoryError::Tree { .. }
            | RepositoryError::Folder { .. }
            | RepositoryError::Commit { .. } => true,
            RepositoryError::Fetch(error) => {
                !matches!(error, FetchError::Unreached { .. } | FetchError::Broken { .. })
            }
            RepositoryError::Unreached { .. }
            | RepositoryError::Body { .. }
            | RepositoryError::RateLimited { .. }
            | RepositoryError::Server { .. }
            | RepositoryError::Answer { .. }
            | RepositoryError::Pack { .. }
            | RepositoryError::Storage { .. } => false,
        }
    }
}

/// Why commits did not land, or why nobody knows yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LandError {
    /// The branch is no longer where the commits were planned. Where the answer says where it is, nothing landed: plan
    /// again. Where it does not, the commits were sent, and a proxy that sent them twice may have landed them first.
    #[error("{branch} has moved{}", head.map_or(String::new(), |head| format!(" to {head}")))]
    Moved {
        /// The branch.
        branch: Branch,
        /// Where it is, where that was found before anything was sent.
        head: Option<Oid>,
    },
    /// The answer was lost: read the branch, whose head or history has the planned id if it landed.
    #[error("it is not known whether the commits landed: {0}")]
    Unknown(String),
    /// The server says no to what it was sent. Something in between may have sent that twice, and then this is the answer
    /// to one of the two: the other may have landed, or land yet.
    #[error(transparent)]
    Doubted(RepositoryError),
    /// A rule of the repository forbids it: a protected branch, a required signature, a hook, a size. Nothing landed.
    #[error("{repository} does not take the commits for {branch}: {rule}")]
    Refused {
        /// Which repository.
        repository: String,
        /// The branch.
        branch: Branch,
        /// The rule, in the server's words.
        rule: String,
    },
    /// This way of writing cannot carry these commits (their size, a mode); nothing was sent. Another way may.
    #[error("the commits cannot land by {strategy}: {why}")]
    Unfit {
        /// The way.
        strategy: Strategy,
        /// Why not.
        why: String,
    },
    /// The provider wrote another commit than it was asked for, and its branch is there now.
    #[error(
        "{repository} wrote the commit {commit} on {branch}, and {found}, where {wanted} was asked for: look at it before anything builds on it"
    )]
    Altered {
        /// Which repository.
        repository: String,
        /// The branch.
        branch: Branch,
        /// The commit that is there.
        commit: Oid,
        /// What is other about it.
        found: String,
        /// What it should have been.
        wanted: String,
    },
    /// The repository could not be asked; nothing landed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl LandError {
    /// Whether it is a server's no to what it was sent, and not that the branch is elsewhere.
    fn is_refusal(&self) -> bool {
        match self {
            LandError::Refused { .. } | LandError::Doubted(_) => true,
            LandError::Repository(error) => error.is_answer(),
            _ => false,
        }
    }
}

/// What is told of commits that were refused. Something in between may have sent them twice, and then this is the answer to
/// the second: where the branch is elsewhere by now, that has to tell.
pub(crate) async fn refused_or_landed<R: Repository>(
    repository: &R,
    landing: &Landing,
    error: LandError,
) -> LandError {
    if !error.is_refusal() {
        return error;
    }
    match repository.head(&landing.branch).await {
        Ok(head) if head != landing.old => LandError::Moved { branch: landing.branch.clone(), head: None },
        _ => error,
    }
}

fn shown(message: &str) -> String {
    let message = message.trim();
    if message.is_empty() { String::new() } else { format!(": {message}") }
}
