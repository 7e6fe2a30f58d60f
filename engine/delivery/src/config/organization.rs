//! `organization.yaml`: a folder of registries that several projects share.

use std::sync::Arc;

use super::name::Name;
use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// An organization: tenants, environments, clusters, charts, bases, bundles and variables that its projects
    /// inherit.
    pub struct Organization {
        /// The organization's name.
        "name" => name: Spanned<Name>,
        /// What people call the organization.
        "displayName" => display_name: Option<Arc<str>>,
    }
}
