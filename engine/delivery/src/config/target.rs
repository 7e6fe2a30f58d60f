//! `targets/<target>.yaml`.

use std::sync::Arc;

use super::name::Name;
use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// Where the workloads of a tenant go in an environment. Several targets of one cell make an ApplicationSet.
    pub struct TargetFile {
        /// The tenant.
        "tenant" => tenant: Spanned<Name>,
        /// The environment.
        "environment" => environment: Spanned<Name>,
        /// The cluster, by name.
        "cluster" => cluster: Option<Spanned<Name>>,
        /// The address of an API server, instead of a cluster.
        "server" => server: Option<Spanned<Arc<str>>>,
        /// The namespace; the project's default where absent.
        "namespace" => namespace: Option<Spanned<Name>>,
        /// The agent that delivers here; its cluster is the target's where neither cluster nor server is named.
        "agent" => agent: Option<Spanned<Name>>,
    }
}
