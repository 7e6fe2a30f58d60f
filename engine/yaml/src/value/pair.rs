//! Two builders for one reading.

use super::Builder;
use crate::number::Number;
use crate::position::Position;

/// Builds two things at once, so that a text is read once for both.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pair<A, B>(pub A, pub B);

impl<A: Builder, B: Builder> Builder for Pair<A, B> {
    type Value = (A::Value, B::Value);
    type Key = (A::Key, B::Key);
    const PLACED: bool = A::PLACED || B::PLACED;

    fn null(&mut self) -> Self::Value {
        (self.0.null(), self.1.null())
    }

    fn bool(&mut self, value: bool) -> Self::Value {
        (self.0.bool(value), self.1.bool(value))
    }

    fn number(&mut self, number: Number) -> Self::Value {
        (self.0.number(number), self.1.number(number))
    }

    fn text(&mut self, text: &str) -> Self::Value {
        (self.0.text(text), self.1.text(text))
    }

    fn key(&mut self, key: &str) -> Self::Key {
        (self.0.key(key), self.1.key(key))
    }

    fn list(&mut self, items: Vec<Self::Value>) -> Self::Value {
        let (ours, theirs) = items.into_iter().unzip();
        (self.0.list(ours), self.1.list(theirs))
    }

    fn map(&mut self, entries: Vec<(Self::Key, Self::Value)>) -> Self::Value {
        let mut ours = Vec::with_capacity(entries.len());
        let mut theirs = Vec::with_capacity(entries.len());
        for ((our_key, their_key), (our_value, their_value)) in entries {
            ours.push((our_key, our_value));
            theirs.push((their_key, their_value));
        }
        (self.0.map(ours), self.1.map(theirs))
    }

    fn json_number(&mut self, text: &str) -> Option<Self::Value> {
        Some((self.0.json_number(text)?, self.1.json_number(text)?))
    }

    fn at(&mut self, position: Position) {
        if A::PLACED {
            self.0.at(position);
        }
        if B::PLACED {
            self.1.at(position);
        }
    }
}
