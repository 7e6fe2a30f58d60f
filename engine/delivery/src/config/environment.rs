//! `environments/<environment>.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::name::Name;
use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// A stage that changes pass on their way, such as development or production.
    pub struct Environment {
        /// What people call the environment.
        "displayName" => display_name: Option<Arc<str>>,
        /// Its place among the stages: lower numbers come first.
        "order" => order: i64 = 0,
        /// Refuses the fallback cluster, wildcard versions and plain Secrets, and asks before anything is deleted.
        "protected" => protected: bool = false,
        /// The cluster of all tenants that have no target of their own here.
        "cluster" => cluster: Option<Spanned<Name>>,
        /// The delivery profile: `development`, `staging`, `production`, `canary`, or one in `profiles/`.
        "profile" => profile: Option<Spanned<Name>>,
        /// The versions that every tenant gets here, by workload, unless the tenant pins another.
        "pins" => pins: BTreeMap<Name, Spanned<Arc<str>>>,
        /// Labels that every Application of the environment carries.
        "labels" => labels: BTreeMap<Arc<str>, Spanned<Arc<str>>>,
    }
}
