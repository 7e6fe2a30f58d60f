//! What an execution notes down when somebody asks.
//!
//! Always: what it looked at of the maps that it was given ([`Seen`]), from which follows whether other values could
//! have led to other output. For [`Recording`]s, too: which values each thing written was made from, which is followed
//! through variables, pipelines, `include`, and the dictionaries that templates make to pass values on.
//!
//! Nothing of this runs in an execution that nobody asks about: the machine is compiled twice.

mod flow;
mod looks;
mod sets;

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

pub use looks::{Look, Looks, Seen};

pub(super) use self::flow::{By, Effects, Flow};
pub(super) use self::sets::{MAX_MEMBERS, SetId};
use crate::error::Place;
use crate::value::{Map, Str, Value};

/// A part of the values: a map, by its origin, and what was looked at of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// The origin of the map, as [`Map::set_origin`] has set it.
    pub origin: u32,
    /// What was looked at.
    pub look: Look,
}

/// A condition that was evaluated on the way to something written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The `if`, `with` or `range`.
    pub place: Place,
    /// Its opening action, as Go prints it.
    pub source: Str,
    /// Whether it held.
    pub held: bool,
    /// What it was decided by.
    pub reads: Rc<[Read]>,
    /// The condition around it, by its place in [`Recording::conditions`].
    pub outer: Option<usize>,
}

/// Something that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Where in the output.
    pub range: Range<usize>,
    /// The action or text that wrote it.
    pub place: Place,
    /// The action as Go prints it; `None` for text of the template itself.
    pub source: Option<Str>,
    /// What its value was made from.
    pub reads: Rc<[Read]>,
    /// The innermost condition around it, by its place in [`Recording::conditions`].
    pub condition: Option<usize>,
    /// The action that executes the template which wrote it, by its place in [`Recording::calls`].
    pub call: Option<usize>,
}

/// An action that executes another template and leaves what that writes in the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The action.
    pub place: Place,
    /// The action as Go prints it.
    pub source: Str,
    /// The action that executes the template which it stands in, by its place in [`Recording::calls`].
    pub outer: Option<usize>,
}

/// What one execution noted down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// What was written, in the order of the output.
    pub writes: Vec<Write>,
    /// The conditions, in the order in which they were evaluated.
    pub conditions: Vec<Condition>,
    /// The actions that execute other templates, in the order in which they did.
    pub calls: Vec<Call>,
}

/// What is noted while templates execute.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(super) seen: Seen,
    pub(super) flow: Option<Box<Flow>>,
}

impl Recorder {
    /// Notes that an entry of a map was looked at.
    pub(crate) fn entry(&mut self, map: &Map, key: &Str) {
        let origin = map.origin();
        if is_given(origin) {
            self.seen.entry(origin, key);
        }
        if let Some(flow) = self.flow.as_mut().filter(|_| origin != 0) {
            flow.read(origin, Look::Entry(key.clone()));
        }
    }

    /// Notes that the keys of a map were looked at.
    pub(crate) fn keys(&mut self, map: &Map) {
        self.note(map.origin(), Look::Keys);
    }

    /// Notes that the keys of a map were looked at and each of its entries.
    pub(crate) fn entries(&mut self, map: &Map) {
        self.keys(map);
        if map.origin() != 0 {
            map.entries().iter().for_each(|(key, _)| self.entry(map, key));
        }
    }

    /// Notes that a value was taken for true or false.
    pub(crate) fn truth(&mut self, value: &Value) {
        if let Value::Map(map) = value {
            self.note(map.origin(), Look::Any);
        }
    }

    /// Notes that all of a value may have been looked at, down to the bottom.
    pub(crate) fn all(&mut self, value: &Value) {
        if !matches!(value, Value::Map(_) | Value::List(_)) {
            return;
        }
        // What templates put into a map can come from anywhere, and can contain itself.
        let mut known = BTreeSet::new();
        let mut open = vec![value.clone()];
        while let Some(value) = open.pop() {
            match value {
                Value::Map(map) if known.insert(map.id()) => {
                    self.note(map.origin(), Look::All);
                    open.extend(map.entries().iter().map(|entry| &entry.1).filter(holds_more).cloned());
                }
                Value::List(list) => open.extend(list.iter().filter(holds_more).cloned()),
                _ => {}
            }
        }
    }

    fn note(&mut self, origin: u32, look: Look) {
        if is_given(origin) {
            self.seen.add(origin, &look);
        }
        if let Some(flow) = self.flow.as_mut().filter(|_| origin != 0) {
            flow.read(origin, look);
        }
    }
}

fn holds_more(value: &&Value) -> bool {
    matches!(value, Value::Map(_) | Value::List(_))
}

/// Answers whether an origin is one that the caller gave: 0 is none, and the upper half are maps that templates made.
fn is_given(origin: u32) -> bool {
    (1..flow::FIRST_MADE).contains(&origin)
}
