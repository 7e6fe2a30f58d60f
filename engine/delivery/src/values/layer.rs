//! One file of values.

use std::sync::Arc;

use fairlead_world::{Blob, RepoPath};
use fairlead_yaml::Value;

/// One file of values, as it takes part in a unit's merge.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Whose values they are.
    pub scope: Scope,
    /// Whether the content goes under Helm's `global` key (`global.yaml`), or is the workload's own.
    pub global: bool,
    /// The file.
    pub path: RepoPath,
    /// Its bytes: read again for positions when somebody asks where a value comes from.
    pub blob: Blob,
    /// Its content, a map or nothing.
    pub value: Arc<Value>,
}

impl PartialEq for Layer {
    fn eq(&self, other: &Layer) -> bool {
        self.scope == other.scope
            && self.global == other.global
            && self.path == other.path
            && (self.blob.same(&other.blob) || self.blob == other.blob)
    }
}

/// Whose values, or variables, a file holds, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The chart's own defaults.
    Chart,
    /// The organization's; variables only.
    Organization,
    /// The project's.
    Project,
    /// The tenant's. For variables the tenant is stronger than the environment.
    Tenant,
    /// The environment's.
    Environment,
    /// One cell's.
    Service,
}
