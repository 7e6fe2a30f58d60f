//! What an execution notes down when somebody asks: which action wrote each part of the output, which value paths
//! it read, and which conditions let it be reached.

use std::ops::Range;

use super::code::Code;
use crate::error::Place;
use crate::parse::NodeId;
use crate::value::{Map, Str, Value};

/// A part of the values: the map it was read from, by its origin, and the key. No key stands for all of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The origin of the map, as [`Map::set_origin`] has set it.
    pub origin: u32,
    /// The key that was looked up.
    pub key: Option<Str>,
}

/// A condition that was evaluated on the way to something written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The `if`, `with` or `range`.
    pub place: Place,
    /// Whether it held.
    pub held: bool,
    /// What it read.
    pub reads: Vec<Read>,
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
    /// What the action read.
    pub reads: Vec<Read>,
    /// The innermost condition around it, by its place in [`Recording::conditions`].
    pub condition: Option<usize>,
}

/// What one execution noted down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// What was written, in the order of the output.
    pub writes: Vec<Write>,
    /// The conditions, in the order in which they were evaluated.
    pub conditions: Vec<Condition>,
}

/// A recording under way.
#[derive(Default)]
pub(super) struct Recorder {
    recording: Recording,
    /// What was read since the last action ended.
    reads: Vec<Read>,
    /// The conditions in force in the current frame, with where in the code they cease to be.
    active: Vec<Active>,
}

/// A condition in force: from its evaluation until the code leaves what it guards.
struct Active {
    frame: usize,
    guard: u32,
    condition: usize,
}

impl Recorder {
    /// Notes that a key of a map was looked up.
    pub(super) fn read(&mut self, map: &Map, key: &Str) {
        if map.origin() != 0 {
            self.note(Read { origin: map.origin(), key: Some(key.clone()) });
        }
    }

    /// Notes that all of a value may have been looked at.
    pub(super) fn subtree(&mut self, value: &Value) {
        match value {
            Value::Map(map) if map.origin() != 0 => self.note(Read { origin: map.origin(), key: None }),
            _ => {}
        }
    }

    fn note(&mut self, read: Read) {
        if !self.reads.contains(&read) {
            self.reads.push(read);
        }
    }

    /// Notes that a condition was evaluated, with what was read for it.
    pub(super) fn condition(&mut self, frame: usize, code: &Code, guard: u32, held: bool) {
        let Some(source) = code.guards.get(guard as usize) else {
            return;
        };
        self.leave(frame, code, source.outer);
        let condition = Condition {
            place: place(code, source.node),
            held,
            reads: std::mem::take(&mut self.reads),
            outer: self.active.last().map(|active| active.condition),
        };
        // The other way has a guard of its own, the next one of the same structure.
        let taken = if held { Some(guard) } else { other(code, guard) };
        self.recording.conditions.push(condition);
        if let Some(guard) = taken {
            self.active.push(Active { frame, guard, condition: self.recording.conditions.len() - 1 });
        }
    }

    /// Notes what was written since `start`.
    pub(super) fn write(&mut self, frame: usize, code: &Code, pc: usize, node: NodeId, range: Range<usize>) {
        if range.is_empty() {
            self.reads.clear();
            return;
        }
        self.leave(frame, code, code.guard_at(pc));
        let write = Write {
            range,
            place: place(code, node),
            reads: std::mem::take(&mut self.reads),
            condition: self.active.last().map(|active| active.condition),
        };
        self.recording.writes.push(write);
    }

    /// Ends the conditions of a frame that do not guard what comes next.
    fn leave(&mut self, frame: usize, code: &Code, guard: Option<u32>) {
        while let Some(active) = self.active.last() {
            if active.frame < frame {
                return;
            }
            let mut around = guard;
            while let Some(index) = around {
                if active.frame == frame && index == active.guard {
                    return;
                }
                around = code.guards.get(index as usize).and_then(|guard| guard.outer);
            }
            self.active.pop();
        }
    }

    /// Forgets what a text wrote that has become a value; what it read belongs to whoever uses the value.
    pub(super) fn fold(&mut self, start: usize) {
        while let Some(last) = self.recording.writes.last() {
            if last.range.start < start {
                break;
            }
            let reads = self.recording.writes.pop().map(|write| write.reads).unwrap_or_default();
            for read in reads {
                self.note(read);
            }
        }
    }

    /// Moves what was written since `start` to where indenting each of its lines puts it.
    pub(super) fn indent(&mut self, start: usize, text: &[u8], spaces: usize, newline: bool) {
        let moved = |offset: usize| {
            let lines = text.iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
            start + offset + lines * spaces + usize::from(newline)
        };
        for write in self.recording.writes.iter_mut().rev().take_while(|write| write.range.start >= start) {
            write.range = moved(write.range.start - start)..moved(write.range.end - start);
        }
    }

    /// Ends the recording.
    pub(super) fn finish(self) -> Recording {
        self.recording
    }
}

/// Returns the guard of the `else` of a structure.
fn other(code: &Code, guard: u32) -> Option<u32> {
    let node = code.guards.get(guard as usize)?.node;
    let index = code.guards.iter().position(|other| other.node == node && !other.holds)?;
    u32::try_from(index).ok()
}

fn place(code: &Code, node: NodeId) -> Place {
    let (line, column) = code.ast.position(code.ast.node(node).at);
    Place { template: code.ast.name.clone(), line, column }
}
