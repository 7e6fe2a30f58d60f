//! Values as `sigs.k8s.io/yaml` reads them: YAML 1.1 through JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::json;
use crate::number::Number;
use crate::position::Position;
use crate::tree::{Target, Tree, View};

mod build;
mod decode;
mod pair;
mod places;
mod read;

pub use build::ValueBuilder;
pub use pair::Pair;
pub use places::{Inner, Places};
pub use read::{documents, from_str, read, read_bytes, read_part, with_places};

/// Shared text.
pub type Str = Arc<str>;

/// A mapping, in the byte order of its keys.
pub type Map = BTreeMap<Str, Value>;

/// Plain data, as it comes out of a YAML file.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number too large for [`Value::Int`].
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Str),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping.
    Map(Map),
}

impl Value {
    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items, if it is a sequence.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The entry of a mapping, if it is a mapping and has it.
    pub fn field(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.into())
    }
}

impl Tree for Value {
    fn view<R>(&self, _: Target, look: impl FnOnce(View<'_, Self>) -> R) -> R {
        look(match self {
            Value::Null => View::Null,
            Value::Bool(b) => View::Bool(*b),
            Value::Int(n) => View::Int(*n),
            Value::Uint(n) => View::Uint(*n),
            Value::Float(f) => View::Float(*f),
            Value::String(text) => View::Text(text),
            Value::List(items) => View::List(items),
            Value::Map(map) => View::Map(map.iter().map(|(key, value)| (&**key, value)).collect()),
        })
    }
}

/// Builds what a reader reads.
///
/// Children come before the collection that holds them. A key may come more than once: the last one counts.
pub trait Builder {
    /// What is built.
    type Value;
    /// How keys are kept.
    type Key;
    /// Whether [`at`](Builder::at) is to be called; finding places costs time.
    const PLACED: bool = false;

    /// Builds nothing.
    fn null(&mut self) -> Self::Value;
    /// Builds a truth value.
    fn bool(&mut self, value: bool) -> Self::Value;
    /// Builds a number; [`Number::as_f64`] is what Go's JSON decoder makes of it when nothing else is asked for, and
    /// [`Number::json`] the text of its `json.Number`.
    fn number(&mut self, number: Number) -> Self::Value;
    /// Builds text.
    fn text(&mut self, text: &str) -> Self::Value;
    /// Builds a key.
    fn key(&mut self, key: &str) -> Self::Key;
    /// Builds a sequence.
    fn list(&mut self, items: Vec<Self::Value>) -> Self::Value;
    /// Builds a mapping from its entries in the order they take effect.
    fn map(&mut self, entries: Vec<(Self::Key, Self::Value)>) -> Self::Value;

    /// Builds a number from its JSON text; `None` where it is out of range.
    fn json_number(&mut self, text: &str) -> Option<Self::Value> {
        let number = text.parse::<f64>().ok().filter(|f| f.is_finite())?;
        Some(self.number(Number::Float(number)))
    }

    /// Tells where the value (or key) stands that is built next. Collections are told when they begin, too. Only called
    /// where [`PLACED`](Builder::PLACED) says so.
    fn at(&mut self, position: Position) {
        let _ = position;
    }
}

/// What the top of a document must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Top {
    /// Anything: Go's `interface{}`.
    #[default]
    Any,
    /// A mapping or nothing: `map[string]interface{}`.
    Map,
    /// A sequence or nothing: `[]interface{}`.
    List,
}

/// How to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What the top must be.
    pub top: Top,
    /// Whether a key that comes twice is an error (`UnmarshalStrict`).
    pub strict: bool,
}

/// Why a text could not be read. The text of the error is that of `sigs.k8s.io/yaml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The YAML is broken or has no JSON form.
    #[error("error converting YAML to JSON: {0}")]
    Convert(String),
    /// The document is of another kind than asked for.
    #[error("error unmarshaling JSON: while decoding JSON: {0}")]
    Decode(#[from] json::Error),
}

impl Error {
    /// The message without the part that `sigs.k8s.io/yaml` puts before it.
    pub fn inner(&self) -> String {
        match self {
            Error::Convert(text) => text.clone(),
            Error::Decode(error) => error.to_string(),
        }
    }
}
