//! Literals, as what their use makes of them.

use super::super::code::{Const, Op};
use super::Compiler;
use crate::parse::{NodeId, NodeKind, Number, node_text};
use crate::value::Type;

impl Compiler<'_> {
    /// Compiles a literal where any type will do.
    pub(super) fn literal(&mut self, node: NodeId) -> NodeId {
        match &self.ast.node(node).kind {
            NodeKind::Bool(value) => self.constant(Const::Bool(*value)),
            NodeKind::Dot => {
                self.emit(Op::Load(self.dot));
            }
            NodeKind::String { text, .. } => self.constant(Const::text(text)),
            NodeKind::Number(number) => match ideal(number) {
                Ok(value) => self.constant(value),
                Err(message) => self.fail(node, &message),
            },
            _ => {
                let text = node_text(self.ast, node);
                self.fail(node, &format!("can't evaluate command {}", crate::go::quote::quote(&text)));
            }
        }
        node
    }

    /// Compiles a literal as an argument of a type.
    pub(super) fn literal_of(&mut self, node: NodeId, ty: Type) -> NodeId {
        match literal_of(&self.ast.node(node).kind, ty) {
            Some(Ok(value)) => self.constant(value),
            Some(Err(message)) => {
                let text = node_text(self.ast, node);
                self.fail(node, &message.text(&text, ty));
            }
            None => return self.literal(node),
        }
        node
    }
}

/// Why a literal does not fit a type.
#[derive(Clone, Copy)]
pub(in crate::exec) enum Misfit {
    Expected(&'static str),
    Nil,
    Unhandled,
}

impl Misfit {
    /// Writes the error, given how the literal is written.
    pub(in crate::exec) fn text(self, shown: &str, ty: Type) -> String {
        match self {
            Misfit::Expected(what) => format!("expected {what}; found {shown}"),
            Misfit::Nil => format!("cannot assign nil to {}", ty.name()),
            Misfit::Unhandled => format!("can't handle {shown} for arg of type {}", ty.name()),
        }
    }
}

/// Returns a literal as a value of a type; none where any type will do.
pub(in crate::exec) fn literal_of(kind: &NodeKind, ty: Type) -> Option<Result<Const, Misfit>> {
    if matches!(kind, NodeKind::Nil) {
        return Some(match ty {
            Type::Any => Ok(Const::Nil),
            // No value becomes the nil of the parameter's own type, which a nil interface is not.
            ty if ty.can_be_nil() => Ok(Const::Absent),
            _ => Err(Misfit::Nil),
        });
    }
    let number = match kind {
        NodeKind::Number(number) => Some(number),
        _ => None,
    };
    let int = |make: fn(i64) -> Const| {
        number.and_then(|number| number.int).map(make).ok_or(Misfit::Expected("integer"))
    };
    Some(match ty {
        Type::Any => return None,
        Type::Bool => match kind {
            NodeKind::Bool(value) => Ok(Const::Bool(*value)),
            _ => Err(Misfit::Expected("bool")),
        },
        Type::String => match kind {
            NodeKind::String { text, .. } => Ok(Const::text(text)),
            _ => Err(Misfit::Expected("string")),
        },
        Type::Int => int(Const::Int),
        Type::Int64 => int(Const::Int64),
        Type::Int32 => int(|value| Const::Int32(value as i32)),
        Type::Uint8 => number
            .and_then(|number| number.uint)
            .map(|value| Const::Uint8(value as u8))
            .ok_or(Misfit::Expected("unsigned integer")),
        Type::Uint64 => number
            .and_then(|number| number.uint)
            .map(Const::Uint64)
            .ok_or(Misfit::Expected("unsigned integer")),
        Type::Float64 => {
            number.and_then(|number| number.float).map(Const::Float).ok_or(Misfit::Expected("float"))
        }
        Type::List
        | Type::Strings
        | Type::Bytes
        | Type::Map
        | Type::StringMap
        | Type::Error
        | Type::Object(_) => Err(Misfit::Unhandled),
    })
}

/// Decides what a number is where nothing else does: its spelling tells.
fn ideal(number: &Number) -> Result<Const, String> {
    if let Some((re, im)) = number.complex {
        return Ok(Const::Complex(re, im));
    }
    let text = &*number.text;
    let lower = text.to_ascii_lowercase();
    let is_hex_int = lower.len() > 2 && lower.starts_with("0x") && !lower.contains('p');
    let is_float = !is_hex_int && !text.starts_with('\'') && text.contains(['.', 'e', 'E', 'p', 'P']);
    match (number.float, number.int) {
        (Some(float), _) if is_float => Ok(Const::Float(float)),
        (_, Some(int)) => Ok(Const::Int(int)),
        _ if number.uint.is_some() => Err(format!("{text} overflows int")),
        _ => Ok(Const::Absent),
    }
}
