//! From parsed definitions to operations. Control structures are worked off an explicit stack, so that their
//! nesting is only bounded by the parser.

mod call;
mod constant;
mod pipeline;

pub(super) use call::miscounted;
pub(super) use constant::literal_of;

use std::sync::Arc;

use super::code::{Code, Const, Guard, Op, Range, Slot};
use super::output::is_open;
use crate::environment::Dialect;
use crate::parse::{Ast, Branch, Definition, NodeId, NodeKind};
use crate::value::Str;

/// Compiles one definition of a parsed file.
pub(super) fn compile(ast: &Arc<Ast>, definition: Definition, dialect: Dialect) -> Code {
    let code = Code {
        name: definition.name,
        ast: ast.clone(),
        ops: Vec::new(),
        consts: Vec::new(),
        paths: Vec::new(),
        calls: Vec::new(),
        types: Vec::new(),
        ranges: Vec::new(),
        guards: Vec::new(),
        guarded: Vec::new(),
        slots: 1,
        blank: ast.is_blank(&definition.body),
    };
    let mut compiler = Compiler {
        ast,
        dialect,
        code,
        scope: vec![("$".into(), 0)],
        dot: 0,
        free: 1,
        barrier: 0,
        loops: Vec::new(),
        guard: None,
    };
    compiler.separate_dot();
    compiler.body(&definition.body);
    compiler.emit(Op::Return);
    compiler.code
}

/// The state of compiling one definition.
struct Compiler<'a> {
    ast: &'a Ast,
    dialect: Dialect,
    code: Code,
    /// The variables in reach, the innermost last.
    scope: Vec<(Str, Slot)>,
    /// The variable that holds the dot.
    dot: Slot,
    /// The next variable not in use.
    free: Slot,
    /// Operations before this one must not be replaced, because something jumps behind them.
    barrier: usize,
    loops: Vec<Loop>,
    guard: Option<u32>,
}

/// A loop whose body is being compiled.
struct Loop {
    range: u32,
    /// Jumps to patch with where the next turn is prepared.
    continues: Vec<usize>,
    /// Jumps to patch with what comes after the loop.
    breaks: Vec<usize>,
}

/// What is restored when a control structure ends.
#[derive(Clone, Copy)]
struct Mark {
    scope: usize,
    free: Slot,
    dot: Slot,
    guard: Option<u32>,
}

/// What remains to be compiled.
enum Work<'a> {
    Node(NodeId),
    /// The list of a structure is done; its `else` comes next.
    Else {
        branch: &'a Branch,
        node: NodeId,
        outer: Mark,
        inner: Mark,
        kind: Kind,
    },
    /// The `else` list is done.
    End {
        jumps: Vec<usize>,
        outer: Mark,
        range: Option<u32>,
    },
}

/// Which structure, with the jump or loop that starts it.
#[derive(Clone, Copy)]
enum Kind {
    Jump(usize),
    Range(u32),
}

impl<'a> Compiler<'a> {
    /// Gives the dot a variable of its own where the source assigns to `$`.
    fn separate_dot(&mut self) {
        let assigned = self.ast.nodes.iter().any(|node| {
            matches!(&node.kind, NodeKind::Pipe(pipe) if pipe.assign && pipe.decl.iter().any(|name| &**name == "$"))
        });
        if assigned {
            self.dot = self.slot();
            self.emit(Op::Load(0));
            self.emit(Op::Store(self.dot));
        }
    }

    fn body(&mut self, body: &'a [NodeId]) {
        let mut work: Vec<Work<'a>> = Vec::new();
        push_list(&mut work, body);
        while let Some(item) = work.pop() {
            match item {
                Work::Node(id) => self.node(id, &mut work),
                Work::Else { branch, node, outer, inner, kind } => {
                    self.otherwise(branch, node, outer, inner, kind, &mut work);
                }
                Work::End { jumps, outer, range } => self.end(&jumps, outer, range),
            }
        }
    }

    fn node(&mut self, id: NodeId, work: &mut Vec<Work<'a>>) {
        let ast = self.ast;
        match &ast.node(id).kind {
            NodeKind::Text(range) => {
                let text = self.ast.source.get(range.start as usize..range.end as usize).unwrap_or_default();
                self.emit(Op::Text { start: range.start, end: range.end, open: is_open(text) });
            }
            NodeKind::Action(pipe) => self.action(id, *pipe),
            NodeKind::If(branch) => {
                let outer = self.mark();
                self.pipe(branch.pipe, false);
                let guard = self.enter(id, true);
                let jump = self.emit(Op::Unless { target: 0, guard });
                self.list(branch, id, outer, Kind::Jump(jump), work);
            }
            NodeKind::With(branch) => {
                let outer = self.mark();
                self.pipe(branch.pipe, true);
                let guard = self.enter(id, true);
                let slot = self.slot();
                let jump = self.emit(Op::With { slot, target: 0, guard });
                self.dot = slot;
                self.list(branch, id, outer, Kind::Jump(jump), work);
            }
            NodeKind::Range(branch) => self.range(id, branch, work),
            NodeKind::Template { name, pipe } => {
                let name = self.text(name);
                match pipe {
                    Some(pipe) => {
                        self.emit(Op::Defined { name, node: id });
                        self.pipe(*pipe, true);
                    }
                    None => self.constant(Const::Absent),
                }
                self.emit(Op::Template { name, node: id });
            }
            NodeKind::Break => {
                self.emit(Op::Leave);
                let jump = self.emit(Op::Jump(0));
                if let Some(inner) = self.loops.last_mut() {
                    inner.breaks.push(jump);
                }
            }
            NodeKind::Continue => {
                let jump = self.emit(Op::Jump(0));
                if let Some(inner) = self.loops.last_mut() {
                    inner.continues.push(jump);
                }
            }
            _ => {}
        }
    }

    fn range(&mut self, id: NodeId, branch: &'a Branch, work: &mut Vec<Work<'a>>) {
        let outer = self.mark();
        let last = self.pipe(branch.pipe, true);
        let NodeKind::Pipe(pipe) = &self.ast.node(branch.pipe).kind else {
            return;
        };
        let slots: Vec<Slot> = pipe.decl.iter().filter_map(|name| self.variable(name)).collect();
        let (key, element) = match slots.as_slice() {
            [] => (None, None),
            [element] => (None, Some(*element)),
            [key, element, ..] => (Some(*key), Some(*element)),
        };
        let guard = self.enter(id, true);
        let dot = self.slot();
        let index = self.code.ranges.len() as u32;
        self.code.ranges.push(Range {
            dot,
            key,
            element,
            two: pipe.decl.len() > 1,
            body: 0,
            guard,
            otherwise: 0,
            exit: 0,
            node: last,
        });
        self.emit(Op::Range(index));
        let body = self.here();
        if let Some(range) = self.code.ranges.get_mut(index as usize) {
            range.body = body;
        }
        self.dot = dot;
        self.loops.push(Loop { range: index, continues: Vec::new(), breaks: Vec::new() });
        self.list(branch, id, outer, Kind::Range(index), work);
    }

    /// Schedules the list of a structure, and its `else` after it.
    fn list(&mut self, branch: &'a Branch, node: NodeId, outer: Mark, kind: Kind, work: &mut Vec<Work<'a>>) {
        // The variables of the pipeline are in reach of both lists, those of the first list are not.
        let inner = Mark { dot: outer.dot, guard: outer.guard, ..self.mark() };
        self.guarded();
        work.push(Work::Else { branch, node, outer, inner, kind });
        push_list(work, &branch.list);
    }

    fn otherwise(
        &mut self,
        branch: &'a Branch,
        node: NodeId,
        outer: Mark,
        inner: Mark,
        kind: Kind,
        work: &mut Vec<Work<'a>>,
    ) {
        self.restore(inner);
        let mut jumps = Vec::new();
        let range = match kind {
            Kind::Jump(jump) => {
                if branch.else_list.is_some() {
                    jumps.push(self.emit(Op::Jump(0)));
                }
                self.patch(jump);
                None
            }
            Kind::Range(index) => {
                let done = self.loops.pop();
                for jump in done.iter().flat_map(|done| &done.continues) {
                    self.patch(*jump);
                }
                debug_assert!(done.as_ref().is_some_and(|done| done.range == index));
                self.emit(Op::Next(index));
                let otherwise = self.here();
                if let Some(range) = self.code.ranges.get_mut(index as usize) {
                    range.otherwise = otherwise;
                }
                jumps.extend(done.into_iter().flat_map(|done| done.breaks));
                Some(index)
            }
        };
        if let Some(list) = &branch.else_list {
            self.enter(node, false);
            self.guarded();
            work.push(Work::End { jumps, outer, range });
            push_list(work, list);
        } else {
            self.end(&jumps, outer, range);
        }
    }

    fn end(&mut self, jumps: &[usize], outer: Mark, range: Option<u32>) {
        self.restore(outer);
        for jump in jumps {
            self.patch(*jump);
        }
        let here = self.here();
        if let Some(range) = range.and_then(|index| self.code.ranges.get_mut(index as usize)) {
            range.exit = here;
        }
        self.guarded();
    }

    fn mark(&self) -> Mark {
        Mark { scope: self.scope.len(), free: self.free, dot: self.dot, guard: self.guard }
    }

    fn restore(&mut self, mark: Mark) {
        self.scope.truncate(mark.scope);
        self.free = mark.free;
        self.dot = mark.dot;
        self.guard = mark.guard;
    }

    /// Makes what follows depend on a structure.
    fn enter(&mut self, node: NodeId, holds: bool) -> u32 {
        let index = self.code.guards.len() as u32;
        self.code.guards.push(Guard { node, holds, outer: self.guard });
        self.guard = Some(index);
        index
    }

    /// Notes that the guard holds from here on.
    fn guarded(&mut self) {
        let here = self.here();
        self.code.guarded.push((here, self.guard));
    }

    fn slot(&mut self) -> Slot {
        let slot = self.free;
        self.free += 1;
        self.code.slots = self.code.slots.max(self.free);
        slot
    }

    fn variable(&self, name: &str) -> Option<Slot> {
        self.scope.iter().rev().find(|variable| &*variable.0 == name).map(|variable| variable.1)
    }

    fn emit(&mut self, op: Op) -> usize {
        self.code.ops.push(op);
        self.code.ops.len() - 1
    }

    /// Returns the place of the next operation, and keeps what is before it from being replaced.
    fn here(&mut self) -> u32 {
        self.barrier = self.code.ops.len();
        self.barrier as u32
    }

    /// Lets a jump lead here.
    fn patch(&mut self, jump: usize) {
        let here = self.here();
        match self.code.ops.get_mut(jump) {
            Some(
                Op::Jump(target)
                | Op::Unless { target, .. }
                | Op::With { target, .. }
                | Op::And { target, .. }
                | Op::Or { target, .. },
            ) => *target = here,
            _ => debug_assert!(false, "only jumps are patched"),
        }
    }

    fn constant(&mut self, value: Const) {
        let index = self.code.consts.len() as u32;
        self.code.consts.push(value);
        self.emit(Op::Const(index));
    }

    /// Keeps a text among the constants.
    fn text(&mut self, text: &str) -> u32 {
        self.code.consts.push(Const::Str(text.into()));
        self.code.consts.len() as u32 - 1
    }

    fn fail(&mut self, node: NodeId, message: &str) {
        let text = self.text(message);
        self.emit(Op::Fail { text, node });
    }
}

fn push_list<'a>(work: &mut Vec<Work<'a>>, list: &[NodeId]) {
    work.extend(list.iter().rev().map(|id| Work::Node(*id)));
}
