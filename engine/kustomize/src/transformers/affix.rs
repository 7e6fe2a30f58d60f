//! Prefixes and suffixes of names.

use super::Transformer;
use crate::Error;
use crate::fieldspec::{Create, FieldSpec, apply_all};
use crate::node::{Fault, Kind, Node, Scalar, Tag, write_scalar};
use crate::resource::{Gvk, ResList};
use crate::schema::Schemas;

/// Adds a prefix or a suffix to names.
#[derive(Debug)]
pub(crate) struct Affix {
    /// The text.
    pub(crate) text: String,
    /// Whether it goes behind the name.
    pub(crate) behind: bool,
    /// The fields that hold names.
    pub(crate) specs: Vec<FieldSpec>,
}

impl Transformer for Affix {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        for resource in list.all_mut() {
            let id = resource.original_id(schemas);
            if keeps_its_name(&id.gvk) {
                continue;
            }
            for spec in self.specs.iter().filter(|spec| id.gvk.is_selected(&spec.gvk)) {
                if &*spec.path == "metadata/name" && !self.text.is_empty() {
                    let affixes = if self.behind { &mut resource.suffixes } else { &mut resource.prefixes };
                    affixes.push(self.text.as_str().into());
                    resource.store_previous_id(schemas);
                }
                let specs = std::slice::from_ref(spec);
                apply_all(specs, resource, Create::Scalar(Tag::Str), &mut |node| self.write(node))?;
            }
        }
        Ok(())
    }
}

impl Affix {
    fn write(&self, node: &mut Node) -> Result<(), Fault> {
        if node.kind() != Kind::Scalar {
            return Err(Fault::kind(node, Kind::Scalar));
        }
        let (old, text) = (node.text(), &self.text);
        let new = if self.behind { format!("{old}{text}") } else { format!("{text}{old}") };
        write_scalar(node, Scalar::open(new))
    }
}

/// Kinds whose names mean something elsewhere.
fn keeps_its_name(gvk: &Gvk) -> bool {
    match &*gvk.kind {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => &*gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}
