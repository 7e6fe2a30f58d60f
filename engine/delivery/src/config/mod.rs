//! Project files: reading them into typed values, with every mistake told at its place.

mod agent;
mod binding;
mod check;
mod cluster;
mod delivery;
pub(crate) mod dependencies;
mod digest;
pub(crate) mod document;
mod environment;
pub(crate) mod files;
mod folder;
mod hold;
mod inflated;
mod layers;
mod load;
mod name;
pub(crate) mod node;
mod organization;
pub(crate) mod parse;
mod patch;
mod profile;
mod project;
pub(crate) mod reader;
pub mod schema;
mod settings;
pub(crate) mod shape;
mod shelves;
mod target;
mod tenant;
mod variables;
mod workload;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use fairlead_world::RepoPath;

use crate::lock::{self, Location, Lock};
use crate::{values, variables as hq};

pub use agent::{AgentBinding, AgentCell};
pub use binding::{Binding, CellOverride, CellRule, Overlay, Selection};
pub use cluster::Cluster;
pub use delivery::{ArgoCd, Delivery, Flux, RepositorySecret, Runtime, StoreKind};
pub(crate) use document::Kind;
pub use environment::Environment;
pub use files::Tree;
pub use hold::Hold;
pub(crate) use layers::read_values;
pub use load::{Loaded, Loader, load};
pub use name::{Key, Name, NameError, check_subdomain};
pub use organization::Organization;
pub use patch::{IgnoreDifference, Patch, Selector};
pub use profile::{Approval, Profile, Subset};
pub use project::{Defaults, HelmVersion, Layout, OrganizationRef, Output, ProjectFile};
pub use settings::{Backoff, Controls, Retry};
pub(crate) use shape::record;
pub use shelves::{OnShelf, location};
pub use target::TargetFile;
pub use tenant::Tenant;
pub use variables::{Variable, VariableType, Variables};
pub use workload::{BundleSource, ChartSource, FolderSource, Random, Workload};

/// The `apiVersion` of every project file.
pub const API_VERSION: &str = "fairlead.dev/v1";

/// A project, with everything that it inherits from its organization.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// The project's folder.
    pub root: RepoPath,
    /// `fairlead.yaml`.
    pub file: Entry<ProjectFile>,
    /// `delivery.yaml`, or its defaults.
    pub delivery: Arc<Delivery>,
    /// `organization.yaml`, where the project has one.
    pub organization: Option<Arc<Entry<Organization>>>,
    /// `tenants/`.
    pub tenants: BTreeMap<Name, Arc<Entry<Tenant>>>,
    /// `environments/`.
    pub environments: BTreeMap<Name, Arc<Entry<Environment>>>,
    /// `clusters/`.
    pub clusters: BTreeMap<Name, Arc<Entry<Cluster>>>,
    /// `workloads/`.
    pub workloads: BTreeMap<Name, Arc<Entry<Workload>>>,
    /// `bindings/`.
    pub bindings: BTreeMap<Name, Arc<Entry<Binding>>>,
    /// `targets/`.
    pub targets: BTreeMap<Name, Arc<Entry<TargetFile>>>,
    /// `agents/`.
    pub agents: BTreeMap<Name, Arc<Entry<AgentBinding>>>,
    /// `profiles/`, and the four that every project has.
    pub profiles: BTreeMap<Name, Arc<Entry<Profile>>>,
    /// `holds/`.
    pub holds: BTreeMap<Name, Arc<Entry<Hold>>>,
    /// `variables/`, and the organization's.
    pub variables: hq::Index,
    /// `values/`.
    pub values: values::Index,
    /// The organization's files.
    pub organization_tree: Option<Tree>,
    /// `fairlead.lock`.
    pub lock: Option<Arc<Entry<Lock>>>,
    /// What the lock says that versions come to.
    pub locked: lock::Index,
    /// What is at hand of the artifacts that are folders.
    pub shelves: BTreeMap<Location, OnShelf>,
}

/// A thing that has a file of its own, and the name that the file gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<T> {
    /// The file's name without `.yaml`.
    pub name: Name,
    /// The file: the project's, or the organization's where the project has none of that name.
    pub path: RepoPath,
    /// What it says.
    pub value: T,
}

impl<T> Deref for Entry<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// Says what the `kind` field of each file is.
macro_rules! kinds {
    ($($type:ident => $kind:literal),* $(,)?) => {
        $(impl document::Kind for $type {
            const KIND: &'static str = $kind;
        })*
    };
}

kinds! {
    ProjectFile => "Project",
    Delivery => "Delivery",
    Organization => "Organization",
    Tenant => "Tenant",
    Environment => "Environment",
    Cluster => "Cluster",
    Workload => "Workload",
    Binding => "Binding",
    TargetFile => "Target",
    AgentBinding => "AgentBinding",
    Profile => "Profile",
    Hold => "Hold",
    Variables => "Variables",
}

impl Entry<AgentBinding> {
    /// The agent's name.
    pub fn agent_name(&self) -> &Name {
        self.agent.as_ref().map_or(&self.name, |name| &name.value)
    }
}
