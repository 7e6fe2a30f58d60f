//! Text, control structures and definitions. What is open is kept on an explicit stack.

use super::ast::{Branch, Definition, NodeId, NodeKind};
use super::token::{Kind, Token};
use super::unquote::unquote;
use super::{ParseError, Parser};
use crate::go::quote::quote;
use crate::limits::PARSE_DEPTH;
use crate::value::Str;

/// A control structure or definition whose end has not come yet.
pub(super) struct Open {
    what: What,
    /// The nodes of the list being read.
    list: Vec<NodeId>,
    /// The list before `else`, once that has come.
    before_else: Option<Vec<NodeId>>,
    /// Whether this is an `else if` or `else with`, whose end also ends what it is in.
    chained: bool,
    /// How many variables were known before.
    vars: usize,
    /// The enclosing template's variables and depth of ranges, where this is a template of its own.
    outside: Option<(Vec<Str>, u32)>,
}

enum What {
    File,
    Define(Str),
    /// The name, the place, and the pipeline.
    Block(Str, usize, NodeId),
    /// The place and the pipeline.
    If(usize, NodeId),
    With(usize, NodeId),
    Range(usize, NodeId),
}

impl<'s> Parser<'s> {
    /// Parses the whole source.
    pub(super) fn file(&mut self) -> Result<(), ParseError> {
        self.open.push(Open {
            what: What::File,
            list: Vec::new(),
            before_else: None,
            chained: false,
            vars: 1,
            outside: None,
        });
        loop {
            let token = self.next_non_space();
            match token.kind {
                Kind::Eof if self.open.len() == 1 => break,
                Kind::Eof => return Err(self.error("unexpected EOF")),
                Kind::Text => {
                    let range = token.at as u32..(token.at + token.text.len()) as u32;
                    let node = self.push(token.at, NodeKind::Text(range));
                    self.append(node);
                }
                Kind::LeftDelim => {
                    let word = self.next_non_space();
                    if word.kind == Kind::Define && self.open.len() == 1 {
                        self.define()?;
                    } else {
                        self.action_line = token.line;
                        self.action(word)?;
                    }
                }
                _ => return Err(self.unexpected(&token, "input")),
            }
        }
        let body = self.open.pop().map(|open| open.list).unwrap_or_default();
        let name = self.ast.name.clone();
        self.add(name, body)
    }

    fn append(&mut self, node: NodeId) {
        if let Some(open) = self.open.last_mut() {
            open.list.push(node);
        }
    }

    /// Installs a definition, as far as the file does not have it already.
    fn add(&mut self, name: Str, body: Vec<NodeId>) -> Result<(), ParseError> {
        let Some(old) = self.definitions.iter().position(|definition| definition.name == name) else {
            self.definitions.push(Definition { name, body });
            return Ok(());
        };
        let blank = self.definitions.get(old).is_none_or(|old| self.ast.is_blank(&old.body));
        if blank {
            if let Some(old) = self.definitions.get_mut(old) {
                old.body = body;
            }
            Ok(())
        } else if self.ast.is_blank(&body) {
            Ok(())
        } else {
            Err(self.error(format!("template: multiple definition of template {}", quote(&name))))
        }
    }

    fn action(&mut self, word: Token<'s>) -> Result<(), ParseError> {
        match word.kind {
            Kind::Block => return self.block(),
            Kind::If => return self.branch("if", What::If, false),
            Kind::With => return self.branch("with", What::With, false),
            Kind::Range => return self.branch("range", What::Range, false),
            Kind::Break | Kind::Continue => self.jump(&word)?,
            Kind::Else => self.else_()?,
            Kind::End => self.end()?,
            Kind::Template => self.template()?,
            _ => {
                let at = word.at;
                self.back(word);
                let pipe = self.pipeline("command", Kind::RightDelim)?;
                let node = self.push(at, NodeKind::Action(pipe));
                self.append(node);
            }
        }
        self.action_line = 0;
        Ok(())
    }

    fn jump(&mut self, word: &Token<'_>) -> Result<(), ParseError> {
        let (text, kind) = match word.kind {
            Kind::Break => ("{{break}}", NodeKind::Break),
            _ => ("{{continue}}", NodeKind::Continue),
        };
        let token = self.next_non_space();
        if token.kind != Kind::RightDelim {
            return Err(self.unexpected(&token, text));
        }
        if self.range_depth == 0 {
            return Err(self.error(format!("{text} outside {{{{range}}}}")));
        }
        let node = self.push(word.at, kind);
        self.append(node);
        Ok(())
    }

    fn branch(
        &mut self,
        context: &str,
        what: fn(usize, NodeId) -> What,
        chained: bool,
    ) -> Result<(), ParseError> {
        let vars = self.vars.len();
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let what = what(self.ast.node(pipe).at as usize, pipe);
        self.range_depth += u32::from(matches!(what, What::Range(..)));
        self.open(Open { what, list: Vec::new(), before_else: None, chained, vars, outside: None })
    }

    fn open(&mut self, open: Open) -> Result<(), ParseError> {
        if self.open.len() >= PARSE_DEPTH {
            return Err(self.error(format!("actions are nested more than {PARSE_DEPTH} deep")));
        }
        self.open.push(open);
        Ok(())
    }

    fn define(&mut self) -> Result<(), ParseError> {
        let context = "define clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        self.expect(Kind::RightDelim, context)?;
        self.open_template(What::Define(name))
    }

    fn block(&mut self) -> Result<(), ParseError> {
        let context = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        self.open_template(What::Block(name, token.at, pipe))
    }

    /// Opens a template of its own, which sees none of the variables around it.
    fn open_template(&mut self, what: What) -> Result<(), ParseError> {
        let vars = std::mem::replace(&mut self.vars, vec!["$".into()]);
        let outside = Some((vars, std::mem::take(&mut self.range_depth)));
        self.action_line = 0;
        self.open(Open { what, list: Vec::new(), before_else: None, chained: false, vars: 1, outside })
    }

    fn template(&mut self) -> Result<(), ParseError> {
        let context = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        let next = self.next_non_space();
        let pipe = if next.kind == Kind::RightDelim {
            None
        } else {
            self.back(next);
            Some(self.pipeline(context, Kind::RightDelim)?)
        };
        let node = self.push(token.at, NodeKind::Template { name, pipe });
        self.append(node);
        Ok(())
    }

    fn template_name(&mut self, token: &Token<'_>, context: &str) -> Result<Str, ParseError> {
        match token.kind {
            Kind::String | Kind::RawString => {
                let bytes = unquote(&token.text).map_err(|message| self.error(message))?;
                Ok(String::from_utf8_lossy(&bytes).into())
            }
            _ => Err(self.unexpected(token, context)),
        }
    }

    fn else_(&mut self) -> Result<(), ParseError> {
        let next = self.peek_non_space();
        if !matches!(next, Kind::If | Kind::With) {
            self.expect(Kind::RightDelim, "else")?;
        }
        let (context, chain): (_, fn(usize, NodeId) -> What) = match self.open.last() {
            Some(Open { before_else: Some(_), .. }) => {
                return Err(self.error("expected end; found {{else}}"));
            }
            Some(Open { what: What::If(..), .. }) if next == Kind::If => ("if", What::If),
            Some(Open { what: What::With(..), .. }) if next == Kind::With => ("with", What::With),
            Some(Open { what: What::File, .. }) => return Err(self.error("unexpected {{else}}")),
            Some(Open { what: What::Define(_), .. }) => {
                return Err(self.error("unexpected {{else}} in define clause"));
            }
            Some(Open { what: What::Block(..), .. }) => {
                return Err(self.error("unexpected {{else}} in block clause"));
            }
            _ => ("", What::If),
        };
        if let Some(open) = self.open.last_mut() {
            self.range_depth -= u32::from(matches!(open.what, What::Range(..)));
            open.before_else = Some(std::mem::take(&mut open.list));
        }
        if context.is_empty() {
            return Ok(());
        }
        self.next();
        self.branch(context, chain, true)
    }

    fn end(&mut self) -> Result<(), ParseError> {
        self.expect(Kind::RightDelim, "end")?;
        if self.open.len() == 1 {
            return Err(self.error("unexpected {{end}}"));
        }
        while let Some(open) = self.open.pop() {
            let chained = open.chained;
            self.close(open)?;
            if !chained {
                break;
            }
        }
        Ok(())
    }

    fn close(&mut self, open: Open) -> Result<(), ParseError> {
        self.vars.truncate(open.vars);
        if let Some((vars, range_depth)) = open.outside {
            self.vars = vars;
            self.range_depth = range_depth;
        }
        let (list, else_list) = match open.before_else {
            Some(list) => (list, Some(open.list)),
            None => (open.list, None),
        };
        self.range_depth -= u32::from(matches!(open.what, What::Range(..)) && else_list.is_none());
        let node = match open.what {
            What::File => return Ok(()),
            What::Define(name) => return self.add(name, list),
            What::Block(name, at, pipe) => {
                self.add(name.clone(), list)?;
                self.push(at, NodeKind::Template { name, pipe: Some(pipe) })
            }
            What::If(at, pipe) => self.push(at, NodeKind::If(Branch { pipe, list, else_list })),
            What::With(at, pipe) => self.push(at, NodeKind::With(Branch { pipe, list, else_list })),
            What::Range(at, pipe) => self.push(at, NodeKind::Range(Branch { pipe, list, else_list })),
        };
        self.append(node);
        Ok(())
    }
}
