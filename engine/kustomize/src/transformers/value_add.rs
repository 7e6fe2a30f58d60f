//! The `ValueAddTransformer`: one value in fields of many resources, or inserted into paths that stand in them.

use super::Transformer;
use super::namespace::{Namespace, Subjects};
use crate::Error;
use crate::fieldspec::split_path;
use crate::kustomization::{Selector, go_struct};
use crate::node::{Fault, Kind, Node, Scalar, Tag, set_field, write_scalar};
use crate::resource::ResList;
use crate::schema::Schemas;
use crate::selector::Patterns;

go_struct! {
    /// Which resources, which field, and where in the path that stands in it.
    Addition as "Target" in "builtins" {
        selector: Option<Selector> = "selector",
        field_path: String = "fieldPath",
        file_path_position: i64 = "filePathPosition",
    }
}

/// Writes a value into fields.
#[derive(Debug)]
pub(crate) struct ValueAdd {
    value: String,
    targets: Vec<Addition>,
}

impl ValueAdd {
    /// A value and where it goes.
    ///
    /// # Errors
    /// No targets, targets without a field, and negative positions.
    pub(crate) fn new(value: String, targets: Vec<Addition>) -> Result<ValueAdd, Error> {
        let wrong = |text: String| Err(Error::Transformer(text));
        if targets.is_empty() {
            return wrong("must specify at least one target".to_owned());
        }
        for target in &targets {
            if target.field_path.is_empty() {
                return wrong("fieldPath cannot be empty".to_owned());
            }
            if target.file_path_position < 0 {
                let position = target.file_path_position;
                return wrong(format!("value of FilePathPosition ({position}) cannot be negative"));
            }
        }
        Ok(ValueAdd { value, targets })
    }

    fn write(&self, node: &mut Node, target: &Addition) -> Result<(), Fault> {
        let mut at = node;
        let parts = split_path(&target.field_path, '/');
        for (place, part) in parts.iter().enumerate() {
            if at.is_null() {
                return Ok(());
            }
            let Node::Map(map) = at else { return Err(Fault::kind(at, Kind::Map)) };
            if map.field(part).is_none() {
                let last = place + 1 == parts.len();
                set_field(map, part, if last { Node::open("") } else { Node::map() });
            }
            match map.field_mut(part) {
                Some(next) => at = next,
                None => return Ok(()),
            }
        }
        if at.kind() != Kind::Scalar {
            return Err(Fault::kind(at, Kind::Scalar));
        }
        let new = match usize::try_from(target.file_path_position) {
            Ok(position) if position > 0 => insert_part(&at.text(), position - 1, &self.value),
            _ => self.value.clone(),
        };
        write_scalar(at, Scalar { tag: Tag::Open, ..Scalar::open(new) })
    }
}

/// Inserts a segment into a path.
fn insert_part(path: &str, position: usize, part: &str) -> String {
    if part.is_empty() {
        return path.to_owned();
    }
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.insert(position.min(parts.len()), part);
    format!("{}{}", if absolute { "/" } else { "" }, parts.join("/"))
}

impl Transformer for ValueAdd {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        for target in &self.targets {
            let selected = match &target.selector {
                None => (0..list.len()).collect(),
                Some(selector) => {
                    let selected =
                        Patterns::compile(selector).and_then(|patterns| patterns.select(list, schemas));
                    selected.map_err(Error::Transformer)?
                }
            };
            for at in selected {
                let resource = &mut list.all_mut()[at];
                if target.field_path == "metadata/namespace" {
                    let namespace = Namespace {
                        namespace: self.value.clone(),
                        specs: Vec::new(),
                        unset_only: false,
                        subjects: Subjects::Default,
                    };
                    namespace.write_all(resource, schemas)?;
                } else {
                    self.write(&mut resource.node, target)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_inserted() {
        assert_eq!(insert_part("/a/b", 0, "x"), "/x/a/b");
        assert_eq!(insert_part("a/b", 9, "x"), "a/b/x");
    }
}
