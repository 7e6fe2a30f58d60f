//! Pipelines and their commands. Each function answers with the node that Go's errors point at if the value is
//! found wanting later: the last one that was looked at while evaluating.

use super::super::code::{Callee, Op, Put};
use super::{Compiler, Slot};
use crate::parse::{NodeId, NodeKind, node_text};
use crate::value::{Name, Str};

/// What fields are taken from.
#[derive(Clone, Copy)]
pub(super) enum Receiver {
    /// A variable.
    Slot(Slot),
    /// The top, with what was looked at last to get it.
    Top(NodeId),
}

impl Compiler<'_> {
    /// Compiles an action: its value is written, unless it declares.
    pub(super) fn action(&mut self, id: NodeId, pipe: NodeId) {
        let NodeKind::Pipe(parsed) = &self.ast.node(pipe).kind else {
            return;
        };
        if parsed.decl.is_empty() {
            self.pipe(pipe, false);
            self.print(id);
            return;
        }
        let single = parsed.decl.len() == 1;
        self.pipe(pipe, true);
        match self.code.ops.last() {
            Some(Op::Keep(slot)) if single => {
                let slot = *slot;
                self.code.ops.pop();
                self.emit(if parsed.assign { Op::Assign(slot) } else { Op::Store(slot) });
            }
            // More than one variable cannot be declared outside of ranges; what failed leaves nothing behind.
            _ => {}
        }
    }

    /// Compiles the writing of the top, together with what made it where that saves copies.
    fn print(&mut self, action: NodeId) {
        let fusible = self.code.ops.len() > self.barrier;
        let last = self.code.ops.last().copied();
        match last {
            Some(Op::Fields { slot, path, node }) if fusible => {
                self.code.ops.pop();
                self.emit(Op::PrintFields { slot, path, node, action });
            }
            Some(Op::Include { call, result: Put::Push }) if fusible => {
                self.code.ops.pop();
                self.emit(Op::Include { call, result: Put::Output(action) });
            }
            Some(Op::Call(call)) if fusible && self.print_indented(call, action) => {}
            _ => {
                self.emit(Op::Print(action));
            }
        }
    }

    /// Compiles `value | nindent 4` and `value | indent 4` so that the value is indented on its way out.
    fn print_indented(&mut self, index: u32, action: NodeId) -> bool {
        let Some(call) = self.code.calls.get(index as usize) else {
            return false;
        };
        let Callee::Function(function) = call.callee else {
            return false;
        };
        let newline = match function.name {
            "nindent" => true,
            "indent" => false,
            _ => return false,
        };
        let length = self.code.ops.len();
        if !call.piped || call.count != 2 || length < 3 || length - 3 < self.barrier {
            return false;
        }
        let Some(Op::Const(number)) = self.code.ops.get(length - 2) else {
            return false;
        };
        let spaces = match self.code.consts.get(*number as usize) {
            Some(super::Const::Int(spaces)) => u32::try_from(*spaces).ok().filter(|spaces| *spaces <= 1000),
            _ => None,
        };
        let Some(spaces) = spaces else {
            return false;
        };
        self.code.ops.truncate(length - 2);
        if let Some(Op::Include { call, result: Put::Push }) = self.code.ops.last().copied() {
            self.code.ops.pop();
            self.emit(Op::Include { call, result: Put::Indent { spaces, newline, action } });
        } else {
            self.emit(Op::PrintIndented { call: index, spaces, newline, action });
        }
        true
    }

    /// Compiles a pipeline, whose value ends on top. With `dig`, a nil interface becomes no value, which is what
    /// Go does always but nobody can tell where the value is only printed or tested.
    pub(super) fn pipe(&mut self, id: NodeId, dig: bool) -> NodeId {
        let NodeKind::Pipe(pipe) = &self.ast.node(id).kind else {
            return id;
        };
        let mut last = id;
        for (index, command) in pipe.commands.iter().enumerate() {
            let NodeKind::Command(args) = &self.ast.node(*command).kind else {
                continue;
            };
            last = self.command(*command, args, index > 0, last);
            if index + 1 < pipe.commands.len() || dig || !pipe.decl.is_empty() {
                self.dig();
            }
        }
        for name in &pipe.decl {
            if pipe.assign {
                match self.variable(name) {
                    Some(slot) => {
                        self.emit(Op::Keep(slot));
                    }
                    None => self.fail(last, &format!("undefined variable: {name}")),
                }
            } else {
                let slot = self.slot();
                self.scope.push((name.clone(), slot));
                self.emit(Op::Keep(slot));
            }
        }
        last
    }

    fn dig(&mut self) {
        let never_nil = self.code.ops.len() > self.barrier
            && matches!(
                self.code.ops.last(),
                Some(Op::Const(_) | Op::Dig | Op::Include { .. } | Op::Tpl { .. })
            );
        if !never_nil {
            self.emit(Op::Dig);
        }
    }

    fn command(&mut self, id: NodeId, args: &[NodeId], piped: bool, before: NodeId) -> NodeId {
        let Some(first) = args.first().copied() else {
            return before;
        };
        let alone = args.len() == 1 && !piped;
        match &self.ast.node(first).kind {
            NodeKind::Field(names) => self.fields(Receiver::Slot(self.dot), names, first, args, piped),
            NodeKind::Chain { node, fields } => {
                let receiver = self.receiver(*node);
                self.fields(Receiver::Top(receiver), fields, first, args, piped)
            }
            NodeKind::Identifier(name) => self.function(name, first, id, args.get(1..).unwrap_or(&[]), piped),
            NodeKind::Pipe(_) if alone => self.pipe(first, true),
            NodeKind::Pipe(_) => self.not_a_function(before, first),
            NodeKind::Variable(names) => match names.split_first() {
                Some((_, [])) if !alone => self.not_a_function(first, first),
                Some((name, fields)) => self.variable_fields(name, fields, first, args, piped),
                None => first,
            },
            _ if !alone => self.not_a_function(first, first),
            NodeKind::Nil => {
                self.fail(first, "nil is not a command");
                first
            }
            _ => self.literal(first),
        }
    }

    fn not_a_function(&mut self, at: NodeId, shown: NodeId) -> NodeId {
        let text = node_text(self.ast, shown);
        self.fail(at, &format!("can't give argument to non-function {text}"));
        at
    }

    /// Compiles a variable and the fields taken from it.
    pub(super) fn variable_fields(
        &mut self,
        name: &str,
        fields: &[Str],
        node: NodeId,
        args: &[NodeId],
        piped: bool,
    ) -> NodeId {
        match self.variable(name) {
            None => self.fail(node, &format!("undefined variable: {name}")),
            Some(slot) if fields.is_empty() => {
                self.emit(Op::Load(slot));
            }
            Some(slot) => return self.fields(Receiver::Slot(slot), fields, node, args, piped),
        }
        node
    }

    /// Compiles fields taken from a variable, or from the top, the last of which may be a method with arguments.
    pub(super) fn fields(
        &mut self,
        receiver: Receiver,
        names: &[Str],
        node: NodeId,
        args: &[NodeId],
        piped: bool,
    ) -> NodeId {
        if args.len() > 1 || piped {
            return self.method(receiver, names, node, args.get(1..).unwrap_or(&[]), piped);
        }
        let path = self.path(names);
        self.emit(match receiver {
            Receiver::Slot(slot) => Op::Fields { slot, path, node },
            Receiver::Top(last) => Op::FieldsOfTop { path, node: last, chain: node },
        });
        match receiver {
            Receiver::Slot(_) => node,
            Receiver::Top(last) => last,
        }
    }

    pub(super) fn path(&mut self, names: &[Str]) -> u32 {
        self.code.paths.push(names.iter().map(Name::new).collect());
        self.code.paths.len() as u32 - 1
    }

    /// Compiles what a chain's fields are taken from.
    pub(super) fn receiver(&mut self, node: NodeId) -> NodeId {
        match &self.ast.node(node).kind {
            NodeKind::Pipe(_) => self.pipe(node, true),
            NodeKind::Identifier(name) => self.function(name, node, node, &[], false),
            _ => self.literal(node),
        }
    }
}
