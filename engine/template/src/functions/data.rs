//! Run-time values as the encoders see them and as the readers build them.

use std::rc::Rc;

use fairlead_yaml::number::Number;
use fairlead_yaml::value::Builder;
use fairlead_yaml::{Target, Tree, View};

use crate::go::base64::encode64;
use crate::value::{Encoder, List, Map, MapType, Object, Str, Type, Value};

impl Tree for Value {
    fn view<R>(&self, target: Target, look: impl FnOnce(View<'_, Self>) -> R) -> R {
        match self {
            Value::List(list) if list.elem() == Type::Uint8 && !list.is_nil() && target == Target::Json => {
                let bytes: Vec<u8> = list.iter().filter_map(byte).collect();
                return look(View::Text(&encode64(&bytes)));
            }
            Value::Map(map) if !map.is_nil() || target != Target::Json => {
                let entries = map.entries();
                return look(View::Map(entries.iter().map(|(key, value)| (&**key, value)).collect()));
            }
            Value::Object(object) => return view_object(&**object, target, look),
            _ => {}
        }
        look(match self {
            Value::Absent | Value::Nil => View::Null,
            Value::Bool(value) => View::Bool(*value),
            Value::Int(value) | Value::Int64(value) => View::Int(*value),
            Value::Int32(value) => View::Int(i64::from(*value)),
            Value::Uint8(value) => View::Uint(u64::from(*value)),
            Value::Uint64(value) => View::Uint(*value),
            Value::Float(value) => View::Float(*value),
            Value::Complex(..) => View::Unsupported("complex128"),
            Value::Number(text) => View::Number(text),
            Value::Str(text) => View::Text(text),
            Value::Raw(bytes) => View::Bytes(bytes),
            Value::List(list) if list.is_nil() && target == Target::Json => View::Null,
            Value::List(list) => View::List(list),
            // What is left is nil: the others have shown themselves above.
            Value::Map(_) | Value::Object(_) => View::Null,
        })
    }
}

/// Returns a byte of a `[]uint8`.
pub(super) fn byte(value: &Value) -> Option<u8> {
    match value {
        Value::Uint8(byte) => Some(*byte),
        _ => None,
    }
}

/// Objects say what they encode to; a struct without anything exported is an empty map.
fn view_object<R>(object: &dyn Object, target: Target, look: impl FnOnce(View<'_, Value>) -> R) -> R {
    let encoder = match target {
        Target::Json => Encoder::Json,
        Target::YamlV3 => Encoder::Yaml,
    };
    if let Some(fields) = object.record(encoder) {
        return look(View::Fields(fields.iter().map(|(name, value)| (&**name, value)).collect()));
    }
    match object.data() {
        // Looking at data that is an object again would have no end.
        Some(Value::Object(_)) => look(View::Unsupported(object.type_name())),
        Some(data) => data.view(target, look),
        None if object.is_nil() => look(View::Null),
        None => look(View::Map(Vec::new())),
    }
}

/// Builds run-time values as Go's decoders fill an `interface {}`: every number is a `float64`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ValueBuilder;

impl Builder for ValueBuilder {
    type Value = Value;
    type Key = Str;

    fn null(&mut self) -> Value {
        Value::Nil
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn number(&mut self, number: Number) -> Value {
        Value::Float(number.as_f64())
    }

    fn text(&mut self, text: &str) -> Value {
        text.into()
    }

    fn key(&mut self, key: &str) -> Str {
        key.into()
    }

    fn list(&mut self, items: Vec<Value>) -> Value {
        Value::list(items)
    }

    fn map(&mut self, entries: Vec<(Str, Value)>) -> Value {
        Value::Map(entries.into_iter().collect())
    }
}

/// What a decoder leaves in a `map[string]interface {}`: nothing makes it nil.
pub(super) fn as_map(value: Value) -> Value {
    if value.is_nil() { Value::Map(Map::nil(MapType::Any)) } else { value }
}

/// What a decoder leaves in an `[]interface {}`: nothing makes it nil.
pub(super) fn as_list(value: Value) -> Value {
    if value.is_nil() { Value::List(Rc::new(List::nil(Type::Any))) } else { value }
}

/// The map that stands for an error where a map was wanted.
pub(super) fn error_map(error: impl ToString) -> Value {
    let map = Map::new();
    map.insert("Error", error.to_string().into());
    Value::Map(map)
}

/// The list that stands for an error where a list was wanted.
pub(super) fn error_list(error: impl ToString) -> Value {
    Value::list(vec![error.to_string().into()])
}
