//! From a source to its parsed definitions, with Go's rules and Go's complaints.

mod ast;
mod control;
mod lexer;
mod number;
mod pipeline;
mod print;
mod token;
mod unquote;

pub(crate) use ast::{Ast, Branch, Definition, Node, NodeId, NodeKind, Number};
pub(crate) use print::node_text;

use crate::environment::Dialect;
use crate::error::ParseError;
use crate::value::Str;
use lexer::Lexer;
use token::{Kind, Token};

/// Parses a source and answers with its nodes and what it defines, itself included.
pub(crate) fn parse(
    name: &str,
    source: &str,
    dialect: Dialect,
) -> Result<(Ast, Vec<Definition>), ParseError> {
    if u32::try_from(source.len()).is_err() {
        let message = "the source is larger than 4 GiB".to_owned();
        return Err(ParseError { template: name.into(), line: 1, message });
    }
    let mut parser = Parser {
        lexer: Lexer::new(source),
        pending: Vec::new(),
        line: 0,
        action_line: 0,
        dialect,
        ast: Ast { name: name.into(), source: source.into(), nodes: Vec::new() },
        definitions: Vec::new(),
        open: Vec::new(),
        vars: vec!["$".into()],
        range_depth: 0,
        paren_depth: 0,
    };
    parser.file()?;
    Ok((parser.ast, parser.definitions))
}

/// The state of parsing one source.
struct Parser<'s> {
    lexer: Lexer<'s>,
    /// Tokens that were read too early, the next one last.
    pending: Vec<Token<'s>>,
    /// The line of the last token that the lexer gave, at which Go reports.
    line: u32,
    /// The line at which the current action started, or 0.
    action_line: u32,
    dialect: Dialect,
    ast: Ast,
    definitions: Vec<Definition>,
    open: Vec<control::Open>,
    vars: Vec<Str>,
    range_depth: u32,
    paren_depth: usize,
}

impl<'s> Parser<'s> {
    fn next(&mut self) -> Token<'s> {
        if let Some(token) = self.pending.pop() {
            return token;
        }
        let token = self.lexer.next();
        self.line = token.line;
        token
    }

    fn back(&mut self, token: Token<'s>) {
        self.pending.push(token);
    }

    /// Returns the kind of the next token without taking it.
    fn peek(&mut self) -> Kind {
        let token = self.next();
        let kind = token.kind;
        self.back(token);
        kind
    }

    fn next_non_space(&mut self) -> Token<'s> {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Kind {
        let token = self.next_non_space();
        let kind = token.kind;
        self.back(token);
        kind
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Token<'s>, ParseError> {
        let token = self.next_non_space();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(&token, context)) }
    }

    fn push(&mut self, at: usize, kind: NodeKind) -> NodeId {
        let id = NodeId(self.ast.nodes.len() as u32);
        self.ast.nodes.push(Node { at: at as u32, kind });
        id
    }

    fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError { template: self.ast.name.clone(), line: self.line, message: message.into() }
    }

    fn unexpected(&self, token: &Token<'_>, context: &str) -> ParseError {
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {} in {context}", token.describe()));
        }
        let mut message = token.describe();
        if self.action_line != 0 && self.action_line != token.line {
            let action = if message.ends_with(" action") { "" } else { " in action" };
            message += &format!("{action} started at {}:{}", self.ast.name, self.action_line);
        }
        self.error(message)
    }
}
