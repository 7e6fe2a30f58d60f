//! Which field of which object each line of a manifest is.

use std::sync::Arc;

use fairlead_yaml::value::{Inner, Options, Places, with_places};
use fairlead_yaml::{Position, Value};

use crate::render::manifest::{Manifest, text};
use crate::values::ValuePath;

/// A document of a manifest with its fields.
#[derive(Debug)]
pub(super) struct Fields {
    /// The line of the manifest on which the document begins, from 0.
    pub(super) first: usize,
    /// How many lines it has.
    pub(super) count: usize,
    /// What it means.
    pub(super) value: Value,
    places: Places,
    /// The fields in the order in which they stand.
    fields: Vec<(Position, ValuePath)>,
}

impl Fields {
    /// The documents of a manifest; none where it is not one.
    pub(super) fn of(text: &str) -> Vec<Fields> {
        let Ok(manifest) = Manifest::parse(text.to_owned().into()) else { return Vec::new() };
        let mut first = manifest.preamble.lines().count();
        let mut documents = Vec::new();
        for document in manifest.documents {
            let count = document.text.lines().count();
            if let Ok((value, places)) = with_places(&document.text, &Options::default()) {
                let fields = all(&places);
                documents.push(Fields { first, count, value, places, fields });
            }
            first += count;
        }
        documents
    }

    /// The field that a line of the document, from 0, belongs to: the deepest that begins on it, or the last before it.
    pub(super) fn at(&self, line: usize) -> Option<&ValuePath> {
        let after = self.fields.partition_point(|(at, _)| at.line as usize <= line + 1);
        self.fields.get(after.checked_sub(1)?).map(|(_, path)| path)
    }

    /// The lines of the document, from 0, that a field and all below it begin on.
    pub(super) fn lines(&self, path: &ValuePath) -> Vec<usize> {
        let inside = self.fields.iter().filter(|(_, field)| field.steps().starts_with(path.steps()));
        let mut lines: Vec<usize> = inside.map(|(at, _)| at.line as usize - 1).collect();
        lines.dedup();
        lines
    }

    /// Where a field stands and what it is.
    pub(super) fn find(&self, path: &ValuePath) -> Option<(Position, &Value)> {
        let (mut value, mut places, mut at) = (&self.value, &self.places, self.places.at);
        for step in path.steps() {
            match value {
                Value::Map(map) => {
                    (value, at) = (map.get(step)?, places.key(step)?);
                    places = places.field(step)?;
                }
                Value::List(items) => {
                    let index: usize = step.parse().ok()?;
                    (value, places) = (items.get(index)?, places.item(index)?);
                    at = places.at;
                }
                _ => return None,
            }
        }
        Some((at, value))
    }

    /// The object's kind.
    pub(super) fn kind(&self) -> &str {
        text(self.value.field("kind"))
    }

    /// The object's name.
    pub(super) fn name(&self) -> &str {
        text(self.value.field("metadata").and_then(|metadata| metadata.field("name")))
    }

    /// The object's `apiVersion`.
    pub(super) fn api_version(&self) -> &str {
        text(self.value.field("apiVersion"))
    }

    /// An annotation of the object.
    pub(super) fn annotation(&self, name: &str) -> Option<&str> {
        self.value.field("metadata")?.field("annotations")?.field(name)?.as_str()
    }
}

/// Every field below a place, with its path from there.
pub(super) fn all(places: &Places) -> Vec<(Position, ValuePath)> {
    let mut fields = Vec::new();
    collect(places, &mut ValuePath::default(), &mut fields);
    fields.sort_by_key(|(at, _)| (at.line, at.column));
    fields
}

fn collect(places: &Places, path: &mut ValuePath, fields: &mut Vec<(Position, ValuePath)>) {
    match &places.inner {
        Inner::Leaf => {}
        Inner::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Arc::from(index.to_string()));
                fields.push((item.at, path.clone()));
                collect(item, path, fields);
                path.pop();
            }
        }
        Inner::Map(map) => {
            for (key, (at, inner)) in map {
                path.push(key.clone());
                fields.push((*at, path.clone()));
                collect(inner, path, fields);
                path.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_fields() {
        let text =
            "# above\n---\nkind: A\nspec:\n  list:\n    - name: x\n      args: |\n        one\n        two\n";
        let fields = Fields::of(text);
        let [document] = fields.as_slice() else { panic!("{fields:?}") };
        assert_eq!((document.first, document.kind()), (1, "A"));
        let at = |line: usize| document.at(line).map(ToString::to_string).unwrap_or_default();
        assert_eq!([at(0), at(1), at(3)], ["", "kind", "spec.list"]);
        assert_eq!([at(4), at(5), at(7)], ["spec.list.0.name", "spec.list.0.args", "spec.list.0.args"]);
        assert_eq!(document.lines(&ValuePath::parse("spec.list[0]")), [4, 5]);
    }
}
