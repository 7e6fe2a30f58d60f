//! A schema that a kustomization brings: an OpenAPI document in JSON or YAML.

use std::collections::BTreeSet;

use fairlead_yaml::{Map, Value};

use super::table::{Field, Table};
use crate::node::yaml_to_value;

const KINDS: &str = "x-kubernetes-group-version-kind";
const STRATEGY: &str = "x-kubernetes-patch-strategy";
const MERGE_KEY: &str = "x-kubernetes-patch-merge-key";
const MERGE_KEYS: &str = "x-kubernetes-list-map-keys";

/// How deep definitions may refer to each other.
const MAX_REFERENCES: usize = 64;

/// Compiles a document into a table.
///
/// # Errors
/// A text that is no YAML.
pub(crate) fn table(text: &str) -> Result<Table, String> {
    let document = yaml_to_value(text)?;
    let none = Map::new();
    let definitions = document.field("definitions").and_then(Value::as_map).unwrap_or(&none);
    let mut compiler = Compiler { definitions, table: Table::default(), open: BTreeSet::new() };
    for definition in definitions.values() {
        for (version, kind) in kinds(definition.field(KINDS)) {
            let object = compiler.field(definition).and_then(|field| field.object);
            compiler.table.set_kind(&version, &kind, object);
        }
    }
    for (path, methods) in document.field("paths").and_then(Value::as_map).unwrap_or(&none) {
        let Some(kind) = methods.field("get").and_then(|method| method.field(KINDS)) else { continue };
        if let Some((version, kind)) = type_of(kind) {
            compiler.table.set_scope(&version, &kind, path.contains("namespaces/{namespace}"));
        }
    }
    Ok(compiler.table)
}

fn kinds(extension: Option<&Value>) -> Vec<(String, String)> {
    extension.and_then(Value::as_list).unwrap_or_default().iter().filter_map(type_of).collect()
}

fn type_of(value: &Value) -> Option<(String, String)> {
    let text = |name: &str| value.field(name).and_then(Value::as_str);
    let (version, kind) = (text("version")?, text("kind")?);
    let version = match text("group") {
        None | Some("") => version.to_owned(),
        Some(group) => format!("{group}/{version}"),
    };
    Some((version, kind.to_owned()))
}

struct Compiler<'a> {
    definitions: &'a Map,
    table: Table,
    open: BTreeSet<&'a str>,
}

impl<'a> Compiler<'a> {
    /// The rule for a schema, or `None` where nothing below it merges.
    fn field(&mut self, schema: &'a Value) -> Option<Field> {
        if let Some(reference) = schema.field("$ref").and_then(Value::as_str) {
            let name = reference.strip_prefix("#/definitions/")?;
            let (name, target) = self.definitions.get_key_value(name)?;
            if self.open.len() >= MAX_REFERENCES || !self.open.insert(name) {
                return None;
            }
            let field = self.field(target);
            self.open.remove(&**name);
            return field;
        }
        if schema.field("type").and_then(Value::as_str) == Some("array") {
            return self.list(schema);
        }
        let mut fields = Vec::new();
        for (name, property) in schema.field("properties").and_then(Value::as_map)? {
            if let Some(field) = self.field(property) {
                fields.push((name.to_string(), field));
            }
        }
        if fields.is_empty() {
            return None;
        }
        Some(Field { keys: None, object: Some(self.table.object(fields)) })
    }

    fn list(&mut self, schema: &'a Value) -> Option<Field> {
        let strategy = schema.field(STRATEGY).and_then(Value::as_str)?;
        if !strategy.split(',').any(|part| part == "merge") {
            return None;
        }
        let keys = match schema.field(MERGE_KEYS).and_then(Value::as_list) {
            Some(keys) => keys.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            None => schema.field(MERGE_KEY).and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
        };
        let object = schema.field("items").and_then(|items| self.field(items)).and_then(|field| field.object);
        Some(Field { keys: Some(keys), object })
    }
}
