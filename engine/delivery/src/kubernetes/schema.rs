//! Schemas, as Kubernetes' own API and custom resources need them.

use std::sync::Arc;

use fairlead_yaml::Value;

/// The number of a [`Schema`] within its [`Schemas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaId(pub(super) u32);

/// Schemas that refer to each other by number, so that types that contain themselves are ordinary.
#[derive(Debug, Clone, Default)]
pub struct Schemas {
    nodes: Vec<Schema>,
}

/// What a value must be. `null` stands for an absent value in Kubernetes and is accepted everywhere.
#[derive(Debug, Clone)]
pub enum Schema {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// Text in base64.
    Base64,
    /// A point in time as RFC 3339 has it.
    Time,
    /// A quantity such as `500m` or `2Gi`, as text or as a number.
    Quantity,
    /// A whole number, or text such as a port's name.
    IntOrString,
    /// A list of one type.
    List(SchemaId),
    /// A mapping of any keys to one type.
    Map(SchemaId),
    /// A mapping with known keys.
    Object {
        /// The keys, in the order of their names.
        fields: Arc<[Field]>,
        /// What other keys hold; `None` where there must be none.
        others: Option<SchemaId>,
    },
    /// Another schema with further rules, as custom resources have them.
    Ruled(SchemaId, Arc<Rules>),
}

/// A known key of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Arc<str>,
    /// Whether it has to be there.
    pub required: bool,
    /// What it holds.
    pub schema: SchemaId,
}

/// Rules beyond the type.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The only values allowed; any where empty.
    pub choices: Vec<Value>,
    /// What text must match.
    pub pattern: Option<regex_automata::meta::Regex>,
    /// The least number.
    pub minimum: Option<f64>,
    /// The greatest number.
    pub maximum: Option<f64>,
    /// The fewest characters, items or keys.
    pub least: Option<u64>,
    /// The most characters, items or keys.
    pub most: Option<u64>,
}

impl Schemas {
    /// No schemas.
    pub fn new() -> Schemas {
        Schemas::default()
    }

    /// Adds a schema.
    pub fn insert(&mut self, schema: Schema) -> SchemaId {
        self.nodes.push(schema);
        SchemaId(u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX))
    }

    /// The schema of that number; [`Schema::Any`] where there is none.
    pub fn at(&self, id: SchemaId) -> &Schema {
        self.nodes.get(id.0 as usize).unwrap_or(&Schema::Any)
    }

    /// Replaces a schema that was inserted before what it refers to was known.
    pub(super) fn replace(&mut self, id: SchemaId, schema: Schema) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            *node = schema;
        }
    }
}
