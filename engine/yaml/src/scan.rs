//! Text to tokens, as libyaml scans: indentation, simple keys and the tokens that are put in behind them.

use std::collections::VecDeque;

use crate::emit::Dialect;
use crate::source::Source;
use crate::syntax::{Mark, SyntaxError};

mod block;
mod cursor;
mod direct;
mod directive;
mod fetch;
mod plain;
mod quoted;
mod tag;
mod token;

pub(crate) use token::{Kind, Token};

/// go-yaml's bound on nested flow collections, and on nested block ones.
const MAX_NESTING: usize = 10_000;

/// A place where a key may have begun that only its colon will prove.
#[derive(Debug, Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    /// Whether the token it begins with waits for it at the head of the queue.
    awaited: bool,
    token: usize,
    mark: Mark,
}

/// A stream of tokens.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    failure: Option<&'static str>,
    dialect: Dialect,
    at: usize,
    line: usize,
    line_start: usize,
    tokens: VecDeque<Token<'a>>,
    /// How many tokens have left the queue.
    taken: usize,
    /// Whether the head of the queue can't be preceded by a token any more.
    ready: bool,
    started: bool,
    ended: bool,
    /// The column of the block collection in hand, -1 outside of any.
    indent: isize,
    indents: Vec<isize>,
    keys: Vec<SimpleKey>,
    key_allowed: bool,
    flow: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(source: &'a Source<'_>, dialect: Dialect) -> Self {
        let text: &'a str = &source.text;
        Scanner {
            text,
            bytes: text.as_bytes(),
            failure: source.failure,
            dialect,
            at: 0,
            line: 0,
            line_start: 0,
            tokens: VecDeque::new(),
            taken: 0,
            ready: false,
            started: false,
            ended: false,
            indent: -1,
            indents: Vec::new(),
            keys: Vec::new(),
            key_allowed: false,
            flow: 0,
        }
    }

    /// The token in hand.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<&Token<'a>, SyntaxError> {
        if !self.ready {
            self.fill().map_err(|error| self.or_failure(error))?;
        }
        match self.tokens.front() {
            Some(token) => Ok(token),
            None => Err(SyntaxError::scanner("unexpected end of stream", self.mark(), self.mark())),
        }
    }

    /// Takes the token in hand.
    pub(crate) fn take(&mut self) -> Option<Token<'a>> {
        self.ready = false;
        self.taken += 1;
        self.tokens.pop_front()
    }

    /// Near the end of a text that can't be read further, that is what is wrong.
    fn or_failure(&self, error: SyntaxError) -> SyntaxError {
        match self.failure {
            Some(problem) if self.at + 4 >= self.bytes.len() => SyntaxError::reader(problem),
            _ => error,
        }
    }

    /// Scans until it is clear what the first token is.
    #[inline(never)]
    fn fill(&mut self) -> Result<(), SyntaxError> {
        loop {
            // Version 3 looks two tokens further, because comments hang on tokens.
            let enough = if self.dialect == Dialect::V3 { 2 } else { 0 };
            if self.tokens.len() > enough || (self.ended && !self.tokens.is_empty()) {
                let key = self.keys.partition_point(|key| key.token < self.taken);
                let awaited = self
                    .keys
                    .get(key..)
                    .unwrap_or(&[])
                    .iter()
                    .take_while(|key| key.token == self.taken)
                    .position(|key| key.awaited);
                let Some(offset) = awaited else { break };
                if !self.key_is_valid(key + offset)? {
                    break;
                }
            }
            self.fetch()?;
        }
        self.ready = true;
        Ok(())
    }

    /// Whether a key may still be one; an error if it had to be.
    fn key_is_valid(&mut self, index: usize) -> Result<bool, SyntaxError> {
        let (at, line) = (self.at, self.line);
        let Some(key) = self.keys.get(index).copied().filter(|key| key.possible) else { return Ok(false) };
        if key.mark.line() < line || self.longer_than_1024(key.mark.offset(), at) {
            if key.required {
                return Err(self.error("could not find expected ':'", key.mark));
            }
            if let Some(key) = self.keys.get_mut(index) {
                key.possible = false;
            }
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether more than 1024 characters lie between two offsets.
    fn longer_than_1024(&self, from: usize, to: usize) -> bool {
        to.saturating_sub(from) > 1024
            && self.text.get(from..to).is_some_and(|between| between.chars().nth(1024).is_some())
    }

    /// Notes that a key may begin here.
    fn save_key(&mut self) -> Result<(), SyntaxError> {
        if !self.key_allowed {
            return Ok(());
        }
        let required = self.flow == 0 && self.indent == self.column() as isize;
        let token = self.taken + self.tokens.len();
        let mark = self.mark();
        self.remove_key()?;
        if let Some(last) = self.keys.last_mut() {
            *last = SimpleKey { possible: true, required, awaited: true, token, mark };
        }
        Ok(())
    }

    /// Forgets the key that may have begun at this level.
    fn remove_key(&mut self) -> Result<(), SyntaxError> {
        let Some(key) = self.keys.last().copied().filter(|key| key.possible) else { return Ok(()) };
        if key.required {
            return Err(self.error("could not find expected ':'", key.mark));
        }
        if let Some(key) = self.keys.last_mut() {
            key.possible = false;
            key.awaited = false;
        }
        Ok(())
    }

    fn enter_flow(&mut self) -> Result<(), SyntaxError> {
        let token = self.taken + self.tokens.len();
        let mark = self.mark();
        self.keys.push(SimpleKey { token, mark, ..SimpleKey::default() });
        self.flow += 1;
        if self.flow > MAX_NESTING {
            return Err(self.error(format!("exceeded max depth of {MAX_NESTING}"), mark));
        }
        Ok(())
    }

    fn leave_flow(&mut self) {
        if self.flow == 0 {
            return;
        }
        self.flow -= 1;
        let Some(left) = self.keys.pop() else { return };
        // go-yaml forgets whatever key waits on that token, the outer one of an empty collection included.
        for key in self.keys.iter_mut().rev().take_while(|key| key.token >= left.token) {
            key.awaited = false;
        }
    }

    /// Enters a block collection at a column, unless the scan is inside it already.
    fn roll(
        &mut self,
        column: usize,
        at: Option<usize>,
        kind: Kind<'a>,
        mark: Mark,
    ) -> Result<(), SyntaxError> {
        let column = column as isize;
        if self.flow > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_NESTING {
            return Err(self.error(format!("exceeded max depth of {MAX_NESTING}"), mark));
        }
        self.insert(at, Token { kind, start: mark, end: mark });
        Ok(())
    }

    /// Leaves all block collections deeper than a column.
    fn unroll(&mut self, column: isize) {
        if self.flow > 0 {
            return;
        }
        let mark = self.mark();
        while self.indent > column {
            self.push(Token { kind: Kind::BlockEnd, start: mark, end: mark });
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn push(&mut self, token: Token<'a>) {
        self.tokens.push_back(token);
    }

    /// Puts a token before the one with the given number, or at the end where that one is gone already.
    fn insert(&mut self, number: Option<usize>, token: Token<'a>) {
        match number.and_then(|number| number.checked_sub(self.taken)) {
            Some(index) if index <= self.tokens.len() => self.tokens.insert(index, token),
            _ => self.tokens.push_back(token),
        }
    }

    fn error(&self, problem: impl Into<String>, context: Mark) -> SyntaxError {
        SyntaxError::scanner(problem, self.mark(), context)
    }
}
