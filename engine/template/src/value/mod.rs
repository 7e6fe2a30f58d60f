//! Run-time values: Go's kinds, kept apart as far as a template can tell them apart.
//!
//! Clones are cheap: strings are shared with the compiled templates and the parsed documents, lists are shared
//! and never change, maps are shared and do change (Sprig's `set` and `merge` write through every reference).

mod list;
mod map;
mod object;
mod place;
mod types;

use std::rc::Rc;
use std::sync::Arc;

pub use list::List;
pub use map::{Map, MapType};
pub use object::{Encoder, Method, Object};
pub(crate) use place::{Name, Place};
pub use types::{Kind, Type};

/// The shared string of values, compiled templates and parsed documents.
pub type Str = Arc<str>;

/// A value as a template sees it.
#[derive(Clone)]
pub enum Value {
    /// No value at all: Go's invalid `reflect.Value`, which prints as `<no value>`. Functions never receive it.
    Absent,
    /// A nil `interface {}`.
    Nil,
    /// A `bool`.
    Bool(bool),
    /// An `int`, which is 64 bits wide wherever Helm runs.
    Int(i64),
    /// An `int64`.
    Int64(i64),
    /// An `int32`, which is what Go's runes are.
    Int32(i32),
    /// A `uint8`, which is what Go's bytes are.
    Uint8(u8),
    /// A `uint64`.
    Uint64(u64),
    /// A `float64`.
    Float(f64),
    /// A `complex128`, which only constants such as `1i` make.
    Complex(f64, f64),
    /// A `json.Number`: a string that knows it is a number.
    Number(Str),
    /// A `string` that is UTF-8.
    Str(Str),
    /// A `string` that is not UTF-8, as cutting in the middle of a character or decoding base64 gives.
    /// Make it through [`Value::bytes`], which keeps the two apart.
    Raw(Arc<[u8]>),
    /// A slice; its [`List::elem`] says of what.
    List(Rc<List>),
    /// A map with string keys, shared by reference.
    Map(Map),
    /// A struct, a pointer, or a value of a named type with fields or methods.
    Object(Rc<dyn Object>),
}

impl Value {
    /// Makes a `string` value.
    pub fn str(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// Makes a `string` value of any bytes.
    pub fn bytes(bytes: Vec<u8>) -> Value {
        match String::from_utf8(bytes) {
            Ok(text) => Value::Str(text.into()),
            Err(error) => Value::Raw(error.into_bytes().into()),
        }
    }

    /// Makes an `[]interface {}`.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Rc::new(List::new(items)))
    }

    /// Makes a `[]string`.
    pub fn strings(items: impl IntoIterator<Item = impl Into<Str>>) -> Value {
        let items = items.into_iter().map(|item| Value::Str(item.into())).collect();
        Value::List(Rc::new(List::of(Type::String, items)))
    }

    /// Makes an empty `map[string]interface {}` ready to be filled.
    pub fn map() -> Value {
        Value::Map(Map::new())
    }

    /// Makes a value of an object.
    pub fn object(object: impl Object) -> Value {
        Value::Object(Rc::new(object))
    }

    /// Answers whether this is nil or no value at all.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil | Value::Absent)
    }

    /// Returns the text of a `string` or `json.Number` that is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the bytes of a `string` or `json.Number`.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Str(text) | Value::Number(text) => Some(text.as_bytes()),
            Value::Raw(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Returns the map, if this is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the list, if this is one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Returns the object as the concrete type `T`, if it is one.
    pub fn downcast<T: Object>(&self) -> Option<&T> {
        match self {
            Value::Object(object) => (object.as_ref() as &dyn std::any::Any).downcast_ref(),
            _ => None,
        }
    }

    /// Answers whether Go's templates take the value for true: not zero, not empty, not nil.
    pub fn truth(&self) -> bool {
        match self {
            Value::Absent | Value::Nil => false,
            Value::Bool(value) => *value,
            Value::Int(value) | Value::Int64(value) => *value != 0,
            Value::Int32(value) => *value != 0,
            Value::Uint8(value) => *value != 0,
            Value::Uint64(value) => *value != 0,
            Value::Float(value) => *value != 0.0,
            Value::Complex(re, im) => *re != 0.0 || *im != 0.0,
            Value::Number(text) | Value::Str(text) => !text.is_empty(),
            Value::Raw(bytes) => !bytes.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Object(object) => object.truth(),
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Absent => f.write_str("absent"),
            Value::Nil => f.write_str("nil"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Int64(value) => write!(f, "int64({value})"),
            Value::Int32(value) => write!(f, "int32({value})"),
            Value::Uint8(value) => write!(f, "uint8({value})"),
            Value::Uint64(value) => write!(f, "uint64({value})"),
            Value::Float(value) => write!(f, "{value:?}"),
            Value::Complex(re, im) => write!(f, "({re:?}+{im:?}i)"),
            Value::Number(text) => write!(f, "number({text})"),
            Value::Str(text) => write!(f, "{text:?}"),
            Value::Raw(bytes) => write!(f, "{bytes:?}"),
            Value::List(list) => write!(f, "{}({})", self.type_name(), list.len()),
            Value::Map(map) => write!(f, "{}({})", self.type_name(), map.len()),
            Value::Object(object) => f.write_str(object.type_name()),
        }
    }
}

impl Default for Value {
    /// The nil interface.
    fn default() -> Self {
        Value::Nil
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    /// An `int`, as most functions return; say [`Value::Int64`] where Go's type is `int64`.
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Str(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Str(value.into())
    }
}

impl From<Str> for Value {
    fn from(value: Str) -> Self {
        Value::Str(value)
    }
}

impl From<Map> for Value {
    fn from(value: Map) -> Self {
        Value::Map(value)
    }
}
