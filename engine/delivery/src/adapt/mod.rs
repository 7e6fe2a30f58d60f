//! From a unit to the objects that make a runtime deliver it.
//!
//! Both runtimes get the same [`Delivery`]: where the manifests are, where they go, and how they are kept in step.
//! [`argocd`] and [`flux`] say that in their own objects, one kind a file, printed as `sigs.k8s.io/yaml` prints.
//! Every object carries the [`mark`] of the unit behind it, so that a later generation knows its own.

pub mod argocd;
pub mod flux;
pub mod mark;
mod object;

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::RepoPath;

pub use object::{Fields, print};

use crate::config::IgnoreDifference;

/// What a runtime has to know about one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The name of the object: the stem of its file.
    pub name: Arc<str>,
    /// The unit behind it.
    pub mark: mark::Mark,
    /// The tenant, environment and workload, as labels.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// The repository that holds the manifests.
    pub source: Source,
    /// Where they go: one target, or several in the order of their names.
    pub targets: Vec<Destination>,
    /// How the cluster is kept in step.
    pub sync: Sync,
    /// Differences that the runtime leaves alone.
    pub ignore_differences: Vec<IgnoreDifference>,
    /// The order among the workloads of a cluster; lower waves first.
    pub wave: Option<i64>,
    /// The objects of lower waves that Flux waits for. Argo CD knows waves itself.
    pub depends_on: Vec<Arc<str>>,
}

/// The repository that a runtime reads the output from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its address.
    pub repo_url: Arc<str>,
    /// The branch, tag or commit.
    pub revision: Arc<str>,
}

/// One target of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The target's name.
    pub name: Arc<str>,
    /// The API server's address.
    pub server: Arc<str>,
    /// The cluster's name, where the target has one.
    pub cluster: Option<Arc<str>>,
    /// The namespace.
    pub namespace: Arc<str>,
    /// The folder of its manifests within the repository.
    pub folder: RepoPath,
    /// Whether this unit is the one that owns the namespace, of all that are delivered there.
    pub owns_namespace: bool,
}

/// The sync controls of a unit, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Sync {
    /// Synchronizes by itself when git changes.
    pub auto_sync: bool,
    /// Removes resources that are no longer in git.
    pub prune: bool,
    /// Puts back what was changed in the cluster by hand.
    pub self_heal: bool,
    /// Tries a failed synchronization again.
    pub retry: Option<Backoff>,
    /// Replaces resources instead of applying changes to them.
    pub replace: bool,
    /// Makes the namespace where it is missing.
    pub create_namespace: bool,
}

pub use crate::config::Backoff;
