//! CustomResourceDefinitions: the schemas and scopes of a project's custom resources.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_yaml::Value;
use regex_automata::meta::Regex;

use crate::kubernetes::schema::{Field, Rules, Schema, SchemaId, Schemas};
use crate::kubernetes::scope::{Scope, Scopes};

/// The kinds that a project's CustomResourceDefinitions define.
#[derive(Debug, Clone, Default)]
pub struct Crds {
    kinds: BTreeMap<String, BTreeMap<String, Option<SchemaId>>>,
    schemas: Schemas,
}

/// The deepest schema that is read; below it everything is accepted.
const MAX_DEPTH: usize = 100;

/// The largest program that one pattern may compile to.
const MAX_PATTERN: usize = 1 << 20;

/// Reads the definitions among some objects, and adds their scopes. Objects of other kinds are left out.
pub fn crds<'a>(objects: impl IntoIterator<Item = &'a Value>, scopes: &mut Scopes) -> Crds {
    let mut crds = Crds::default();
    for definition in objects.into_iter().filter_map(Definition::of) {
        scopes.insert(definition.group, definition.kind, definition.scope());
        for version in definition.spec.field("versions").and_then(Value::as_list).unwrap_or_default() {
            if version.field("served").and_then(Value::as_bool) == Some(false) {
                continue;
            }
            let schema = version.field("schema").and_then(|schema| schema.field("openAPIV3Schema"));
            let id = schema.map(|schema| top(&mut crds.schemas, schema));
            let api_version = format!("{}/{}", definition.group, text(version.field("name")));
            crds.kinds.entry(definition.kind.to_owned()).or_default().insert(api_version, id);
        }
    }
    crds
}

/// The scopes of what some objects define, beside those that are known. Nothing is copied where nothing is defined.
pub fn with_defined<'s, 'a>(
    known: &'s Scopes,
    objects: impl IntoIterator<Item = &'a Value>,
) -> Cow<'s, Scopes> {
    let mut scopes = Cow::Borrowed(known);
    for definition in objects.into_iter().filter_map(Definition::of) {
        scopes.to_mut().insert(definition.group, definition.kind, definition.scope());
    }
    scopes
}

/// A CustomResourceDefinition.
struct Definition<'a> {
    group: &'a str,
    kind: &'a str,
    spec: &'a Value,
}

impl<'a> Definition<'a> {
    /// The definition that an object is, if it is one.
    fn of(object: &'a Value) -> Option<Definition<'a>> {
        if text(object.field("kind")) != "CustomResourceDefinition" {
            return None;
        }
        let spec = object.field("spec")?;
        let kind = text(spec.field("names").and_then(|names| names.field("kind")));
        Some(Definition { group: text(spec.field("group")), kind, spec })
    }

    fn scope(&self) -> Scope {
        match text(self.spec.field("scope")) {
            "Cluster" => Scope::Cluster,
            _ => Scope::Namespaced,
        }
    }
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

impl Crds {
    /// The schema of a kind: `None` where the project does not define it, `Some(None)` where it defines it without a
    /// schema.
    pub fn schema(&self, api_version: &str, kind: &str) -> Option<Option<SchemaId>> {
        self.kinds.get(kind)?.get(api_version).copied()
    }

    /// All schemas.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }
}

/// The schema of a whole object, which may always have a type and metadata.
fn top(schemas: &mut Schemas, value: &Value) -> SchemaId {
    let id = read(schemas, value, 0);
    with_type(schemas, id)
}

fn with_type(schemas: &mut Schemas, id: SchemaId) -> SchemaId {
    let Schema::Object { fields, others } = schemas.at(id).clone() else { return id };
    let any = schemas.insert(Schema::Any);
    let mut all: BTreeMap<Arc<str>, Field> =
        fields.iter().map(|field| (field.name.clone(), field.clone())).collect();
    for name in ["apiVersion", "kind", "metadata"] {
        let name: Arc<str> = Arc::from(name);
        all.insert(name.clone(), Field { name, required: false, schema: any });
    }
    schemas.insert(Schema::Object { fields: all.into_values().collect(), others })
}

fn read(schemas: &mut Schemas, value: &Value, depth: usize) -> SchemaId {
    if depth >= MAX_DEPTH {
        return schemas.insert(Schema::Any);
    }
    let plain = plain(schemas, value, depth);
    let id = schemas.insert(plain);
    let id = if flag(value, "x-kubernetes-embedded-resource") { with_type(schemas, id) } else { id };
    match rules(value) {
        Some(rules) => schemas.insert(Schema::Ruled(id, Arc::new(rules))),
        None => id,
    }
}

fn plain(schemas: &mut Schemas, value: &Value, depth: usize) -> Schema {
    if flag(value, "x-kubernetes-int-or-string") {
        return Schema::IntOrString;
    }
    let format = value.field("format").and_then(Value::as_str);
    match value.field("type").and_then(Value::as_str) {
        Some("string") => match format {
            Some("byte") => Schema::Base64,
            Some("date-time") => Schema::Time,
            _ => Schema::Text,
        },
        Some("integer") if format == Some("int32") => Schema::Int32,
        Some("integer") => Schema::Int64,
        Some("number") => Schema::Number,
        Some("boolean") => Schema::Bool,
        Some("array") => match value.field("items") {
            Some(items) => Schema::List(read(schemas, items, depth + 1)),
            None => Schema::List(schemas.insert(Schema::Any)),
        },
        Some("object") => object(schemas, value, depth),
        _ => Schema::Any,
    }
}

fn object(schemas: &mut Schemas, value: &Value, depth: usize) -> Schema {
    let others = match value.field("additionalProperties") {
        _ if flag(value, "x-kubernetes-preserve-unknown-fields") => Some(schemas.insert(Schema::Any)),
        Some(Value::Bool(true)) => Some(schemas.insert(Schema::Any)),
        Some(inner @ Value::Map(_)) => Some(read(schemas, inner, depth + 1)),
        _ => None,
    };
    let Some(properties) = value.field("properties").and_then(Value::as_map) else {
        // Without properties an object is open: so is `metadata: {type: object}`.
        let others = others.unwrap_or_else(|| schemas.insert(Schema::Any));
        return Schema::Map(others);
    };
    let required: Vec<&str> = value
        .field("required")
        .and_then(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let fields = properties.iter().map(|(name, property)| {
        // A default fills what is absent before anything is checked.
        let required = required.contains(&&**name) && property.field("default").is_none();
        Field { name: name.clone(), required, schema: read(schemas, property, depth + 1) }
    });
    Schema::Object { fields: fields.collect(), others }
}

fn rules(value: &Value) -> Option<Rules> {
    let number = |name: &str| match value.field(name) {
        Some(Value::Int(number)) => Some(*number as f64),
        Some(Value::Float(number)) => Some(*number),
        _ => None,
    };
    let count = |names: [&str; 3]| {
        names.iter().find_map(|name| match value.field(name) {
            Some(Value::Int(number)) => u64::try_from(*number).ok(),
            _ => None,
        })
    };
    let pattern = value.field("pattern").and_then(Value::as_str).and_then(compile);
    let choices = value.field("enum").and_then(Value::as_list).unwrap_or_default().to_vec();
    let rules = Rules {
        choices,
        pattern,
        minimum: number("minimum"),
        maximum: number("maximum"),
        least: count(["minLength", "minItems", "minProperties"]),
        most: count(["maxLength", "maxItems", "maxProperties"]),
    };
    let any = !rules.choices.is_empty()
        || rules.pattern.is_some()
        || rules.minimum.is_some()
        || rules.maximum.is_some()
        || rules.least.is_some()
        || rules.most.is_some();
    any.then_some(rules)
}

/// A pattern that matches in linear time, or `None` where it is broken or too large: then it restricts nothing.
fn compile(pattern: &str) -> Option<Regex> {
    let config = Regex::config().nfa_size_limit(Some(MAX_PATTERN));
    Regex::builder().configure(config).build(pattern).ok()
}

fn flag(value: &Value, name: &str) -> bool {
    value.field(name).and_then(Value::as_bool) == Some(true)
}
