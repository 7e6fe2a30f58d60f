//! What changes resources: one built-in transformer a file.

mod affix;
mod annotations;
mod hash;
mod images;
mod labels;
mod name_reference;
mod namespace;
mod patch_json6902;
mod patch_strategic_merge;
mod patches;
mod replacements;
mod replicas;
mod sort;
mod structured;
mod value_add;
mod variables;

use crate::Error;
use crate::node::Fault;
use crate::resource::ResList;
use crate::schema::Schemas;

pub(crate) use affix::Affix;
pub(crate) use annotations::Annotations;
pub(crate) use hash::HashNames;
pub(crate) use images::Images;
pub(crate) use labels::Labels;
pub(crate) use name_reference::fix_references;
pub(crate) use namespace::{Namespace, Subjects};
pub(crate) use patch_json6902::PatchJson6902;
pub(crate) use patch_strategic_merge::PatchStrategicMerge;
pub(crate) use patches::PatchOrPatches;
pub(crate) use replacements::Replacements;
pub(crate) use replicas::Replicas;
pub(crate) use sort::sort;
pub(crate) use value_add::{Addition, ValueAdd};
pub(crate) use variables::{resolve_variables, shown as shown_variable};

/// A transformer that has been configured.
pub(crate) trait Transformer {
    /// Changes the resources.
    ///
    /// # Errors
    /// Where a resource is not such as the transformer needs.
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error>;
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Transformer(fault.to_string())
    }
}
