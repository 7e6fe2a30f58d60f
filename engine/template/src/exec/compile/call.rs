//! Calls of functions and methods.

use super::super::builtin::Builtin;
use super::super::code::{Call, Callee, Const, Op, Put};
use super::super::function;
use super::Compiler;
use super::pipeline::Receiver;
use crate::parse::{NodeId, NodeKind};
use crate::value::{Place, Str, Type};

/// How a parameter treats its argument.
#[derive(Clone, Copy)]
enum Parameter {
    /// A Go type that the argument is converted to.
    Typed(Type),
    /// The template language's own functions look at the value as it is.
    Reflected,
}

impl Compiler<'_> {
    /// Compiles a function with its arguments; with `piped`, the last argument is on top already.
    pub(super) fn function(
        &mut self,
        name: &str,
        node: NodeId,
        command: NodeId,
        args: &[NodeId],
        piped: bool,
    ) -> NodeId {
        if let Some(function) = function(name, self.dialect) {
            let wanted = function.params.len();
            if let Some(message) = miscounted(name, wanted, function.variadic, args.len(), piped) {
                self.fail(node, &message);
                return node;
            }
            let parameter = |index: usize| {
                let last = function.params.last().copied().unwrap_or(Type::Any);
                Parameter::Typed(function.params.get(index).copied().unwrap_or(last))
            };
            return self.call(Callee::Function(function), node, command, args, piped, parameter);
        }
        let Some(builtin) = Builtin::named(name) else {
            self.fail(node, &format!("{} is not a defined function", crate::go::quote::quote(name)));
            return node;
        };
        let (wanted, variadic) = builtin.arity();
        if let Some(message) = miscounted(name, wanted, variadic, args.len(), piped) {
            self.fail(node, &message);
            return node;
        }
        match builtin {
            Builtin::And | Builtin::Or => self.short_circuit(builtin, node, args, piped),
            _ => self.call(Callee::Builtin(builtin), node, command, args, piped, |index| {
                builtin.parameter(index).map_or(Parameter::Reflected, Parameter::Typed)
            }),
        }
    }

    fn call(
        &mut self,
        callee: Callee,
        node: NodeId,
        command: NodeId,
        args: &[NodeId],
        piped: bool,
        parameter: impl Fn(usize) -> Parameter,
    ) -> NodeId {
        let mut last = node;
        let mut argument_nodes = Vec::with_capacity(args.len() + 1);
        let mut literals = Vec::new();
        let index = self.code.calls.len() as u32;
        let count = (args.len() + usize::from(piped)) as u32;
        let (place, receiver) = (Place::default(), node);
        self.code.calls.push(Call {
            callee,
            count,
            node: command,
            receiver,
            argument_nodes: Vec::new(),
            literals: Vec::new(),
            piped,
            place,
        });
        if matches!(callee, Callee::Method(_)) && args.iter().any(|arg| self.ast.literal(*arg).is_none()) {
            self.emit(Op::Callable(index));
        }
        for (index, arg) in args.iter().enumerate() {
            if matches!(callee, Callee::Method(_)) && self.ast.literal(*arg).is_some() {
                literals.push(index);
            }
            last = self.argument(*arg, parameter(index));
            argument_nodes.push(last);
            self.check_early(parameter(index), last, args.get(index + 1..).unwrap_or(&[]));
        }
        if piped {
            argument_nodes.push(last);
        }
        if let Some(call) = self.code.calls.get_mut(index as usize) {
            (call.argument_nodes, call.literals) = (argument_nodes, literals);
        }
        self.emit(match callee {
            Callee::Builtin(_) => Op::Builtin(index),
            Callee::Method(_) => Op::Method(index),
            Callee::Function(function) => match function.name {
                "include" => Op::Include { call: index, result: Put::Push },
                "tpl" => Op::Tpl { call: index },
                _ => Op::Call(index),
            },
        });
        last
    }

    /// Has an argument checked at once where evaluating those after it could fail, too: Go reports what is wrong
    /// first.
    fn check_early(&mut self, parameter: Parameter, node: NodeId, rest: &[NodeId]) {
        let Parameter::Typed(ty) = parameter else {
            return;
        };
        let known = matches!(self.code.ops.last(), Some(Op::Const(_)));
        if ty == Type::Any || known || rest.is_empty() {
            return;
        }
        self.code.types.push(ty);
        self.emit(Op::Check { ty: self.code.types.len() as u32 - 1, node });
    }

    /// Compiles `and` and `or`, which evaluate no more than they need.
    fn short_circuit(&mut self, builtin: Builtin, node: NodeId, args: &[NodeId], piped: bool) -> NodeId {
        let mut last = node;
        let mut jumps = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            last = self.argument(*arg, Parameter::Reflected);
            if piped || index + 1 < args.len() {
                jumps.push(self.emit(match builtin {
                    Builtin::And => Op::And { target: 0, node: last, last },
                    _ => Op::Or { target: 0, node: last, last },
                }));
            }
        }
        for jump in &jumps {
            if let Some(Op::And { last: end, .. } | Op::Or { last: end, .. }) = self.code.ops.get_mut(*jump) {
                *end = last;
            }
        }
        if piped && !args.is_empty() {
            let end = self.emit(Op::Jump(0));
            for jump in &jumps {
                self.patch(*jump);
            }
            self.emit(Op::Nip);
            self.patch(end);
        } else {
            for jump in &jumps {
                self.patch(*jump);
            }
        }
        last
    }

    /// Compiles a path whose last name is called with arguments.
    pub(super) fn method(
        &mut self,
        receiver: Receiver,
        names: &[Str],
        node: NodeId,
        args: &[NodeId],
        piped: bool,
    ) -> NodeId {
        let Some((name, path)) = names.split_last() else {
            return node;
        };
        let last = match (receiver, path) {
            (Receiver::Slot(slot), []) => {
                self.emit(Op::Load(slot));
                node
            }
            (Receiver::Top(last), []) => last,
            (receiver, path) => self.fields(receiver, path, node, &[], false),
        };
        let name = self.path(std::slice::from_ref(name));
        // What the parameters are is only known when the receiver is; literals wait as any type until then.
        self.call(Callee::Method(name), last, node, args, piped, |_| Parameter::Typed(Type::Any))
    }

    fn argument(&mut self, node: NodeId, parameter: Parameter) -> NodeId {
        match &self.ast.node(node).kind {
            NodeKind::Dot => {
                self.emit(Op::Load(self.dot));
                node
            }
            NodeKind::Field(names) => self.fields(Receiver::Slot(self.dot), names, node, &[], false),
            NodeKind::Variable(names) => match names.split_first() {
                Some((name, fields)) => self.variable_fields(name, fields, node, &[], false),
                None => node,
            },
            NodeKind::Pipe(_) => self.pipe(node, true),
            NodeKind::Identifier(name) => self.function(name, node, node, &[], false),
            NodeKind::Chain { node: receiver, fields } => {
                let last = self.receiver(*receiver);
                self.fields(Receiver::Top(last), fields, node, &[], false)
            }
            NodeKind::Nil if matches!(parameter, Parameter::Reflected) => {
                self.constant(Const::Absent);
                node
            }
            _ => match parameter {
                Parameter::Typed(ty) => self.literal_of(node, ty),
                Parameter::Reflected => self.literal(node),
            },
        }
    }
}

/// Says what is wrong with the number of arguments, if anything is.
pub(in crate::exec) fn miscounted(
    name: &str,
    wanted: usize,
    variadic: bool,
    args: usize,
    piped: bool,
) -> Option<String> {
    let given = args + usize::from(piped);
    if variadic {
        let least = wanted.saturating_sub(1);
        return (given < least)
            .then(|| format!("wrong number of args for {name}: want at least {least} got {args}"));
    }
    (given != wanted).then(|| format!("wrong number of args for {name}: want {wanted} got {given}"))
}
