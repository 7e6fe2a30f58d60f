//! Parsed templates: nodes in one arena, so that no depth of nesting needs the stack.

use std::ops::Range;

use crate::value::Str;

/// The place of a node in its [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(pub(crate) u32);

/// A parsed source file.
#[derive(Debug)]
pub(crate) struct Ast {
    pub(crate) name: Str,
    pub(crate) source: Str,
    pub(crate) nodes: Vec<Node>,
}

/// A named body: the file's own, or one that it defines.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: Str,
    pub(crate) body: Vec<NodeId>,
}

/// A node and the byte at which Go says it starts.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) at: u32,
    pub(crate) kind: NodeKind,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum NodeKind {
    /// Literal text, by its place in the source.
    Text(Range<u32>),
    /// A pipeline whose result is printed, unless it declares.
    Action(NodeId),
    If(Branch),
    With(Branch),
    Range(Branch),
    Break,
    Continue,
    Template {
        name: Str,
        pipe: Option<NodeId>,
    },
    Pipe(Pipe),
    /// A function, method or operand with its arguments.
    Command(Vec<NodeId>),
    Identifier(Str),
    /// A variable and the fields taken from it.
    Variable(Vec<Str>),
    Dot,
    Nil,
    Field(Vec<Str>),
    /// Fields taken from a parenthesized pipeline or a function's result.
    Chain {
        node: NodeId,
        fields: Vec<Str>,
    },
    Bool(bool),
    Number(Box<Number>),
    /// A string as it is quoted in the source, and its bytes.
    String {
        quoted: Str,
        text: Vec<u8>,
    },
}

/// A control structure.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) pipe: NodeId,
    pub(crate) list: Vec<NodeId>,
    pub(crate) else_list: Option<Vec<NodeId>>,
}

/// Commands, each fed the result of the one before it.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    pub(crate) assign: bool,
    pub(crate) decl: Vec<Str>,
    pub(crate) commands: Vec<NodeId>,
}

/// A constant: everything that it can be.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Number {
    pub(crate) text: Str,
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
}

impl Ast {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        static NONE: Node = Node { at: 0, kind: NodeKind::Nil };
        self.nodes.get(id.0 as usize).unwrap_or(&NONE)
    }

    /// Returns the line (from 1) and byte column (from 0) of a byte of the source, as Go's errors count them.
    pub(crate) fn position(&self, at: u32) -> (u32, u32) {
        let before = self.source.as_bytes().get(..at as usize).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
        let column = match before.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => before.len() - newline - 1,
            None => before.len(),
        };
        (line, column as u32)
    }

    /// Answers whether a body has nothing but space.
    pub(crate) fn is_blank(&self, body: &[NodeId]) -> bool {
        body.iter().all(|id| match &self.node(*id).kind {
            NodeKind::Text(range) => self.text(range).trim_matches(is_blank).is_empty(),
            _ => false,
        })
    }

    /// Returns the literal text of a range.
    pub(crate) fn text(&self, range: &Range<u32>) -> &str {
        self.source.get(range.start as usize..range.end as usize).unwrap_or("")
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
}
