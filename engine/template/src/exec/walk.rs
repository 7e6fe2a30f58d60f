//! Loops: what can be walked, and each turn.

use std::rc::Rc;

use super::code::Range;
use super::fail::Fault;
use super::machine::Execution;
use super::record::SetId;
use crate::value::{Kind, List, Map, MapType, Str, Type, Value};

/// A loop that is being executed.
pub(super) struct Walk {
    state: State,
    /// The frame and variable of the elements, by which errors find out their declared type.
    base: usize,
    dot: u32,
    element: Option<u32>,
    interface: bool,
    /// The map that is walked, in executions that note what is read.
    map: Option<Map>,
    /// What the value was made from that is walked.
    made: SetId,
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
    pub(super) fn start<const NOTES: bool>(
        &mut self,
        range: &Range,
        base: usize,
        value: Value,
    ) -> Result<bool, Box<Fault>> {
        let (mut walked, mut made) = (None, SetId::default());
        if NOTES && let Some(recorder) = self.context.recorder_mut() {
            if let Value::Map(map) = &value {
                recorder.keys(map);
                walked = Some(map.clone());
            }
            made = recorder.flow.as_mut().map(|flow| flow.result()).unwrap_or_default();
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
        let (dot, element) = (range.dot, range.element);
        self.walks.push(Walk { state, base, dot, element, interface, map: walked, made });
        let more = self.turn::<NOTES>(range, base);
        if NOTES && let Some(flow) = self.flow() {
            flow.begin(made);
        }
        if !more {
            self.walks.pop();
        }
        Ok(more)
    }

    /// Takes the next turn of the innermost loop; false when it has no more.
    pub(super) fn turn<const NOTES: bool>(&mut self, range: &Range, base: usize) -> bool {
        let Some((key, element)) = self.walks.last_mut().and_then(|walk| walk.state.next()) else {
            return false;
        };
        if NOTES {
            self.note_turn(range, base, &key);
        }
        if let Some(slot) = range.key {
            self.set(base, slot, key);
        }
        if let Some(slot) = range.element {
            self.set(base, slot, element.clone());
        }
        self.set(base, range.dot, element);
        true
    }

    /// Notes that an entry was reached, and what its variables are made from.
    fn note_turn(&mut self, range: &Range, base: usize, key: &Value) {
        let Some(walk) = self.walks.last() else { return };
        let Some(recorder) = self.context.recorder_mut() else { return };
        if let Some(flow) = &mut recorder.flow {
            flow.begin(walk.made);
        }
        if let (Some(map), Value::Str(key)) = (&walk.map, key) {
            recorder.entry(map, key);
        }
        let Some(flow) = &mut recorder.flow else { return };
        let element = flow.result();
        for slot in range.element.iter().chain([&range.dot]) {
            flow.set(base + *slot as usize, element);
        }
        if let Some(slot) = range.key {
            flow.set(base + slot as usize, walk.made);
        }
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
