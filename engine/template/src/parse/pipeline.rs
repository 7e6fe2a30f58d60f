//! Pipelines, commands and operands. Their depth of parentheses is bounded.

use super::ast::{NodeKind, Pipe};
use super::number;
use super::print::node_text;
use super::token::{Kind, Token};
use super::unquote::unquote;
use super::{NodeId, ParseError, Parser};
use crate::go::quote::quote;
use crate::limits::EXPRESSION_DEPTH;
use crate::value::Str;

impl<'s> Parser<'s> {
    /// Parses `[$x, $y :=] command | command …` up to and with `end`.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<NodeId, ParseError> {
        let first = self.next_non_space();
        let at = first.at;
        self.back(first);
        let mut pipe = Pipe::default();
        while self.declaration(&mut pipe, context)? {}
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.back(token);
                    let command = self.command()?;
                    pipe.commands.push(command);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        }
        self.check(&pipe, context)?;
        Ok(self.push(at, NodeKind::Pipe(pipe)))
    }

    /// Parses one declared or assigned variable, if there is one, and answers whether another must follow.
    fn declaration(&mut self, pipe: &mut Pipe, context: &str) -> Result<bool, ParseError> {
        if self.peek_non_space() != Kind::Variable {
            return Ok(false);
        }
        let variable = self.next();
        let after = self.next();
        let spaced = (after.kind == Kind::Space).then(|| after.clone());
        let next = if spaced.is_some() { self.next_non_space() } else { after };
        match next.kind {
            Kind::Assign | Kind::Declare => {
                pipe.assign = next.kind == Kind::Assign;
                self.declare(pipe, &variable);
                Ok(false)
            }
            Kind::Char if next.text == "," => {
                self.declare(pipe, &variable);
                if context == "range" && pipe.decl.len() < 2 {
                    return match self.peek_non_space() {
                        Kind::Variable | Kind::RightDelim | Kind::RightParen => Ok(true),
                        _ => Err(self.error("range can only initialize variables")),
                    };
                }
                Err(self.error(format!("too many declarations in {context}")))
            }
            _ => {
                self.back(next);
                if let Some(space) = spaced {
                    self.back(space);
                }
                self.back(variable);
                Ok(false)
            }
        }
    }

    fn declare(&mut self, pipe: &mut Pipe, variable: &Token<'_>) {
        let name: Str = variable.text.as_ref().into();
        pipe.decl.push(name.clone());
        self.vars.push(name);
    }

    /// Refuses empty pipelines, and constants that are fed something.
    fn check(&mut self, pipe: &Pipe, context: &str) -> Result<(), ParseError> {
        if pipe.commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            let NodeKind::Command(args) = &self.ast.node(*command).kind else {
                continue;
            };
            let Some(first) = args.first() else {
                continue;
            };
            if matches!(
                self.ast.node(*first).kind,
                NodeKind::Bool(_)
                    | NodeKind::Dot
                    | NodeKind::Nil
                    | NodeKind::Number(_)
                    | NodeKind::String { .. }
            ) {
                return Err(self.error(format!("non executable command in pipeline stage {}", index + 1)));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<NodeId, ParseError> {
        let first = self.next_non_space();
        let at = first.at;
        self.back(first);
        let mut args = Vec::new();
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                args.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.back(token),
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if args.is_empty() {
            return Err(self.error("empty command"));
        }
        Ok(self.push(at, NodeKind::Command(args)))
    }

    /// Parses a term and the fields taken from it.
    fn operand(&mut self) -> Result<Option<NodeId>, ParseError> {
        let Some(term) = self.term()? else {
            return Ok(None);
        };
        let token = self.next();
        let at = token.at;
        let is_field = token.kind == Kind::Field;
        self.back(token);
        if !is_field {
            return Ok(Some(term));
        }
        let mut fields: Vec<Str> = Vec::new();
        while self.peek() == Kind::Field {
            let token = self.next();
            fields.push(token.text.get(1..).unwrap_or("").into());
        }
        let kind = match &self.ast.node(term).kind {
            NodeKind::Field(names) => NodeKind::Field(names.iter().cloned().chain(fields).collect()),
            NodeKind::Variable(names) => NodeKind::Variable(names.iter().cloned().chain(fields).collect()),
            NodeKind::Bool(_)
            | NodeKind::String { .. }
            | NodeKind::Number(_)
            | NodeKind::Nil
            | NodeKind::Dot => {
                let shown = quote(&node_text(&self.ast, term));
                return Err(self.error(format!("unexpected . after term {shown}")));
            }
            _ => NodeKind::Chain { node: term, fields },
        };
        Ok(Some(self.push(at, kind)))
    }

    fn term(&mut self) -> Result<Option<NodeId>, ParseError> {
        let token = self.next_non_space();
        let kind = match token.kind {
            Kind::Identifier => {
                if !crate::exec::is_function(&token.text, self.dialect) {
                    return Err(self.error(format!("function {} not defined", quote(&token.text))));
                }
                NodeKind::Identifier(token.text.as_ref().into())
            }
            Kind::Dot => NodeKind::Dot,
            Kind::Nil => NodeKind::Nil,
            Kind::Variable => {
                if !self.vars.iter().any(|name| **name == *token.text) {
                    return Err(self.error(format!("undefined variable {}", quote(&token.text))));
                }
                NodeKind::Variable(vec![token.text.as_ref().into()])
            }
            Kind::Field => NodeKind::Field(vec![token.text.get(1..).unwrap_or("").into()]),
            Kind::Bool => NodeKind::Bool(token.text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => {
                let number = number::parse(&token.text, token.kind).map_err(|text| self.error(text))?;
                NodeKind::Number(Box::new(number))
            }
            Kind::LeftParen => return self.parenthesized().map(Some),
            Kind::String | Kind::RawString => {
                let text = unquote(&token.text).map_err(|message| self.error(message))?;
                NodeKind::String { quoted: token.text.as_ref().into(), text }
            }
            _ => {
                self.back(token);
                return Ok(None);
            }
        };
        Ok(Some(self.push(token.at, kind)))
    }

    fn parenthesized(&mut self) -> Result<NodeId, ParseError> {
        if self.paren_depth >= EXPRESSION_DEPTH {
            return Err(self.error("max expression depth exceeded"));
        }
        self.paren_depth += 1;
        let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen);
        self.paren_depth -= 1;
        pipe
    }
}
