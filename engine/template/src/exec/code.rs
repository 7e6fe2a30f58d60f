//! What definitions are compiled to: a flat list of operations over a stack, with tables beside it.

use std::sync::Arc;

use super::builtin::Builtin;
use crate::function::Function;
use crate::parse::{Ast, NodeId};
use crate::value::{Name, Place, Str, Type, Value};

/// A compiled definition.
pub(crate) struct Code {
    pub(crate) name: Str,
    pub(crate) ast: Arc<Ast>,
    pub(crate) ops: Vec<Op>,
    pub(crate) consts: Vec<Const>,
    /// Chains of field names.
    pub(crate) paths: Vec<Vec<Name>>,
    pub(crate) calls: Vec<Call>,
    /// Types that arguments are checked against early.
    pub(crate) types: Vec<Type>,
    pub(crate) ranges: Vec<Range>,
    /// What decides whether parts of the body are reached.
    pub(crate) guards: Vec<Guard>,
    /// From which operation on which guard holds.
    pub(crate) guarded: Vec<(u32, Option<u32>)>,
    /// How many variables the frame holds.
    pub(crate) slots: u32,
    /// Whether there is nothing but space, so that this does not replace another definition.
    pub(crate) blank: bool,
}

impl Code {
    /// Returns the innermost guard of an operation.
    pub(crate) fn guard_at(&self, pc: usize) -> Option<u32> {
        let after = self.guarded.partition_point(|entry| entry.0 as usize <= pc);
        self.guarded.get(after.checked_sub(1)?).and_then(|entry| entry.1)
    }
}

/// A variable of the frame. The first is `$`, and the dot of the whole body.
pub(crate) type Slot = u32;

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// Writes a part of the source; `open` where it holds or begins what Go prints for a missing value.
    Text { start: u32, end: u32, open: bool },
    /// Pushes a variable.
    Load(Slot),
    /// Pushes a constant.
    Const(u32),
    /// Pushes the end of a path of fields from a variable.
    Fields { slot: Slot, path: u32, node: NodeId },
    /// Replaces the top by the end of a path of fields from it. Errors of calling methods point at the chain,
    /// all others at what was looked at last before it.
    FieldsOfTop { path: u32, node: NodeId, chain: NodeId },
    /// Checks that the top has the method that the call's path names, before arguments are evaluated for it.
    Callable(u32),
    /// Calls the method that the call's path names on the value beneath the arguments.
    Method(u32),
    /// Turns a nil interface on top into no value, as the end of each pipeline does.
    Dig,
    /// Pops the top and writes it.
    Print(NodeId),
    /// Writes the end of a path of fields from a variable.
    PrintFields { slot: Slot, path: u32, node: NodeId, action: NodeId },
    /// Pops the last argument of a call to `indent` or `nindent` and writes it indented.
    PrintIndented { call: u32, spaces: u32, newline: bool, action: NodeId },
    /// Pops the top into a variable.
    Store(Slot),
    /// Pops the top into a variable that was declared before.
    Assign(Slot),
    /// Copies the top into a variable.
    Keep(Slot),
    /// Drops what is below the top.
    Nip,
    /// Goes on elsewhere.
    Jump(u32),
    /// Pops a condition and goes elsewhere if it is false.
    Unless { target: u32, guard: u32 },
    /// Pops a value and makes it the dot in a variable, or goes elsewhere if it is false.
    With { slot: Slot, target: u32, guard: u32 },
    /// Goes elsewhere, keeping the top, if it is false; pops it otherwise.
    ///
    /// The nodes are what was looked at last before this, and at the end of all arguments.
    And { target: u32, node: NodeId, last: NodeId },
    /// Goes elsewhere, keeping the top, if it is true; pops it otherwise.
    Or { target: u32, node: NodeId, last: NodeId },
    /// Checks the top against a type before the arguments after it are looked at.
    Check { ty: u32, node: NodeId },
    /// Calls a function with the topmost values.
    Call(u32),
    /// Calls a function of the template language itself.
    Builtin(u32),
    /// Executes another template by name and pushes what it writes, or leaves it in the output.
    Include { call: u32, result: Put },
    /// Compiles the string below the top and executes it.
    Tpl { call: u32 },
    /// Fails if there is no template of a name, before what it would be given is looked at.
    Defined { name: u32, node: NodeId },
    /// Executes another template into the output, with the top as its dot.
    Template { name: u32, node: NodeId },
    /// Pops a value and walks it, or goes elsewhere if it has no elements.
    Range(u32),
    /// Goes on with the next element, or leaves the loop.
    Next(u32),
    /// Drops the innermost loop, as `break` does.
    Leave,
    /// Fails with a text that was known when the template was compiled.
    Fail { text: u32, node: NodeId },
    /// Ends the definition.
    Return,
}

/// What becomes of what an included template writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It is pushed as a string.
    Push,
    /// It stays in the output. The action is the one that prints it.
    Output(NodeId),
    /// It is indented where it stands in the output.
    Indent { spaces: u32, newline: bool, action: NodeId },
}

/// A constant; values cannot be shared between threads.
#[derive(Clone, Debug)]
pub(crate) enum Const {
    Absent,
    Nil,
    Bool(bool),
    Int(i64),
    Int32(i32),
    Int64(i64),
    Uint8(u8),
    Uint64(u64),
    Float(f64),
    Complex(f64, f64),
    Str(Str),
    Raw(Arc<[u8]>),
}

impl Const {
    /// Makes the constant of a string literal.
    pub(crate) fn text(bytes: &[u8]) -> Const {
        match std::str::from_utf8(bytes) {
            Ok(text) => Const::Str(text.into()),
            Err(_) => Const::Raw(bytes.into()),
        }
    }

    /// Returns the value.
    pub(crate) fn value(&self) -> Value {
        match self {
            Const::Absent => Value::Absent,
            Const::Nil => Value::Nil,
            Const::Bool(value) => Value::Bool(*value),
            Const::Int(value) => Value::Int(*value),
            Const::Int32(value) => Value::Int32(*value),
            Const::Int64(value) => Value::Int64(*value),
            Const::Uint8(value) => Value::Uint8(*value),
            Const::Uint64(value) => Value::Uint64(*value),
            Const::Float(value) => Value::Float(*value),
            Const::Complex(re, im) => Value::Complex(*re, *im),
            Const::Str(text) => Value::Str(text.clone()),
            Const::Raw(bytes) => Value::Raw(bytes.clone()),
        }
    }
}

/// What is called.
#[derive(Clone, Copy)]
pub(crate) enum Callee {
    Function(&'static Function),
    Builtin(Builtin),
    /// A method or field, by the path's last name.
    Method(u32),
}

/// The place of a call in the source.
pub(crate) struct Call {
    pub(crate) callee: Callee,
    /// How many arguments are on the stack, including the one from the pipeline.
    pub(crate) count: u32,
    /// What errors of the call itself point at.
    pub(crate) node: NodeId,
    /// What errors of finding the method point at.
    pub(crate) receiver: NodeId,
    /// What errors of checking each argument point at.
    pub(crate) argument_nodes: Vec<NodeId>,
    /// Of a method, the arguments that are literals: what they become is known with the method only.
    pub(crate) literals: Vec<usize>,
    /// Whether the last argument came through the pipeline and lies beneath the others.
    pub(crate) piped: bool,
    /// Of `include`, where the template was among those of the set.
    pub(crate) place: Place,
}

/// A condition, and which way it must go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// The control structure.
    pub(crate) node: NodeId,
    /// Whether the guarded part is the structure's list, not its `else`.
    pub(crate) holds: bool,
    /// The guard around the structure.
    pub(crate) outer: Option<u32>,
}

/// A loop of the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    /// Where the elements become the dot.
    pub(crate) dot: Slot,
    /// The variable that each key or index is put into.
    pub(crate) key: Option<Slot>,
    /// The variable that each element is put into.
    pub(crate) element: Option<Slot>,
    /// Whether the source names two variables.
    pub(crate) two: bool,
    /// Where each turn starts.
    pub(crate) body: u32,
    /// The condition as recordings see it.
    pub(crate) guard: u32,
    /// Where to go when there are no elements.
    pub(crate) otherwise: u32,
    /// Where to go after the last element.
    pub(crate) exit: u32,
    /// What errors point at.
    pub(crate) node: NodeId,
}
