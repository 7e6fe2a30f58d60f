//! From a generated tree and a committed one to what one commit has to do.
//!
//! A change is plain data: files to write, files to delete, the tree that results, and a message that carries where it
//! came from. Nothing is decided by names alone: files are compared by their git object ids, byte for byte, and a
//! unit counts as removed when the object that delivers it would disappear from the cluster, whatever its file is
//! called.
//!
//! | file | what it decides |
//! |---|---|
//! | [`listing`] | what is committed, as git lists it |
//! | [`paths`] | whether the generated paths can stand beside what is committed |
//! | [`stale`] | which committed files go |
//! | [`edited`] | which committed files somebody else changed |
//! | [`removal`] | which units would disappear, and whether that has to be confirmed |
//! | [`message`] | the commit's message and its trailers |
//! | [`diff`] | what people read before they say yes |
//! | [`markdown`] | the same as the text of a pull request |

pub mod diff;
pub mod edited;
pub mod listing;
mod markdown;
pub mod message;
pub mod paths;
pub mod removal;
pub mod stale;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::{Answer, Blob, Need, ObjectFormat, Oid, RepoPath, World};

pub use edited::{Edit, EditKind};
pub use listing::{Listed, Listing, Mode};
pub use markdown::markdown;
pub use paths::{PathConflict, PathConflictKind};
pub use removal::{Removal, RemovalReason, Unconfirmed};

/// Everything that a plan is made of.
pub struct Request<'a> {
    /// The generated files of the units that were asked for.
    pub files: &'a BTreeMap<RepoPath, Blob>,
    /// Where every unit of the project stands in the output, also those that were not asked for and those on hold.
    pub units: &'a [UnitPlace],
    /// Files beside the units' own, such as the AppProject: kept as long as they are generated.
    pub applications: &'a RepoPath,
    /// The folder below which the rendered manifests stand.
    pub rendered: &'a RepoPath,
    /// Whether all units were asked for, or those alone that are marked.
    pub whole: bool,
    /// The files that the output's branch holds now.
    pub committed: &'a Listing,
    /// Reads the committed files; paths are those of the output's branch.
    pub contents: &'a dyn World,
    /// What the last generation left, or `None` where there was none.
    pub recorded: Option<Recorded<'a>>,
    /// Who else writes to the branch.
    pub branch: Branch,
    /// How the repository names its objects.
    pub format: ObjectFormat,
    /// The number of removed units that the user confirmed.
    pub confirm_delete: Option<usize>,
}

/// Where one unit stands in the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPlace {
    /// `workload/tenant/environment`.
    pub id: String,
    /// The file of the Application, ApplicationSet, Kustomization or HelmRelease.
    pub application: RepoPath,
    /// The folder of its rendered manifests.
    pub folder: RepoPath,
    /// The kind and name of the object that delivers it, and the release it belongs to.
    pub delivery: Delivery,
    /// Whether this operation is to write it.
    pub asked: bool,
    /// Whether its environment is protected.
    pub protected: bool,
}

/// The object in the cluster that makes the runtime deliver a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// `Application`, `ApplicationSet`, `Kustomization` or `HelmRelease`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The Helm release's name, or empty for other artifacts.
    pub release: String,
}

/// What the last commit of ours left in the output's folders.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// The files of that commit.
    pub listing: &'a Listing,
    /// The tree that its trailer names.
    pub tree: Oid,
}

/// Who writes to the branch that holds the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// Fairlead alone. Commits since its last one that are not its own are named here.
    Own {
        /// The ids of those commits, newest first.
        foreign: Vec<String>,
    },
    /// People too: the output stands beside their files.
    Shared,
}

/// What one commit has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Files to write, each of them different from what is committed.
    pub writes: BTreeMap<RepoPath, Blob>,
    /// Files to delete, each of them committed.
    pub deletes: BTreeSet<RepoPath>,
    /// Units that disappear or are made anew.
    pub removals: Vec<Removal>,
    /// The tree of the output's folders afterwards, as the commit's trailer records it.
    pub tree: Oid,
}

impl Change {
    /// Whether the committed tree is already what was generated: there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.deletes.is_empty()
    }
}

/// Why there is no plan. Nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Committed files that have to be read first.
    #[error("{} committed files have to be read first", .0.len())]
    Needed(Vec<Need>),
    /// Paths that cannot be written.
    #[error("{}", joined(.0))]
    Paths(Vec<PathConflict>),
    /// Generated files that somebody else changed.
    #[error("{}", joined(.0))]
    Edited(Vec<Edit>),
    /// Units would disappear, and nobody confirmed that.
    #[error(transparent)]
    Unconfirmed(#[from] Unconfirmed),
}

/// Computes what a commit has to do so that the committed tree becomes the generated one.
///
/// # Errors
/// [`ChangeError::Needed`] until `contents` knows the files it names; then whatever stands in the way, all findings of
/// one kind at once.
pub fn plan(request: &Request<'_>) -> Result<Change, ChangeError> {
    let read = Committed::new(request.contents);
    let stale = stale::find(request, &read);
    let removals = removal::find(request, &stale, &read);
    read.finish()?;
    let deletes = stale.deletes;
    some_or(paths::conflicts(request, &deletes), ChangeError::Paths)?;
    some_or(edited::find(request, &deletes), ChangeError::Edited)?;
    removal::check(request, &removals)?;

    let writes: BTreeMap<RepoPath, Blob> = request
        .files
        .iter()
        .filter(|(path, blob)| {
            let oid = Oid::of_blob(request.format, blob.bytes());
            request.committed.at(path.as_str()) != Some(&Listed { mode: Mode::File, oid })
        })
        .map(|(path, blob)| (path.clone(), blob.clone()))
        .collect();
    let tree = resulting(request, &writes, &deletes).tree(request.format);
    Ok(Change { writes, deletes, removals, tree })
}

/// The committed files that had to be looked into, and those that nobody has fetched yet.
pub(crate) struct Committed<'a> {
    world: &'a dyn World,
    needs: std::cell::RefCell<BTreeSet<Need>>,
}

impl<'a> Committed<'a> {
    fn new(world: &'a dyn World) -> Committed<'a> {
        Committed { world, needs: std::cell::RefCell::default() }
    }

    /// The bytes of a committed file, or `None` where they are not there or not there yet.
    pub(crate) fn read(&self, path: &RepoPath) -> Option<Blob> {
        match self.world.read(path) {
            Answer::Found(blob) => Some(blob),
            Answer::Absent => None,
            Answer::Needed => {
                self.needs.borrow_mut().insert(Need::File(path.clone()));
                None
            }
        }
    }

    fn finish(self) -> Result<(), ChangeError> {
        some_or(self.needs.into_inner().into_iter().collect(), ChangeError::Needed)
    }
}

/// Whether a path is inside one of the folders that hold the output.
pub(crate) fn is_output(request: &Request<'_>, path: &str) -> bool {
    match request.branch {
        Branch::Own { .. } => true,
        Branch::Shared => {
            let below = |folder: &RepoPath| {
                path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
            };
            below(request.applications) || below(request.rendered)
        }
    }
}

/// The listing of the output's folders once the change has landed.
fn resulting(
    request: &Request<'_>,
    writes: &BTreeMap<RepoPath, Blob>,
    deletes: &BTreeSet<RepoPath>,
) -> Listing {
    let mut after: Listing = request
        .committed
        .iter()
        .filter(|(path, _)| is_output(request, path) && !deletes.contains(*path))
        .map(|(path, listed)| (path.to_owned(), *listed))
        .collect();
    after.extend(writes.iter().map(|(path, blob)| {
        let oid = Oid::of_blob(request.format, blob.bytes());
        (path.as_str().to_owned(), Listed { mode: Mode::File, oid })
    }));
    after
}

fn some_or<T>(found: Vec<T>, error: impl FnOnce(Vec<T>) -> ChangeError) -> Result<(), ChangeError> {
    if found.is_empty() { Ok(()) } else { Err(error(found)) }
}

/// The findings one a line, the first hundred of them.
fn joined<T: std::fmt::Display>(found: &[T]) -> String {
    const SHOWN: usize = 100;
    let mut lines: Vec<String> = found.iter().take(SHOWN).map(T::to_string).collect();
    if found.len() > SHOWN {
        lines.push(format!("and {} more", found.len() - SHOWN));
    }
    lines.join("\n")
}
