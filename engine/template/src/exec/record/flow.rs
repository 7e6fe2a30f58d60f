//! What values are made from, followed through an execution: the machine's stack has a second one beside it, with the
//! reads behind each value.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::sets::{SetId, Sets};
use super::{Call, Condition, Look, Read, Recording, Write};
use crate::error::Place;
use crate::exec::code::Code;
use crate::parse::{NodeId, node_text};
use crate::value::{Map, Str, Value};

/// The origin of the first map that templates make themselves and put things into.
pub(super) const FIRST_MADE: u32 = 1 << 31;

/// How deeply merged maps are followed.
const MERGE_DEPTH: usize = 100;

/// Where values come from while templates execute.
pub(crate) struct Flow {
    sets: Sets,
    /// What stands beside each value of the machine's stack.
    slots: Vec<SetId>,
    /// What the operation under way has for operands.
    operands: SetId,
    /// What it read.
    fresh: Vec<SetId>,
    /// What decides a value that is about to be pushed, by its place on the stack: the first operands of `and` and `or`.
    carried: Vec<(usize, SetId)>,
    /// What templates put into maps.
    put: BTreeMap<(u32, Str), SetId>,
    next: u32,
    entered: Vec<Entered>,
    active: Vec<Active>,
    writes: Vec<Written>,
    conditions: Vec<Decided>,
    calls: Vec<Called>,
}

impl Default for Flow {
    fn default() -> Flow {
        Flow {
            sets: Sets::default(),
            slots: Vec::new(),
            operands: SetId::default(),
            fresh: Vec::new(),
            carried: Vec::new(),
            put: BTreeMap::new(),
            next: FIRST_MADE,
            entered: Vec::new(),
            active: Vec::new(),
            writes: Vec::new(),
            conditions: Vec::new(),
            calls: Vec::new(),
        }
    }
}

/// A template that was entered, and how much there was before it.
struct Entered {
    conditions: usize,
    /// What chose the template, or what its text was made from.
    by: SetId,
    /// The action that executes it, where what it writes stays in the output.
    call: Option<usize>,
}

struct Called {
    code: Arc<Code>,
    node: NodeId,
    outer: Option<usize>,
}

/// A condition in force: from its evaluation until the code leaves what it guards.
struct Active {
    frame: usize,
    guard: u32,
    condition: usize,
}

struct Written {
    range: Range<usize>,
    code: Arc<Code>,
    by: By,
    set: SetId,
    condition: Option<usize>,
    call: Option<usize>,
}

/// What writes.
#[derive(Clone, Copy)]
pub(in crate::exec) enum By {
    Action(NodeId),
    /// Text, from a byte of the source on.
    Text(u32),
}

struct Decided {
    code: Arc<Code>,
    node: NodeId,
    held: bool,
    set: SetId,
    outer: Option<usize>,
}

/// What a function does to maps besides giving back a value.
pub(in crate::exec) enum Effects {
    None,
    /// It makes a map of entries that were made from these sets.
    Makes(Vec<(Str, SetId)>),
    /// It gives back its first argument, after having put things into it.
    Changes(SetId),
}

impl Flow {
    /// Begins with another template of the same release.
    pub(in crate::exec) fn start(&mut self) {
        self.slots.clear();
        self.carried.clear();
        self.entered.clear();
        self.active.clear();
        self.writes.clear();
        self.conditions.clear();
        self.calls.clear();
        self.begin(SetId::default());
    }

    /// Begins an operation whose operands were made from a set.
    pub(in crate::exec) fn begin(&mut self, operands: SetId) {
        self.operands = operands;
        self.fresh.clear();
    }

    /// Notes a read of the operation under way.
    pub(super) fn read(&mut self, origin: u32, look: Look) {
        match &look {
            Look::Entry(key) => self.fresh.extend(self.put.get(&(origin, key.clone()))),
            _ => {
                let from = (origin, Str::from(""));
                let of_map = self.put.range(from..).take_while(|entry| entry.0.0 == origin);
                self.fresh.extend(of_map.map(|entry| *entry.1));
            }
        }
        if origin < FIRST_MADE {
            let read = self.sets.one(Read { origin, look });
            self.fresh.push(read);
        }
    }

    /// Returns what the operation under way made its value from.
    pub(in crate::exec) fn result(&mut self) -> SetId {
        self.operands = self.sets.join_all(self.operands, &self.fresh);
        self.fresh.clear();
        self.operands
    }

    /// Returns what the value at a place of the stack was made from.
    pub(in crate::exec) fn at(&self, index: usize) -> SetId {
        self.slots.get(index).copied().unwrap_or_default()
    }

    /// Joins what values in a row were made from.
    pub(in crate::exec) fn join(&mut self, from: usize, count: usize) -> SetId {
        let slots: Vec<SetId> = (from..from + count).map(|index| self.at(index)).collect();
        self.sets.join_all(SetId::default(), &slots)
    }

    /// Turns the sets of a piped call's arguments as the arguments are turned.
    pub(in crate::exec) fn rotate(&mut self, from: usize, to: usize) {
        self.slots.resize(self.slots.len().max(to), SetId::default());
        if let Some(slots) = self.slots.get_mut(from..to).filter(|slots| slots.len() > 1) {
            slots.rotate_left(1);
        }
    }

    /// Sets what a place of the stack was made from.
    pub(in crate::exec) fn set(&mut self, index: usize, set: SetId) {
        if self.slots.len() <= index {
            self.slots.resize(index + 1, SetId::default());
        }
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = set;
        }
    }

    /// Says what the value on top of a stack of `length` was made from.
    pub(in crate::exec) fn push(&mut self, length: usize, set: SetId) {
        let Some(index) = length.checked_sub(1) else { return };
        self.carried.retain(|carried| carried.0 <= index);
        let set = match self.carried.pop_if(|carried| carried.0 == index) {
            Some((_, carried)) => self.sets.join(set, carried),
            None => set,
        };
        self.set(index, set);
    }

    /// Lets a set go into whatever is pushed next at a place of the stack.
    pub(in crate::exec) fn carry(&mut self, index: usize, set: SetId) {
        self.carried.push((index, set));
    }

    /// Joins the conditions in force in a frame: what decides that a variable is assigned.
    pub(in crate::exec) fn under_conditions(&mut self, frame: usize, set: SetId) -> SetId {
        let active = self.active.iter().rev().take_while(|active| active.frame == frame);
        let sets: Vec<SetId> = active
            .filter_map(|active| self.conditions.get(active.condition))
            .map(|found| found.set)
            .collect();
        self.sets.join_all(set, &sets)
    }

    /// Enters a template whose variables begin at `base`. The action that executes it is `call`, where what it writes
    /// stays in the output.
    pub(in crate::exec) fn enter(
        &mut self,
        base: usize,
        dot: SetId,
        by: SetId,
        call: Option<(&Arc<Code>, NodeId)>,
    ) {
        self.slots.truncate(base);
        self.set(base, dot);
        let outer = self.entered.last().and_then(|entered| entered.call);
        let call = call.map(|(code, node)| {
            self.calls.push(Called { code: code.clone(), node, outer });
            self.calls.len() - 1
        });
        self.entered.push(Entered { conditions: self.conditions.len(), by, call });
    }

    /// Leaves a template. Where its text has become a value, gives back what that was made from: everything that wrote
    /// it or decided about it.
    pub(in crate::exec) fn exit(&mut self, text_from: Option<usize>) -> SetId {
        let Some(entered) = self.entered.pop() else { return SetId::default() };
        let Some(start) = text_from else { return SetId::default() };
        let mut sets = Vec::new();
        while let Some(last) = self.writes.pop_if(|last| last.range.start >= start) {
            sets.push(last.set);
        }
        sets.extend(self.conditions.drain(entered.conditions..).map(|condition| condition.set));
        let left = self.conditions.len();
        while self.active.pop_if(|active| active.condition >= left).is_some() {}
        self.sets.join_all(entered.by, &sets)
    }

    /// Notes that a condition was evaluated.
    pub(in crate::exec) fn condition(&mut self, frame: usize, code: &Arc<Code>, guard: u32, held: bool) {
        let Some(source) = code.guards.get(guard as usize) else { return };
        self.leave(frame, code, source.outer);
        let set = self.result();
        let outer = self.active.last().map(|active| active.condition);
        // The other way has a guard of its own, the next one of the same structure.
        let taken = if held { Some(guard) } else { other(code, guard) };
        self.conditions.push(Decided { code: code.clone(), node: source.node, held, set, outer });
        if let Some(guard) = taken {
            self.active.push(Active { frame, guard, condition: self.conditions.len() - 1 });
        }
    }

    /// Notes that something was written.
    pub(in crate::exec) fn write(
        &mut self,
        frame: usize,
        code: &Arc<Code>,
        pc: usize,
        by: By,
        range: Range<usize>,
    ) {
        // An action that writes nothing says something about its line, too; text does not.
        if range.is_empty() && matches!(by, By::Text(_)) {
            return;
        }
        self.leave(frame, code, code.guard_at(pc));
        let set = self.result();
        let condition = self.active.last().map(|active| active.condition);
        let call = self.entered.last().and_then(|entered| entered.call);
        self.writes.push(Written { range, code: code.clone(), by, set, condition, call });
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

    /// Moves what was written since `start` to where indenting each of its lines puts it.
    pub(in crate::exec) fn indent(&mut self, start: usize, text: &[u8], spaces: usize, newline: bool) {
        // Writes stand in the order of the text, so that its lines are counted once.
        let (mut counted, mut lines) = (0, 1);
        let mut moved = |offset: usize| {
            let offset = offset.min(text.len());
            if offset < counted {
                (counted, lines) = (0, 1);
            }
            lines += text.get(counted..offset).unwrap_or_default().iter().filter(|b| **b == b'\n').count();
            counted = offset;
            start + offset + lines * spaces + usize::from(newline)
        };
        let first = self.writes.partition_point(|write| write.range.start < start);
        for write in self.writes.iter_mut().skip(first) {
            let from = moved(write.range.start - start);
            write.range = from..moved(write.range.end - start);
        }
    }

    /// Looks at a call before it is made, for what it does to maps besides giving back a value; `base` is where its
    /// arguments stand.
    pub(in crate::exec) fn effects(&mut self, name: &str, args: &[Value], base: usize) -> Effects {
        match (name, args) {
            ("dict", _) => {
                let pairs = args.chunks(2).enumerate();
                let sets = pairs.map(|(index, pair)| {
                    let key = pair.first().and_then(Value::as_str).unwrap_or_default();
                    (Str::from(key), self.join(base + 2 * index, pair.len()))
                });
                Effects::Makes(sets.collect())
            }
            ("set", [Value::Map(map), key, _]) => {
                let set = self.join(base + 1, 2);
                let origin = self.made(map);
                let key = key.as_str().unwrap_or_default();
                self.put_into(origin, key.into(), set);
                Effects::Changes(self.at(base))
            }
            (
                "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite",
                [Value::Map(into), rest @ ..],
            ) => {
                for (index, source) in rest.iter().enumerate() {
                    if let Value::Map(source) = source {
                        let set = self.at(base + 1 + index);
                        self.merged(into, source, set, 0);
                    }
                }
                Effects::Changes(self.at(base))
            }
            _ => Effects::None,
        }
    }

    /// Returns what the value of a call was made from.
    pub(in crate::exec) fn called(&mut self, effects: Effects, value: &Value) -> SetId {
        match (effects, value) {
            (Effects::Makes(entries), Value::Map(map)) => {
                let origin = self.made(map);
                for (key, set) in entries {
                    self.put_into(origin, key, set);
                }
                SetId::default()
            }
            (Effects::Changes(set), _) => set,
            _ => self.result(),
        }
    }

    fn merged(&mut self, into: &Map, from: &Map, set: SetId, depth: usize) {
        if into.same(from) || depth > MERGE_DEPTH {
            return;
        }
        let origin = self.made(into);
        for (key, value) in from.snapshot() {
            let before = std::mem::take(&mut self.fresh);
            if from.origin() != 0 {
                self.read(from.origin(), Look::Entry(key.clone()));
            }
            let read = std::mem::replace(&mut self.fresh, before);
            let set = self.sets.join_all(set, &read);
            if let (Value::Map(from), Some(Value::Map(into))) = (&value, into.get(&key)) {
                self.merged(&into, from, set, depth + 1);
            }
            self.put_into(origin, key, set);
        }
    }

    /// Returns the origin of a map, which gets one if it has none.
    fn made(&mut self, map: &Map) -> u32 {
        if map.origin() == 0 {
            map.set_origin(self.next);
            self.next = self.next.saturating_add(1);
        }
        map.origin()
    }

    fn put_into(&mut self, origin: u32, key: Str, set: SetId) {
        let place = self.put.entry((origin, key)).or_default();
        *place = self.sets.join(*place, set);
    }

    /// Answers whether more is noted than allowed.
    pub(in crate::exec) fn overflow(&self) -> bool {
        self.sets.overflow()
    }

    /// Takes what was noted of a template.
    pub(in crate::exec) fn take(&mut self) -> Recording {
        let writes = std::mem::take(&mut self.writes).into_iter().map(|write| {
            let at = match write.by {
                By::Action(node) => write.code.ast.node(node).at,
                By::Text(at) => at,
            };
            let source = match write.by {
                By::Action(node) => Some(node_text(&write.code.ast, node).into()),
                By::Text(_) => None,
            };
            Write {
                range: write.range,
                place: place(&write.code, at),
                source,
                reads: self.sets.reads(write.set),
                condition: write.condition,
                call: write.call,
            }
        });
        let writes = writes.collect();
        let conditions = std::mem::take(&mut self.conditions).into_iter().map(|decided| Condition {
            place: place(&decided.code, decided.code.ast.node(decided.node).at),
            source: node_text(&decided.code.ast, decided.node).into(),
            held: decided.held,
            reads: self.sets.reads(decided.set),
            outer: decided.outer,
        });
        let conditions = conditions.collect();
        let calls = std::mem::take(&mut self.calls).into_iter().map(|called| Call {
            place: place(&called.code, called.code.ast.node(called.node).at),
            source: node_text(&called.code.ast, called.node).into(),
            outer: called.outer,
        });
        Recording { writes, conditions, calls: calls.collect() }
    }
}

/// Returns the guard of the `else` of a structure.
fn other(code: &Code, guard: u32) -> Option<u32> {
    let node = code.guards.get(guard as usize)?.node;
    let index = code.guards.iter().position(|other| other.node == node && !other.holds)?;
    u32::try_from(index).ok()
}

fn place(code: &Code, at: u32) -> Place {
    let (line, column) = code.ast.position(at);
    Place { template: code.ast.name.clone(), line, column }
}
