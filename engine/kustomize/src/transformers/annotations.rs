//! Annotations, in metadata and templates.

use std::collections::BTreeMap;

use super::Transformer;
use super::labels::set_entries;
use crate::Error;
use crate::fieldspec::FieldSpec;
use crate::resource::ResList;
use crate::schema::Schemas;

/// Sets annotations.
#[derive(Debug)]
pub(crate) struct Annotations {
    /// The annotations.
    pub(crate) annotations: BTreeMap<String, String>,
    /// The fields that hold annotations.
    pub(crate) specs: Vec<FieldSpec>,
}

impl Transformer for Annotations {
    fn transform(&self, list: &mut ResList, _: &Schemas) -> Result<(), Error> {
        list.all_mut()
            .iter_mut()
            .try_for_each(|resource| set_entries(&self.annotations, &self.specs, resource))
    }
}
