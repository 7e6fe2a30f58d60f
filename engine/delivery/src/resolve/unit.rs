//! One cell of the matrix, ready to be rendered.

use std::fmt;
use std::sync::Arc;

use fairlead_world::{Digest, RepoPath};

use super::settings::Settings;
use crate::config::{Cluster, Entry, Environment, Hold, IgnoreDifference, Name, Overlay, Tenant, Workload};
use crate::diagnostic::{Span, Spanned};
use crate::values::Layer;
use crate::variables::Scopes;

/// One cell of the matrix: a workload for a tenant in an environment, with everything that decides its output.
///
/// Two units are equal where they render alike, whatever lines their settings stand in.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Workload, tenant and environment.
    pub id: UnitId,
    /// What ends its names where they would collide.
    pub suffix: Option<Name>,
    /// The workload.
    pub workload: Arc<Entry<Workload>>,
    /// The tenant.
    pub tenant: Arc<Entry<Tenant>>,
    /// The environment.
    pub environment: Arc<Entry<Environment>>,
    /// Where it goes; at least one.
    pub targets: Arc<[Target]>,
    /// Where its chart, base or bundle is.
    pub artifact: Arc<Artifact>,
    /// The version that was asked for, and what it came to.
    pub version: Option<Version>,
    /// The values above the chart's own, from the weakest to the strongest.
    pub layers: Arc<[Arc<Layer>]>,
    /// The variables that its values may refer to.
    pub variables: Scopes,
    /// How the runtime synchronizes it.
    pub settings: Arc<Settings>,
    /// The differences that the runtime leaves alone: the project's, then the workload's.
    pub ignore_differences: Arc<[Spanned<IgnoreDifference>]>,
    /// What is laid on its rendered objects: the binding's overlays, then the cell's.
    pub overlays: Arc<[Spanned<Overlay>]>,
    /// The Helm release's name.
    pub release_name: Arc<str>,
    /// The hold that keeps its output as it is.
    pub hold: Option<Arc<Entry<Hold>>>,
    /// Whether the operation's profile, which may be for a subset, writes it.
    pub selected: bool,
    /// Where the cell is bound.
    pub place: Span,
}

impl Unit {
    /// What its files and its Application are called: `<tenant>-<environment>-<workload>`, and the suffix if any.
    pub fn stem(&self) -> String {
        let UnitId { workload, tenant, environment } = &self.id;
        match &self.suffix {
            Some(suffix) => format!("{tenant}-{environment}-{workload}-{suffix}"),
            None => format!("{tenant}-{environment}-{workload}"),
        }
    }

    /// Whether a hold keeps its output as it is.
    pub fn is_held(&self) -> bool {
        self.hold.is_some()
    }

    /// Whether its environment is protected.
    pub fn is_protected(&self) -> bool {
        self.environment.protected
    }
}

/// Which unit: written `workload/tenant/environment`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId {
    /// The workload.
    pub workload: Name,
    /// The tenant.
    pub tenant: Name,
    /// The environment.
    pub environment: Name,
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.workload, self.tenant, self.environment)
    }
}

/// Where a unit goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The target's name; the cluster's where the environment names it; `in-cluster` for the fallback.
    pub name: Name,
    /// The address of the API server.
    pub server: Arc<str>,
    /// The namespace.
    pub namespace: Name,
    /// The cluster, where one is named.
    pub cluster: Option<Arc<Entry<Cluster>>>,
    /// The agent that delivers there.
    pub agent: Option<Name>,
    /// Why it is this one.
    pub route: Route,
}

/// How a target came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A target of exactly this tenant and environment.
    Explicit,
    /// The environment's cluster.
    Environment,
    /// The in-cluster default, since nothing else is configured.
    Fallback,
}

/// Where a unit's chart, base or bundle is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Artifact {
    /// A chart.
    Chart(Source),
    /// A Kustomize base or overlay.
    Kustomize(Source),
    /// A bundle of manifests.
    Bundle(Source),
}

impl Artifact {
    /// Where its files are.
    pub fn source(&self) -> &Source {
        match self {
            Artifact::Chart(source) | Artifact::Kustomize(source) | Artifact::Bundle(source) => source,
        }
    }
}

/// Where the files of an artifact are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A folder of the repository, or a file (a bundle of one file, a packaged chart).
    Path(RepoPath),
    /// Files that the lock names one by one: path within the artifact, and digest. In the order of their paths.
    Files(Arc<[(Arc<str>, Digest)]>),
    /// A packaged chart that the lock names.
    Package(Digest),
}

/// A version that was asked for, and what it came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// As it is written: exact, a range, or `latest`.
    pub requested: Spanned<Arc<str>>,
    /// Who asked.
    pub origin: PinOrigin,
    /// What the lock says that it is; the same where it was exact.
    pub exact: Arc<str>,
}

/// Who asks for a version, from the strongest to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinOrigin {
    /// The cell itself.
    Cell,
    /// The tenant's pin.
    Tenant,
    /// The environment's pin.
    Environment,
    /// The binding.
    Binding,
    /// The workload: the project's default.
    Workload,
}
