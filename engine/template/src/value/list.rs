//! Slices: shared, and never written to after they are made.

use std::ops::Deref;

use super::{Type, Value};

/// A Go slice: its elements and the type they were declared with.
///
/// Reads like a `[Value]`.
pub struct List {
    elem: Type,
    nil: bool,
    items: Vec<Value>,
}

impl List {
    /// Makes an `[]interface {}`.
    pub fn new(items: Vec<Value>) -> List {
        List::of(Type::Any, items)
    }

    /// Makes a slice of `elem`, such as `[]string`.
    pub fn of(elem: Type, items: Vec<Value>) -> List {
        List { elem, nil: false, items }
    }

    /// Makes the nil slice of `elem`, which is empty and encodes as `null`.
    pub fn nil(elem: Type) -> List {
        List { elem, nil: true, items: Vec::new() }
    }

    /// Returns the type that the elements were declared with.
    pub fn elem(&self) -> Type {
        self.elem
    }

    /// Answers whether this is Go's nil slice.
    pub fn is_nil(&self) -> bool {
        self.nil
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl Drop for List {
    /// Takes nested containers apart on the heap, because templates can nest them deeper than the stack.
    fn drop(&mut self) {
        super::map::dismantle(std::mem::take(&mut self.items));
    }
}

impl List {
    /// Takes the elements out, leaving an empty list to be dropped.
    pub(super) fn take(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.items)
    }
}
