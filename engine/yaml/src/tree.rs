//! What the emitters print.

use crate::number::Number;

/// For which encoding a value shows itself: a few Go types look different to each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `encoding/json`, which is also what `sigs.k8s.io/yaml` prints through.
    Json,
    /// go-yaml v3, given the Go value directly.
    YamlV3,
}

/// A value that the emitters can print.
///
/// A value shows itself through a closure, so that what lives behind a `RefCell` can be borrowed for exactly as
/// long as it is looked at. Children are values of the same type.
///
/// A value that contains itself is not detected; it runs into [`MAX_DEPTH`](crate::MAX_DEPTH).
pub trait Tree: Sized {
    /// Calls `look` once with what this value is for an encoding.
    fn view<R>(&self, target: Target, look: impl FnOnce(View<'_, Self>) -> R) -> R;
}

/// What a value is, one level deep.
#[derive(Debug)]
pub enum View<'a, T> {
    /// Go's `nil`, nil maps and nil slices included.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any of Go's signed integers.
    Int(i64),
    /// Any of Go's unsigned integers.
    Uint(u64),
    /// Go's `float64`.
    Float(f64),
    /// The text of a `json.Number`.
    Number(&'a str),
    /// Text, or whatever prints as text (a stringer that marshals itself, a time, a duration).
    Text(&'a str),
    /// Go's string when it is not valid UTF-8.
    Bytes(&'a [u8]),
    /// Any slice or array.
    List(&'a [T]),
    /// A map with text keys, in any order: the emitter sorts.
    Map(Vec<(&'a str, &'a T)>),
    /// A struct's fields in their order. JSON and v3 keep it; v2 sorts, because it prints through JSON.
    Fields(Vec<(&'a str, &'a T)>),
    /// What the encoding can't print (a function, a channel), with the name of its Go type.
    Unsupported(&'a str),
}

impl<T> From<Number> for View<'_, T> {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(n) => View::Int(n),
            Number::Uint(n) => View::Uint(n),
            Number::Float(n) => View::Float(n),
        }
    }
}
