//! Where the values of a document stand.

use std::collections::BTreeMap;

use super::{Builder, Str, Value, ValueBuilder};
use crate::number::Number;
use crate::position::Position;

/// The places of a value and of all that is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Where the value begins.
    pub at: Position,
    /// What is in it.
    pub inner: Inner,
}

/// The places of what is in a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Inner {
    /// It is not a collection.
    #[default]
    Leaf,
    /// The items of a sequence.
    List(Vec<Places>),
    /// The entries of a mapping: where the key stands, and its value.
    Map(BTreeMap<Str, (Position, Places)>),
}

impl Places {
    /// The places of an entry of a mapping.
    pub fn field(&self, key: &str) -> Option<&Places> {
        match &self.inner {
            Inner::Map(map) => map.get(key).map(|(_, places)| places),
            _ => None,
        }
    }

    /// Where the key of an entry stands.
    pub fn key(&self, key: &str) -> Option<Position> {
        match &self.inner {
            Inner::Map(map) => map.get(key).map(|(at, _)| *at),
            _ => None,
        }
    }

    /// The places of an item of a sequence.
    pub fn item(&self, index: usize) -> Option<&Places> {
        match &self.inner {
            Inner::List(items) => items.get(index),
            _ => None,
        }
    }

    /// The places of what stands at a path of keys and indices, or of the deepest part of it that exists.
    pub fn find<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> &Places {
        let mut here = self;
        for step in path {
            let next = here.field(step).or_else(|| step.parse().ok().and_then(|index| here.item(index)));
            match next {
                Some(places) => here = places,
                None => break,
            }
        }
        here
    }
}

/// Builds a value and its places side by side.
#[derive(Debug, Default)]
pub(super) struct PlacesBuilder {
    values: ValueBuilder,
    /// Where the scalar or key in hand stands, and below it the collections that are open.
    at: Vec<Position>,
}

impl PlacesBuilder {
    fn leaf(&mut self, value: Value) -> (Value, Places) {
        let at = self.at.pop().unwrap_or_default();
        (value, Places { at, inner: Inner::Leaf })
    }
}

impl Builder for PlacesBuilder {
    type Value = (Value, Places);
    type Key = (Str, Position);
    const PLACED: bool = true;

    fn null(&mut self) -> Self::Value {
        self.leaf(Value::Null)
    }

    fn bool(&mut self, value: bool) -> Self::Value {
        self.leaf(Value::Bool(value))
    }

    fn number(&mut self, number: Number) -> Self::Value {
        let value = self.values.number(number);
        self.leaf(value)
    }

    fn text(&mut self, text: &str) -> Self::Value {
        self.leaf(text.into())
    }

    fn key(&mut self, key: &str) -> Self::Key {
        (key.into(), self.at.pop().unwrap_or_default())
    }

    fn list(&mut self, items: Vec<Self::Value>) -> Self::Value {
        let at = self.at.pop().unwrap_or_default();
        let (values, places) = items.into_iter().unzip();
        (Value::List(values), Places { at, inner: Inner::List(places) })
    }

    fn map(&mut self, entries: Vec<(Self::Key, Self::Value)>) -> Self::Value {
        let at = self.at.pop().unwrap_or_default();
        let mut values = super::Map::new();
        let mut places = BTreeMap::new();
        for ((key, key_at), (value, value_places)) in entries {
            values.insert(Str::clone(&key), value);
            places.insert(key, (key_at, value_places));
        }
        (Value::Map(values), Places { at, inner: Inner::Map(places) })
    }

    fn at(&mut self, position: Position) {
        self.at.push(position);
    }
}
