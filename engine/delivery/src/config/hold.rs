//! `holds/<unit>.yaml`.

use std::sync::Arc;

use super::name::Name;
use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// Keeps a unit's output as a rollback restored it, until the file goes.
    pub struct Hold {
        /// The workload.
        "workload" => workload: Spanned<Name>,
        /// The tenant.
        "tenant" => tenant: Spanned<Name>,
        /// The environment.
        "environment" => environment: Spanned<Name>,
        /// The object id of the output tree that was restored.
        "tree" => tree: Spanned<Arc<str>>,
        /// Why.
        "reason" => reason: Arc<str>,
    }
}
