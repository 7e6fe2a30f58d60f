//! `tenants/<tenant>.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::name::Name;
use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// One of the customers, regions or teams that workloads are delivered for.
    pub struct Tenant {
        /// What people call the tenant.
        "displayName" => display_name: Option<Arc<str>>,
        /// The versions that this tenant gets in every environment, by workload.
        "pins" => pins: BTreeMap<Name, Spanned<Arc<str>>>,
        /// Leaves out all of the tenant's cells; taking it back brings them back.
        "suspended" => suspended: bool = false,
        /// Labels that every Application of the tenant carries.
        "labels" => labels: BTreeMap<Arc<str>, Spanned<Arc<str>>>,
    }
}
