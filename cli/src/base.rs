//! What a generation is compared with and lands on: the branch of the output as it is committed now.

use std::sync::Arc;

use fairlead_delivery::change::message::Trailers;
use fairlead_delivery::change::{self, Branch, Change, ChangeError, Listed, Listing, Recorded, Request};
use fairlead_delivery::generate::{Outcome, Plan};
use fairlead_world::{MemoryWorld, ObjectFormat, Oid, RepoPath};

use crate::home::{Home, HomeError, Logged};

/// The branch of the output.
pub(crate) struct Base {
    /// The branch in full.
    pub(crate) branch: String,
    /// Its commit, or `None` where the first generation makes it.
    pub(crate) head: Option<Oid>,
    /// Its files.
    pub(crate) committed: Arc<Listing>,
    /// The last generation on it.
    pub(crate) last: Option<Last>,
    writers: Branch,
    /// The folders that were read of it; `None` where all of it was.
    within: Option<[RepoPath; 2]>,
    format: ObjectFormat,
}

/// The last generation on a branch.
pub(crate) struct Last {
    /// Its commit.
    pub(crate) commit: Oid,
    /// Its whole message.
    pub(crate) message: String,
    /// The files of the commit.
    pub(crate) listing: Arc<Listing>,
    tree: Option<Oid>,
}

/// Why the branch could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BaseError {
    /// The repository could not be read.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// Nothing is checked out that the output could be committed to.
    #[error("HEAD is detached: check out the branch that the output belongs to, or set `output.branch`")]
    Detached,
    /// The branch's name is none.
    #[error("`{0}` is no name for a branch: correct `output.branch`")]
    Name(String),
    /// A change that cannot be made.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// How far back a branch is read for what is looked for, at first and at most.
pub(crate) const NEAR: usize = 32;
pub(crate) const HISTORY: usize = 2_000;

impl Base {
    /// Reads the branch that a project's output goes to.
    pub(crate) fn of(repository: &impl Home, plan: &Plan) -> Result<Base, BaseError> {
        let (project, layout) = (&plan.project, &plan.layout);
        let named = project.file.output.branch.as_ref().map(|name| &*name.value);
        let branch = match named {
            Some(name) if repository.is_branch_name(name)? => format!("refs/heads/{name}"),
            Some(name) => return Err(BaseError::Name(name.to_owned())),
            None => repository.own_branch()?.ok_or(BaseError::Detached)?,
        };
        let head = repository.resolve(&branch)?;
        let ours = |message: &str| {
            Trailers::read(message).filter(|trailers| trailers.project == project.file.value.name.as_str())
        };
        let mut history = Vec::new();
        // The last generation is most often the last commit, or a few before it.
        for far in [NEAR, HISTORY] {
            let Some(head) = &head else { break };
            history = repository.history(head, far)?;
            if history.len() < far || history.iter().any(|logged| ours(&logged.message).is_some()) {
                break;
            }
        }
        // On a branch of its own all files are the output's; on a shared one those of its folders are.
        let folders = || [layout.applications.clone(), layout.rendered.clone()];
        let within = named.is_none().then(folders);
        let read = |commit: &Oid| repository.tree(commit, within.as_ref().map(<[RepoPath; 2]>::as_slice));
        let committed = head.as_ref().map(read).transpose()?;
        let committed = Arc::new(committed.unwrap_or_default());
        let mut foreign = Vec::new();
        let mut last = None;
        // Most often nobody has committed since, and one listing serves for both.
        let listing = |commit: &Oid| match head == Some(*commit) {
            true => Ok(committed.clone()),
            false => read(commit).map(Arc::new),
        };
        for Logged { commit, message, merged } in history {
            if let Some(trailers) = ours(&message) {
                last = Some(Last { commit, message, listing: listing(&commit)?, tree: trailers.tree });
                break;
            }
            // A merge that leaves the output as a generation made it is that generation, as when its pull request is
            // merged.
            if let Some((merged, message)) = merged
                && let Some(trailers) = ours(&message)
            {
                let (made, now) = (listing(&merged)?, listing(&commit)?);
                if output(&made, within.as_ref()).eq(output(&now, within.as_ref())) {
                    last = Some(Last { commit: merged, message, listing: made, tree: trailers.tree });
                    break;
                }
            }
            foreign.push(commit.to_string());
        }
        let writers = if named.is_some() { Branch::Own { foreign } } else { Branch::Shared };
        let format = repository.object_format()?;
        Ok(Base { branch, head, committed, last, writers, within, format })
    }

    /// Computes what a commit of `outcome` has to do, and hands the request to `more` with the plan.
    pub(crate) fn compare<T>(
        &self,
        repository: &impl Home,
        plan: &Plan,
        outcome: &Outcome,
        confirm_delete: Option<usize>,
        more: impl Fn(&Request<'_>, &Change) -> Result<T, ChangeError>,
    ) -> Result<(Change, T), BaseError> {
        let mut contents = MemoryWorld::partial();
        loop {
            let recorded = self
                .last
                .as_ref()
                .and_then(|last| Some(Recorded { listing: &last.listing, tree: last.tree? }));
            let request = Request {
                files: &outcome.files,
                units: &outcome.units,
                applications: &plan.layout.applications,
                rendered: &plan.layout.rendered,
                whole: plan.is_whole(),
                committed: &self.committed,
                contents: &contents,
                recorded,
                branch: self.writers.clone(),
                format: self.format,
                confirm_delete,
            };
            let found = change::plan(&request).and_then(|change| {
                let more = more(&request, &change)?;
                Ok((change, more))
            });
            match found {
                Err(ChangeError::Needed(needs)) => {
                    repository.read_committed(&self.committed, &needs, &mut contents)?
                }
                found => return Ok(found?),
            }
        }
    }

    /// The files of a commit, as far as this branch's files were read: all, or those of the output's folders.
    pub(crate) fn files_of(&self, repository: &impl Home, commit: &Oid) -> Result<Listing, HomeError> {
        repository.tree(commit, self.within.as_ref().map(<[RepoPath; 2]>::as_slice))
    }

    /// The branch's name as people say it.
    pub(crate) fn name(&self) -> &str {
        self.branch.strip_prefix("refs/heads/").unwrap_or(&self.branch)
    }
}

/// The files of some folders, or all of them.
fn output<'a>(
    listing: &'a Listing,
    within: Option<&'a [RepoPath; 2]>,
) -> impl Iterator<Item = (&'a str, &'a Listed)> {
    let inside = |path: &str, folder: &RepoPath| {
        let rest = path.strip_prefix(folder.as_str());
        folder.as_str().is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
    };
    listing.iter().filter(move |(path, _)| {
        within.is_none_or(|folders| folders.iter().any(|folder| inside(path, folder)))
    })
}
