//! Runs compiled templates. Templates that execute each other are frames on the heap, so that no depth of them
//! can exhaust the stack.

use std::rc::Rc;
use std::sync::Arc;

use super::code::{Code, Op, Put};
use super::fail::{Fault, locate, plain};
use super::fields::{At, Typed, check, dig};
use super::include::{Counted, Included};
use super::link::Set;
use super::output::Output;
use super::record::{By, MAX_MEMBERS, Recorder, Recording, Seen, SetId};
use super::tpl::Cache;
use super::walk::Walk;
use crate::context::Context;
use crate::environment::Environment;
use crate::error::ExecError;
use crate::go::quote::quote;
use crate::limits::{LimitError, Limits};
use crate::parse::NodeId;
use crate::value::{Place, Str, Type, Value};

/// Executes templates of a set, one after the other, within bounds that they share.
pub struct Execution<'e> {
    pub(super) set: &'e Set,
    pub(super) context: Context<'e>,
    pub(super) strict: bool,
    pub(super) out: Output,
    /// Room to write something in before it goes where it belongs.
    pub(super) scratch: String,
    pub(super) stack: Vec<Value>,
    pub(super) frames: Vec<Frame>,
    pub(super) walks: Vec<Walk>,
    /// The definitions that `tpl` adds to the set while it runs.
    pub(super) scope: Option<Rc<Set>>,
    /// How often each template is being included.
    pub(super) included: Included,
    pub(super) cache: Cache,
    /// The last `and` or `or` that did not need all its arguments: how deep in frames, what errors about its value
    /// would point at, and what they must point at instead.
    shortcut: Option<(usize, NodeId, NodeId)>,
    pub(super) calls: u32,
}

/// A template that is being executed: where its caller goes on, and what becomes of what it writes.
pub(super) struct Frame {
    pub(super) code: Arc<Code>,
    pub(super) pc: usize,
    pub(super) base: usize,
    pub(super) walks: usize,
    /// Where its writing starts in the output.
    pub(super) start: usize,
    pub(super) entry: Entry,
}

/// How a template came to be executed.
pub(super) enum Entry {
    /// By the caller of the engine.
    Root,
    /// By the `template` action.
    Template,
    /// By `include`.
    Include { counted: Counted, call: u32, put: Put },
    /// By `tpl`, over a text; with the definitions that held before.
    Tpl { text: Str, call: u32, outer: Option<Rc<Set>> },
}

impl<'e> Execution<'e> {
    /// Prepares executions of a set's templates.
    pub fn new(set: &'e Set, environment: &'e dyn Environment, limits: Limits) -> Execution<'e> {
        Execution {
            set,
            context: Context::new(environment, limits),
            strict: environment.strict(),
            out: Output::default(),
            scratch: String::new(),
            stack: Vec::new(),
            frames: Vec::new(),
            walks: Vec::new(),
            scope: None,
            included: Included::default(),
            cache: Cache::default(),
            shortcut: None,
            calls: 0,
        }
    }

    /// Notes from now on what is looked at of the maps that have an origin, see [`crate::Map::set_origin`].
    pub fn watch(&mut self) {
        self.context.set_recorder(Recorder::default());
    }

    /// Returns what was looked at since [`Execution::watch`], also by executions that failed.
    pub fn seen(&self) -> Option<&Seen> {
        self.context.recorder().map(|recorder| &recorder.seen)
    }

    /// Executes like [`Execution::execute`], and notes down what wrote each part of the output and why.
    ///
    /// Reads are noted for the maps that have an origin. The ranges are those of the returned output, in which missing
    /// values still stand as Go writes them. What templates put into maps is known to those recorded after them.
    pub fn record(&mut self, name: &str, data: &Value) -> Result<(Output, Recording), ExecError> {
        if self.context.recorder().is_none() {
            self.watch();
        }
        if let Some(recorder) = self.context.recorder_mut() {
            recorder.flow.get_or_insert_default().start();
        }
        let out = self.execute(name, data)?;
        Ok((out, self.flow().map(|flow| flow.take()).unwrap_or_default()))
    }

    /// Executes the template of a name over `data` and returns what it writes.
    ///
    /// Values that are missing are written as Go does, `<no value>`; Helm removes that text afterwards. After an
    /// error the execution can go on with other templates.
    pub fn execute(&mut self, name: &str, data: &Value) -> Result<Output, ExecError> {
        self.out.clear();
        self.stack.clear();
        self.walks.clear();
        self.included.clear();
        self.shortcut = None;
        self.scope = None;
        let Some(code) = self.set.get(name, &Place::default()).cloned() else {
            return Err(missing(name));
        };
        let data = match data {
            Value::Nil => Value::Absent,
            data => data.clone(),
        };
        let mut current = Frame { code, pc: 0, base: 0, walks: 0, start: 0, entry: Entry::Root };
        self.prepare(&current.code, data);
        let ended = match self.context.recorder() {
            None => self.run::<false>(&mut current),
            Some(_) => self.run::<true>(&mut current),
        };
        match ended {
            Ok(()) => Ok(self.out.take()),
            Err(mut fault) => {
                if let Some((depth, last, node)) = self.shortcut
                    && (depth, last) == (self.frames.len(), fault.node)
                {
                    fault.node = node;
                }
                Err(self.unwind(current, *fault))
            }
        }
    }

    /// Reserves the variables of a definition, of which the first is its data.
    fn prepare(&mut self, code: &Code, data: Value) -> usize {
        let base = self.stack.len();
        self.stack.push(data);
        self.stack.resize(base + code.slots as usize, Value::Absent);
        base
    }

    /// Turns a fault into Go's error, wrapped by each template that was on the way to it.
    fn unwind(&mut self, mut current: Frame, fault: Fault) -> ExecError {
        let mut error = locate(&current.code, fault);
        while let Some(outer) = self.frames.pop() {
            let entry = std::mem::replace(&mut current, outer).entry;
            error = match entry {
                Entry::Root | Entry::Template => error,
                Entry::Include { call, .. } => self.wrap(&current, call, "include", error),
                Entry::Tpl { text, call, .. } => {
                    let message =
                        format!("error during tpl function execution for {}: {error}", quote(&text));
                    let error = plain(message, Some(Box::new(error)));
                    self.wrap(&current, call, "tpl", error)
                }
            };
        }
        error
    }

    fn wrap(&self, caller: &Frame, call: u32, name: &str, error: ExecError) -> ExecError {
        let node = caller.code.calls.get(call as usize).map_or(NodeId(0), |call| call.node);
        let fault = Fault {
            node,
            message: format!("error calling {name}: {error}"),
            limit: error.limit,
            cause: Some(Box::new(error)),
        };
        locate(&caller.code, fault)
    }

    /// Runs operations until the outermost template ends. With `NOTES`, what they read is noted; the machine without
    /// has no trace of it.
    fn run<const NOTES: bool>(&mut self, frame: &mut Frame) -> Result<(), Box<Fault>> {
        while let Some(op) = frame.code.ops.get(frame.pc).copied() {
            frame.pc += 1;
            if NOTES {
                self.before(frame, op);
            }
            match op {
                Op::Text { start, end, open } => {
                    let text = frame.code.ast.source.get(start as usize..end as usize);
                    let before = self.out.len();
                    self.out.push_source(text.unwrap_or_default(), open);
                    self.note_write::<NOTES>(frame, By::Text(start), before);
                }
                Op::Load(slot) => {
                    let value = self.load(frame.base, slot).clone();
                    self.stack.push(value);
                }
                Op::Const(index) => {
                    let value = frame.code.consts.get(index as usize).map_or(Value::Absent, |c| c.value());
                    self.stack.push(value);
                }
                Op::Fields { slot, path, node } => {
                    let value = self.fields::<NOTES>(frame, slot, path, node)?;
                    self.stack.push(value);
                }
                Op::FieldsOfTop { path, node, chain } => {
                    let receiver = self.pop();
                    let names = frame.code.paths.get(path as usize).map_or(&[][..], Vec::as_slice);
                    let at = At { node, call: chain };
                    let value = self.follow::<NOTES>(receiver, Typed::Concrete, names, at)?;
                    self.stack.push(value);
                }
                Op::Dig => {
                    if let Some(top @ Value::Nil) = self.stack.last_mut() {
                        *top = Value::Absent;
                    }
                }
                Op::PrintFields { slot, path, node, action } => {
                    let value = self.fields::<NOTES>(frame, slot, path, node)?;
                    self.print::<NOTES>(frame, &value, action)?;
                }
                Op::Print(action) => {
                    let value = self.pop();
                    self.print::<NOTES>(frame, &value, action)?;
                }
                Op::PrintIndented { call, spaces, newline, action } => {
                    self.print_indented::<NOTES>(frame, call, spaces, newline, action)?;
                }
                Op::Store(slot) | Op::Assign(slot) => {
                    let value = self.pop();
                    self.set(frame.base, slot, value);
                }
                Op::Keep(slot) => {
                    let value = self.stack.last().cloned().unwrap_or(Value::Absent);
                    self.set(frame.base, slot, value);
                }
                Op::Nip => {
                    let top = self.pop();
                    if let Some(below) = self.stack.last_mut() {
                        *below = top;
                    }
                }
                Op::Jump(target) => frame.pc = target as usize,
                Op::Unless { target, guard } => {
                    let value = self.pop();
                    let held = value.truth();
                    self.note_condition::<NOTES>(frame, guard, held, &value);
                    if !held {
                        frame.pc = target as usize;
                    }
                }
                Op::With { slot, target, guard } => {
                    let value = self.pop();
                    let held = value.truth();
                    self.note_condition::<NOTES>(frame, guard, held, &value);
                    if held {
                        self.set(frame.base, slot, value);
                    } else {
                        frame.pc = target as usize;
                    }
                }
                Op::And { target, node, last } | Op::Or { target, node, last } => {
                    let wanted = matches!(op, Op::Or { .. });
                    if NOTES {
                        self.note_operand(wanted);
                    }
                    if self.stack.last().is_some_and(Value::truth) == wanted {
                        frame.pc = target as usize;
                        self.shortcut = Some((self.frames.len(), last, node));
                    } else {
                        self.shortcut = self.shortcut.filter(|shortcut| shortcut.1 != last);
                        self.stack.pop();
                    }
                }
                Op::Check { ty, node } => {
                    let ty = frame.code.types.get(ty as usize).copied().unwrap_or(Type::Any);
                    if let Some(top) = self.stack.last() {
                        // A copy, because what is no value becomes nil only where the call takes it.
                        check(&mut top.clone(), ty, node)?;
                    }
                }
                Op::Call(index) => self.call::<NOTES>(frame, index)?,
                Op::Builtin(index) => self.builtin::<NOTES>(frame, index)?,
                Op::Callable(index) => self.callable(frame, index)?,
                Op::Method(index) => self.call_method(frame, index)?,
                Op::Include { call, result } => self.include(frame, call, result)?,
                Op::Tpl { call } => self.tpl(frame, call)?,
                Op::Defined { name, node } => drop(self.defined(frame, name, node)?),
                Op::Template { name, node } => self.template(frame, name, node)?,
                Op::Range(index) => {
                    let value = self.pop();
                    let Some(range) = frame.code.ranges.get(index as usize).copied() else {
                        continue;
                    };
                    let held = self.start::<NOTES>(&range, frame.base, value)?;
                    self.note_condition::<NOTES>(frame, range.guard, held, &Value::Absent);
                    if !held {
                        frame.pc = range.otherwise as usize;
                    }
                }
                Op::Next(index) => {
                    let Some(range) = frame.code.ranges.get(index as usize).copied() else {
                        continue;
                    };
                    self.burn(range.node)?;
                    if self.turn::<NOTES>(&range, frame.base) {
                        frame.pc = range.body as usize;
                    } else {
                        self.walks.pop();
                        frame.pc = range.exit as usize;
                    }
                }
                Op::Leave => {
                    self.walks.pop();
                }
                Op::Fail { text, node } => {
                    let text = frame.code.consts.get(text as usize).map_or(Value::Absent, |c| c.value());
                    return Err(Fault::new(node, text.as_str().unwrap_or_default()));
                }
                Op::Return => {
                    if self.finish(frame)? {
                        return Ok(());
                    }
                }
            }
            if NOTES && !self.after(frame, op) {
                return Err(Fault::limit(NodeId(0), LimitError::Recording(MAX_MEMBERS)));
            }
        }
        Ok(())
    }

    /// Uses fuel and looks whether the output is still within bounds.
    #[inline]
    pub(super) fn burn(&mut self, node: NodeId) -> Result<(), Box<Fault>> {
        let most = self.context.limits().output;
        if self.out.len() > most {
            return Err(Fault::limit(node, LimitError::Output(most)));
        }
        self.context.burn(1).map_err(|limit| Fault::limit(node, limit))
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or(Value::Absent)
    }

    #[inline]
    fn load(&self, base: usize, slot: u32) -> &Value {
        self.stack.get(base + slot as usize).unwrap_or(&Value::Absent)
    }

    #[inline]
    pub(super) fn set(&mut self, base: usize, slot: u32, value: Value) {
        if let Some(place) = self.stack.get_mut(base + slot as usize) {
            *place = value;
        }
    }

    #[inline]
    fn fields<const NOTES: bool>(
        &mut self,
        frame: &Frame,
        slot: u32,
        path: u32,
        node: NodeId,
    ) -> Result<Value, Box<Fault>> {
        let names = frame.code.paths.get(path as usize).map_or(&[][..], Vec::as_slice);
        let receiver = self.load(frame.base, slot);
        let typed = match receiver {
            Value::Map(_) | Value::Object(_) | Value::Absent | Value::Nil => Typed::Concrete,
            _ if self.is_interface(frame.base, slot) => Typed::Interface,
            _ => Typed::Concrete,
        };
        let (value, typed, rest) =
            if NOTES { (receiver.clone(), typed, names) } else { dig(receiver, typed, names) };
        self.follow::<NOTES>(value, typed, rest, At { node, call: node })
    }

    fn print<const NOTES: bool>(
        &mut self,
        frame: &Frame,
        value: &Value,
        action: NodeId,
    ) -> Result<(), Box<Fault>> {
        let start = self.out.len();
        if NOTES && let Some(recorder) = self.context.recorder_mut() {
            recorder.all(value);
        }
        match value {
            Value::Str(text) => self.out.push_text(text),
            Value::Raw(bytes) => self.out.push_bytes(bytes),
            value => {
                let most = self.context.limits().output;
                let mut text = std::mem::take(&mut self.scratch).into_bytes();
                text.clear();
                crate::fmt::print(&mut text, value, most).map_err(|limit| Fault::limit(action, limit))?;
                self.out.push_bytes(&text);
                self.scratch = String::from_utf8(text).unwrap_or_default();
            }
        }
        self.note_write::<NOTES>(frame, By::Action(action), start);
        Ok(())
    }

    fn print_indented<const NOTES: bool>(
        &mut self,
        frame: &Frame,
        call: u32,
        spaces: u32,
        newline: bool,
        action: NodeId,
    ) -> Result<(), Box<Fault>> {
        let mut value = self.pop();
        let call = frame.code.calls.get(call as usize);
        let node = call.and_then(|call| call.argument_nodes.last()).copied().unwrap_or(action);
        check(&mut value, Type::String, node)?;
        let start = self.out.len();
        match value.as_str() {
            Some(text) => self.out.push_indented(text, spaces, newline),
            None => self.out.push_bytes_indented(value.as_bytes().unwrap_or_default(), spaces, newline),
        }
        self.note_write::<NOTES>(frame, By::Action(action), start);
        self.burn(action)
    }

    /// Starts to execute another definition; the current frame waits.
    pub(super) fn enter(
        &mut self,
        frame: &mut Frame,
        code: Arc<Code>,
        dot: (Value, SetId),
        by: SetId,
        entry: Entry,
        node: NodeId,
    ) -> Result<(), Box<Fault>> {
        self.burn(node)?;
        let (dot, made) = dot;
        let most = self.context.limits().nesting;
        if self.frames.len() >= most as usize {
            return Err(Fault::limit(node, LimitError::Nesting(most)));
        }
        let dot = match dot {
            Value::Nil => Value::Absent,
            dot => dot,
        };
        let base = self.prepare(&code, dot);
        if let Some(flow) = self.flow() {
            let action = match &entry {
                Entry::Include { put: Put::Output(action) | Put::Indent { action, .. }, .. } => Some(*action),
                Entry::Template => Some(node),
                Entry::Root | Entry::Include { .. } | Entry::Tpl { .. } => None,
            };
            flow.enter(base, made, by, action.map(|action| (&frame.code, action)));
        }
        let next = Frame { code, pc: 0, base, walks: self.walks.len(), start: self.out.len(), entry };
        self.frames.push(std::mem::replace(frame, next));
        Ok(())
    }

    /// Ends the current frame and goes on with its caller; true when there is none.
    fn finish(&mut self, frame: &mut Frame) -> Result<bool, Box<Fault>> {
        self.stack.truncate(frame.base);
        self.walks.truncate(frame.walks);
        let Some(outer) = self.frames.pop() else {
            return Ok(true);
        };
        let done = std::mem::replace(frame, outer);
        match done.entry {
            Entry::Root => {}
            Entry::Template => {
                self.flow().map(|flow| flow.exit(None));
            }
            Entry::Include { counted, put, .. } => self.included_text(&counted, done.start, put),
            Entry::Tpl { outer, .. } => self.tpl_text(done.start, outer),
        }
        Ok(false)
    }

    /// Pushes a text that templates wrote from `start` on.
    pub(super) fn push_text(&mut self, text: Value, start: usize) {
        self.stack.push(text);
        let length = self.stack.len();
        if let Some(flow) = self.flow() {
            let set = flow.exit(Some(start));
            flow.push(length, set);
        }
    }

    /// Returns the definition of a name, with those that `tpl` has added.
    pub(super) fn definition(&self, name: &str, place: &Place) -> Option<Arc<Code>> {
        self.scope.as_deref().unwrap_or(self.set).get(name, place).cloned()
    }
}

/// Says that there is no template of a name.
pub(super) fn missing(name: &str) -> ExecError {
    plain(format!("template: no template {} associated with template \"gotpl\"", quote(name)), None)
}
