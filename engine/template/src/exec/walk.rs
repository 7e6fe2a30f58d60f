//! Loops: what can be walked, and each turn.

use std::rc::Rc;

use super::code::Range;
use super::fail::Fault;
use super::machine::Execution;
use crate::value::{Kind, List, MapType, Str, Type, Value};

/// A loop that is being executed.
pub(super) struct Walk {
    state: State,
    /// The frame and variable of the elements, by which errors find out their declared type.
    base: usize,
    dot: u32,
    element: Option<u32>,
    interface: bool,
}

enum State {
    List(Rc<List>, usize),
    Items(std::vec::IntoIter<Value>, i64),
    Entries(std::vec::IntoIter<(Str, Value)>),
    Count { next: u64, end: u64, make: fn(u64) -> Value },
}

impl State {
    fn next(&mut self) -> Option<(Value, Value)> {
        match self {
            State::List(list, at) => {
                let element = list.get(*at)?.clone();
                *at += 1;
                Some((Value::Int(*at as i64 - 1), element))
            }
            State::Items(items, at) => {
                *at += 1;
                Some((Value::Int(*at - 1), items.next()?))
            }
            State::Entries(entries) => entries.next().map(|(key, value)| (Value::Str(key), value)),
            State::Count { next, end, make } => {
                if next >= end {
                    return None;
                }
                *next += 1;
                Some((Value::Absent, make(*next - 1)))
            }
        }
    }
}

impl Execution<'_> {
    /// Starts a loop over a value and answers whether it has a first turn.
    pub(super) fn start(&mut self, range: &Range, base: usize, value: Value) -> Result<bool, Box<Fault>> {
        if let Some(recorder) = &mut self.recorder {
            recorder.subtree(&value);
        }
        let (state, interface) = match value {
            Value::List(list) => {
                let interface = list.elem() == Type::Any;
                (State::List(list, 0), interface)
            }
            Value::Map(map) => {
                let interface = map.ty() != MapType::String;
                (State::Entries(map.snapshot().into_iter()), interface)
            }
            Value::Absent | Value::Nil => return Ok(false),
            Value::Object(object) => match walk_object(&*object) {
                Some(state) => (state, false),
                None => return Err(cannot(&Value::Object(object), range)),
            },
            other => match counter(&other) {
                Some(_) if range.two => {
                    let shown = crate::fmt::display(&other);
                    let message = format!("can't use {shown} to iterate over more than one variable");
                    return Err(Fault::new(range.node, message));
                }
                Some(state) => (state, false),
                None => return Err(cannot(&other, range)),
            },
        };
        self.walks.push(Walk { state, base, dot: range.dot, element: range.element, interface });
        let more = self.turn(range, base);
        if !more {
            self.walks.pop();
        }
        Ok(more)
    }

    /// Takes the next turn of the innermost loop; false when it has no more.
    pub(super) fn turn(&mut self, range: &Range, base: usize) -> bool {
        let Some((key, element)) = self.walks.last_mut().and_then(|walk| walk.state.next()) else {
            return false;
        };
        if let Some(slot) = range.key {
            self.set(base, slot, key);
        }
        if let Some(slot) = range.element {
            self.set(base, slot, element.clone());
        }
        self.set(base, range.dot, element);
        true
    }

    /// Answers whether Go knows the value of a variable only as an `interface {}`.
    pub(super) fn is_interface(&self, base: usize, slot: u32) -> bool {
        let holds = |walk: &&Walk| walk.base == base && (walk.dot == slot || walk.element == Some(slot));
        self.walks.iter().rev().find(holds).is_some_and(|walk| walk.interface)
    }
}

fn walk_object(object: &dyn crate::value::Object) -> Option<State> {
    match object.kind() {
        Kind::Map => Some(State::Entries(object.entries().unwrap_or_default().into_iter())),
        Kind::Slice => Some(State::Items(object.items().unwrap_or_default().into_iter(), 0)),
        _ => object.scalar().as_ref().and_then(counter),
    }
}

fn counter(value: &Value) -> Option<State> {
    let signed = |end: i64, make| State::Count { next: 0, end: u64::try_from(end).unwrap_or(0), make };
    Some(match value {
        Value::Int(end) => signed(*end, |at| Value::Int(at as i64)),
        Value::Int64(end) => signed(*end, |at| Value::Int64(at as i64)),
        Value::Int32(end) => signed(i64::from(*end), |at| Value::Int32(at as i32)),
        Value::Uint8(end) => {
            State::Count { next: 0, end: u64::from(*end), make: |at| Value::Uint8(at as u8) }
        }
        Value::Uint64(end) => State::Count { next: 0, end: *end, make: Value::Uint64 },
        _ => return None,
    })
}

fn cannot(value: &Value, range: &Range) -> Box<Fault> {
    Fault::new(range.node, format!("range can't iterate over {}", crate::fmt::display(value)))
}
