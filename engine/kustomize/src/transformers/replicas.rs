//! Numbers of replicas.

use super::Transformer;
use crate::Error;
use crate::fieldspec::{Create, FieldSpec, apply_all};
use crate::kustomization::Replica;
use crate::node::{Scalar, Style, Tag, write_scalar};
use crate::resource::ResList;
use crate::schema::Schemas;

/// Sets the number of replicas of the resources of one name.
#[derive(Debug)]
pub(crate) struct Replicas {
    /// The name and the number.
    pub(crate) replica: Replica,
    /// The fields that hold numbers of replicas.
    pub(crate) specs: Vec<FieldSpec>,
}

impl Transformer for Replicas {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        let mut found = false;
        for spec in &self.specs {
            let places = list
                .with_any_id(schemas, |id| *id.name == *self.replica.name && id.gvk.is_selected(&spec.gvk));
            for at in places {
                found = true;
                let count = Scalar {
                    text: self.replica.count.to_string().into(),
                    tag: Tag::Int,
                    style: Style::Plain,
                };
                let specs = std::slice::from_ref(spec);
                apply_all(specs, &mut list.all_mut()[at], Create::Scalar(Tag::Int), &mut |node| {
                    write_scalar(node, count.clone())
                })?;
            }
        }
        if found {
            return Ok(());
        }
        let kinds: Vec<String> = self.specs.iter().map(|spec| spec.gvk.to_string()).collect();
        Err(Error::Transformer(format!(
            "resource with name {} does not match a config with the following GVK [{}]",
            self.replica.name,
            kinds.join(" ")
        )))
    }
}
