//! From a source to tokens, one at a time, as Go's lexer cuts them.

use std::borrow::Cow;

use super::token::{Kind, Token};
use crate::go::quote::{is_print, quote};

/// Reads tokens from a source.
pub(super) struct Lexer<'s> {
    source: &'s str,
    at: usize,
    start: usize,
    line: u32,
    start_line: u32,
    parens: u32,
    inside: bool,
    failed: bool,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s str) -> Lexer<'s> {
        Lexer { source, at: 0, start: 0, line: 1, start_line: 1, parens: 0, inside: false, failed: false }
    }

    /// Returns the next token; at the end, and after an error, the end again and again.
    pub(super) fn next(&mut self) -> Token<'s> {
        if self.failed {
            return Token { kind: Kind::Eof, at: self.at, line: self.start_line, text: Cow::Borrowed("EOF") };
        }
        if self.inside { self.inside_action() } else { self.text() }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    /// Moves over bytes that were not read one by one.
    fn skip(&mut self, bytes: usize) {
        let text = self.rest().get(..bytes).unwrap_or("");
        self.line += text.bytes().filter(|byte| *byte == b'\n').count() as u32;
        self.at += bytes;
    }

    fn ignore(&mut self) {
        self.start = self.at;
        self.start_line = self.line;
    }

    fn emit(&mut self, kind: Kind) -> Token<'s> {
        let text = Cow::Borrowed(self.source.get(self.start..self.at).unwrap_or(""));
        let token = Token { kind, at: self.start, line: self.start_line, text };
        self.ignore();
        token
    }

    fn fail(&mut self, message: impl Into<String>) -> Token<'s> {
        self.failed = true;
        Token { kind: Kind::Error, at: self.start, line: self.start_line, text: Cow::Owned(message.into()) }
    }

    /// Scans up to the next action.
    fn text(&mut self) -> Token<'s> {
        loop {
            let rest = self.rest();
            let Some(found) = rest.find("{{") else {
                self.skip(rest.len());
                return if self.at > self.start {
                    self.emit(Kind::Text)
                } else {
                    Token { kind: Kind::Eof, at: self.at, line: self.start_line, text: Cow::Borrowed("EOF") }
                };
            };
            if found > 0 {
                let text = rest.get(..found).unwrap_or("");
                let after = rest.get(found + 2..).unwrap_or("");
                let kept = if trims_left(after) { text.trim_end_matches(is_space).len() } else { found };
                self.skip(kept);
                let token = self.emit(Kind::Text);
                self.skip(found - kept);
                self.ignore();
                if kept > 0 {
                    return token;
                }
            }
            if let Some(token) = self.left_delim() {
                return token;
            }
        }
    }

    /// Scans `{{`, or a whole comment, for which there is no token.
    fn left_delim(&mut self) -> Option<Token<'s>> {
        let after = self.source.get(self.at + 2..).unwrap_or("");
        let marker = if trims_left(after) { 2 } else { 0 };
        if after.get(marker..).unwrap_or("").starts_with("/*") {
            self.skip(2 + marker);
            self.ignore();
            return self.comment();
        }
        self.at += 2;
        let token = self.emit(Kind::LeftDelim);
        self.inside = true;
        self.skip(marker);
        self.ignore();
        self.parens = 0;
        Some(token)
    }

    fn comment(&mut self) -> Option<Token<'s>> {
        let rest = self.rest();
        let Some(end) = rest.get(2..).unwrap_or("").find("*/") else {
            return Some(self.fail("unclosed comment"));
        };
        let after = rest.get(end + 4..).unwrap_or("");
        let Some(trim) = right_delim(after) else {
            return Some(self.fail("comment ends before closing delimiter"));
        };
        self.skip(end + 4 + if trim { 4 } else { 2 });
        if trim {
            self.skip_space();
        }
        self.ignore();
        None
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start_matches(is_space).len());
    }

    fn close(&mut self, trim: bool) -> Token<'s> {
        if trim {
            self.skip(2);
            self.ignore();
        }
        self.at += 2;
        let token = self.emit(Kind::RightDelim);
        if trim {
            self.skip_space();
            self.ignore();
        }
        self.inside = false;
        token
    }

    fn inside_action(&mut self) -> Token<'s> {
        if let Some(trim) = right_delim(self.rest()) {
            return if self.parens == 0 { self.close(trim) } else { self.fail("unclosed left paren") };
        }
        let before = self.at;
        let Some(c) = self.bump() else {
            return self.fail("unclosed action");
        };
        match c {
            ' ' | '\t' | '\r' | '\n' => self.space(before),
            '=' => self.emit(Kind::Assign),
            ':' => {
                if self.bump() == Some('=') {
                    self.emit(Kind::Declare)
                } else {
                    self.fail("expected :=")
                }
            }
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted('"', Kind::String, "unterminated quoted string"),
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant"),
            '`' => self.raw_string(),
            '$' => self.name(Kind::Variable),
            '.' if !self.rest().is_empty() && !self.rest().starts_with(|c: char| c.is_ascii_digit()) => {
                self.name(Kind::Field)
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at = before;
                self.number()
            }
            c if is_alphanumeric(c) => self.identifier(),
            '(' => {
                self.parens += 1;
                self.emit(Kind::LeftParen)
            }
            ')' if self.parens == 0 => self.fail("unexpected right paren"),
            ')' => {
                self.parens -= 1;
                self.emit(Kind::RightParen)
            }
            c if c.is_ascii() && is_print(c) => self.emit(Kind::Char),
            c => self.fail(format!("unrecognized character in action: {}", unicode(c))),
        }
    }

    fn space(&mut self, first: usize) -> Token<'s> {
        let mut last = first;
        let mut count = 1;
        while let Some(c) = self.peek().filter(|c| is_space(*c)) {
            last = self.at;
            count += 1;
            self.at += c.len_utf8();
            self.line += u32::from(c == '\n');
        }
        // A space before a trimming right delimiter belongs to the delimiter.
        if right_delim(self.source.get(last..).unwrap_or("")) == Some(true) {
            self.line -= u32::from(self.source.as_bytes().get(last) == Some(&b'\n'));
            self.at = last;
            if count == 1 {
                return self.close(true);
            }
        }
        self.emit(Kind::Space)
    }

    fn identifier(&mut self) -> Token<'s> {
        while self.peek().is_some_and(is_alphanumeric) {
            self.bump();
        }
        if !self.at_terminator() {
            return self.bad_character();
        }
        let kind = match self.source.get(self.start..self.at).unwrap_or("") {
            "block" => Kind::Block,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "define" => Kind::Define,
            "else" => Kind::Else,
            "end" => Kind::End,
            "if" => Kind::If,
            "range" => Kind::Range,
            "nil" => Kind::Nil,
            "template" => Kind::Template,
            "with" => Kind::With,
            "true" | "false" => Kind::Bool,
            _ => Kind::Identifier,
        };
        self.emit(kind)
    }

    /// Scans what follows the `.` of a field or the `$` of a variable.
    fn name(&mut self, kind: Kind) -> Token<'s> {
        if self.at_terminator() {
            return self.emit(if kind == Kind::Variable { kind } else { Kind::Dot });
        }
        while self.peek().is_some_and(is_alphanumeric) {
            self.bump();
        }
        if !self.at_terminator() {
            return self.bad_character();
        }
        self.emit(kind)
    }

    fn bad_character(&mut self) -> Token<'s> {
        let shown = self.peek().map(unicode).unwrap_or_default();
        self.fail(format!("bad character {shown}"))
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with("}}"),
        }
    }

    fn quoted(&mut self, end: char, kind: Kind, message: &str) -> Token<'s> {
        loop {
            match self.bump() {
                Some('\\') if !matches!(self.bump(), None | Some('\n')) => {}
                Some(c) if c == end => return self.emit(kind),
                None | Some('\n' | '\\') => return self.fail(message),
                Some(_) => {}
            }
        }
    }

    fn raw_string(&mut self) -> Token<'s> {
        match self.rest().find('`') {
            Some(end) => {
                self.skip(end + 1);
                self.emit(Kind::RawString)
            }
            None => self.fail("unterminated raw quoted string"),
        }
    }

    fn number(&mut self) -> Token<'s> {
        if !self.scan_number() {
            return self.bad_number();
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return self.emit(Kind::Number);
        }
        if !self.scan_number() || self.source.as_bytes().get(self.at.wrapping_sub(1)) != Some(&b'i') {
            return self.bad_number();
        }
        self.emit(Kind::Complex)
    }

    fn bad_number(&mut self) -> Token<'s> {
        let text = self.source.get(self.start..self.at).unwrap_or("");
        self.fail(format!("bad number syntax: {}", quote(text)))
    }

    fn accept(&mut self, chars: &str) -> bool {
        let found = self.peek().is_some_and(|c| chars.contains(c));
        if found {
            self.at += 1;
        }
        found
    }

    fn accept_run(&mut self, chars: &str) {
        while self.accept(chars) {}
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.bump();
            return false;
        }
        true
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn trims_left(after: &str) -> bool {
    matches!(after.as_bytes(), [b'-', b' ' | b'\t' | b'\r' | b'\n', ..])
}

/// Answers whether a right delimiter starts here, and whether it trims.
fn right_delim(text: &str) -> Option<bool> {
    match text.as_bytes() {
        [b' ' | b'\t' | b'\r' | b'\n', b'-', b'}', b'}', ..] => Some(true),
        [b'}', b'}', ..] => Some(false),
        _ => None,
    }
}

/// Writes a character as Go's `%#U` does.
fn unicode(c: char) -> String {
    let code = u32::from(c);
    if is_print(c) { format!("U+{code:04X} '{c}'") } else { format!("U+{code:04X}") }
}
