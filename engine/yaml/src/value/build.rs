//! Building [`Value`]s.

use super::{Builder, Map, Str, Value};
use crate::number::Number;

/// Builds [`Value`]s, with numbers as YAML resolves them.
#[derive(Debug, Clone, Copy, Default)]
pub struct ValueBuilder;

impl Builder for ValueBuilder {
    type Value = Value;
    type Key = Str;

    fn null(&mut self) -> Value {
        Value::Null
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn number(&mut self, number: Number) -> Value {
        match number {
            Number::Int(n) => Value::Int(n),
            Number::Uint(n) => Value::Uint(n),
            Number::Float(n) => Value::Float(n),
        }
    }

    fn text(&mut self, text: &str) -> Value {
        Value::String(text.into())
    }

    fn key(&mut self, key: &str) -> Str {
        key.into()
    }

    fn list(&mut self, items: Vec<Value>) -> Value {
        Value::List(items)
    }

    fn map(&mut self, entries: Vec<(Str, Value)>) -> Value {
        Value::Map(entries.into_iter().collect::<Map>())
    }

    fn json_number(&mut self, text: &str) -> Option<Value> {
        if let Ok(n) = text.parse::<i64>() {
            return Some(Value::Int(n));
        }
        if let Ok(n) = text.parse::<u64>() {
            return Some(Value::Uint(n));
        }
        text.parse::<f64>().ok().filter(|f| f.is_finite()).map(Value::Float)
    }
}
