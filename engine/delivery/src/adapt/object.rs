//! Kubernetes objects as plain values.

use std::sync::Arc;

use fairlead_yaml::{Map, Style, Value};

/// The fields of an object under construction. Fields that are empty are left out, as Go's `omitempty` does.
#[derive(Debug, Clone, Default)]
pub struct Fields(Map);

impl Fields {
    /// No fields yet.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// An object with its type and metadata.
    pub fn object(api_version: &str, kind: &str, metadata: Fields) -> Fields {
        Fields::new().with("apiVersion", api_version).with("kind", kind).with("metadata", metadata)
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Node>) -> Fields {
        self.0.insert(name.into(), value.into().0);
        self
    }

    /// Adds a field unless its value is nothing, an empty text, list or map.
    #[must_use]
    pub fn with_some(self, name: &str, value: impl Into<Node>) -> Fields {
        let Node(value) = value.into();
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(map) => map.is_empty(),
            _ => false,
        };
        if empty { self } else { self.with(name, Node(value)) }
    }
}

/// A value that can become a field.
#[derive(Debug, Clone)]
pub struct Node(Value);

impl From<Value> for Node {
    fn from(value: Value) -> Node {
        Node(value)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node(Value::String(text.into()))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        Node(Value::String(text.into()))
    }
}

impl From<&Arc<str>> for Node {
    fn from(text: &Arc<str>) -> Node {
        Node(Value::String(text.clone()))
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Node {
        Node(Value::Bool(value))
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Node {
        Node(Value::Int(value))
    }
}

impl From<Fields> for Node {
    fn from(fields: Fields) -> Node {
        Node(Value::Map(fields.0))
    }
}

impl<T: Into<Node>> From<Option<T>> for Node {
    fn from(value: Option<T>) -> Node {
        value.map_or(Node(Value::Null), Into::into)
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Node {
        Node(Value::List(items.into_iter().map(|item| item.into().0).collect()))
    }
}

impl<K: AsRef<str>, V: Into<Node>> FromIterator<(K, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Fields {
        entries.into_iter().fold(Fields::new(), |fields, (name, value)| fields.with(name.as_ref(), value))
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Value {
        Value::Map(fields.0)
    }
}

/// Prints objects as the documents of one file, each as `sigs.k8s.io/yaml` prints it.
pub fn print(objects: impl IntoIterator<Item = Fields>) -> String {
    let mut text = String::new();
    for object in objects {
        if !text.is_empty() {
            text.push_str("---\n");
        }
        // The objects are a few levels deep and hold no numbers that JSON cannot: printing them cannot fail.
        let value = Value::from(object);
        text.push_str(&fairlead_yaml::emit::to_string(&value, Style::V2).unwrap_or_default());
    }
    text
}
