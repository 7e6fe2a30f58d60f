//! Labels, in metadata, selectors and templates.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Transformer;
use crate::Error;
use crate::fieldspec::{Create, FieldSpec, apply_all};
use crate::node::{Fault, Kind, Node, Scalar, overwrite};
use crate::resource::{ResList, Resource};
use crate::schema::Schemas;

/// Sets labels.
#[derive(Debug)]
pub(crate) struct Labels {
    /// The labels.
    pub(crate) labels: BTreeMap<String, String>,
    /// The fields that hold labels.
    pub(crate) specs: Vec<FieldSpec>,
}

impl Transformer for Labels {
    fn transform(&self, list: &mut ResList, _: &Schemas) -> Result<(), Error> {
        list.all_mut().iter_mut().try_for_each(|resource| set_entries(&self.labels, &self.specs, resource))
    }
}

/// Sets entries of the mappings that the specifications name.
///
/// What one entry adds in several places of a resource is one scalar: Kustomize writes the same node everywhere, so
/// that a later patch of one place shows in all of them.
pub(super) fn set_entries(
    entries: &BTreeMap<String, String>,
    specs: &[FieldSpec],
    resource: &mut Resource,
) -> Result<(), Error> {
    for (name, text) in entries {
        let shared = Rc::new(RefCell::new(Scalar::string(text.as_str())));
        apply_all(specs, resource, Create::Map, &mut |node| {
            if node.is_null() {
                return Ok(());
            }
            let Node::Map(map) = node else { return Err(Fault::kind(node, Kind::Map)) };
            match map.field_mut(name) {
                Some(old) => overwrite(old, Node::string(text.as_str())),
                None => map.push(name.as_str(), Node::Shared(Rc::clone(&shared))),
            }
            Ok(())
        })?;
    }
    Ok(())
}
