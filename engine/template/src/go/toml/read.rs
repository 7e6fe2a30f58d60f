//! Reading TOML.

use super::scalar;
use super::table::{Table, Taken};
use crate::value::Value;

/// How deeply arrays and inline tables may nest, and of how many parts a key may consist.
const MAX_DEPTH: usize = 200;

/// Says where and why a text is not TOML, in the words of the library that Helm uses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("toml: line {line}{}: {message}", last_key(key))]
pub struct ReadError {
    /// The line, from 1.
    pub line: usize,
    /// The key being defined; may be empty.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

fn last_key(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(" (last key {})", crate::go::quote::quote(key)) }
}

/// Reads a document into a `map[string]interface {}`.
pub fn from_str(text: &str) -> Result<Value, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { text, rest: text, context: Vec::new(), key: Vec::new() };
    let mut table = Table::default();
    while reader.item(&mut table)? {}
    Ok(table.finish())
}

pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) rest: &'t str,
    /// The table that the last header opened.
    context: Vec<String>,
    /// The key being defined, below the context.
    key: Vec<String>,
}

impl Reader<'_> {
    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, ReadError> {
        let read = self.text.len() - self.rest.len();
        let line = self.text[..read].matches('\n').count() + 1;
        let key: Vec<&str> = self.context.iter().chain(&self.key).map(String::as_str).collect();
        Err(ReadError { line, key: key.join("."), message: message.into() })
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes what is next if it is this text.
    pub(super) fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Skips blanks, line ends and comments.
    fn lines(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
            if !self.rest.starts_with('#') {
                return;
            }
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.rest = &self.rest[end..];
        }
    }

    /// What is next, as error texts show it.
    fn shown(&self, at_end: &str) -> String {
        match self.peek() {
            None => at_end.to_owned(),
            Some('\'') => "'\\''".to_owned(),
            Some(c) => {
                let quoted = crate::go::quote::quote(&c.to_string());
                format!("'{}'", if c == '"' { "\"" } else { quoted.trim_matches('"') })
            }
        }
    }

    /// Reads a header or a key with its value; false at the end.
    fn item(&mut self, table: &mut Table) -> Result<bool, ReadError> {
        self.lines();
        self.key.clear();
        if self.rest.is_empty() {
            return Ok(false);
        }
        if self.take("[") {
            self.header(table)?;
        } else {
            self.entry(table)?;
            self.key.clear();
        }
        self.blanks();
        match self.peek() {
            None | Some('\n' | '\r' | '#') => Ok(true),
            Some(_) => self.error(format!(
                "expected a top-level item to end with a newline, comment, or EOF, but got {} instead",
                self.shown("")
            )),
        }
    }

    fn header(&mut self, table: &mut Table) -> Result<(), ReadError> {
        let array = self.take("[");
        self.context.clear();
        let mut path = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None | Some(']') => {
                    return self.error("unexpected end of table name (table names cannot be empty)");
                }
                Some('.') => return self.error("unexpected table separator (table names cannot be empty)"),
                _ => path.push(self.key_part()?),
            }
            self.blanks();
            if self.take("]") {
                break;
            }
            if path.len() > MAX_DEPTH {
                return self.error("a key has too many parts");
            }
            if !self.take(".") {
                return self.error(format!(
                    "expected '.' or ']' to end table name, but got {} instead",
                    self.shown("'\\x00'")
                ));
            }
        }
        if array && !self.take("]") {
            return self.error(format!(
                "expected end of table array name delimiter ']', but got {} instead",
                self.shown("'\\x00'")
            ));
        }
        let defined = if array { table.add(&path) } else { table.define(&path) };
        if let Err(Taken(taken)) = defined {
            self.context = path[..path.len() - 1].to_vec();
            let why = if array {
                "was already created and cannot be used as an array."
            } else {
                "has already been defined."
            };
            return self.error(format!("Key '{}' {why}", taken.join(".")));
        }
        self.context = path;
        Ok(())
    }

    /// Reads `key = value` into a table below the context.
    fn entry(&mut self, table: &mut Table) -> Result<(), ReadError> {
        self.key = self.keys()?;
        let value = self.value(0)?;
        let path: Vec<String> = self.context.iter().chain(&self.key).cloned().collect();
        if let Err(Taken(taken)) = table.set(&path, value) {
            return self.error(format!("Key '{}' has already been defined.", taken.join(".")));
        }
        Ok(())
    }

    /// Reads a dotted key and the equals sign.
    fn keys(&mut self) -> Result<Vec<String>, ReadError> {
        let mut path = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some('=') if path.is_empty() => return self.error("unexpected '=': key name appears blank"),
                Some('.') if path.is_empty() => {
                    return self.error("unexpected '.': keys cannot start with a '.'");
                }
                Some('=') => return self.error("unexpected '='"),
                Some('.') => return self.error("unexpected '.'"),
                _ => path.push(self.key_part()?),
            }
            self.blanks();
            if self.take("=") {
                return Ok(path);
            }
            if path.len() > MAX_DEPTH {
                return self.error("a key has too many parts");
            }
            if self.rest.is_empty() {
                return self.error("unexpected EOF; expected key separator '='");
            }
            if !self.take(".") {
                return self.error(format!("expected '.' or '=', but got {} instead", self.shown("")));
            }
        }
    }

    fn key_part(&mut self) -> Result<String, ReadError> {
        match self.peek() {
            Some('"' | '\'') => scalar::string(self),
            _ => {
                let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                let end = self.rest.find(|c| !bare(c)).unwrap_or(self.rest.len());
                if end == 0 {
                    return self
                        .error(format!("expected '.' or '=', but got {} instead", self.shown("'\\x00'")));
                }
                let (part, rest) = self.rest.split_at(end);
                self.rest = rest;
                Ok(part.to_owned())
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, ReadError> {
        if depth > MAX_DEPTH {
            return self.error("values nest too deeply");
        }
        self.blanks();
        match self.peek() {
            None => self.error("unexpected EOF; expected value"),
            Some('"' | '\'') => Ok(scalar::string(self)?.into()),
            Some('[') => self.array(depth),
            Some('{') => self.inline_table(depth),
            Some('.') => self.error("floats must start with a digit, not '.'"),
            Some(c) if c.is_ascii_alphanumeric() || matches!(c, '+' | '-') => scalar::plain(self),
            Some(_) => self.error(format!("expected value but found {} instead", self.shown(""))),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.take("[");
        let mut items = Vec::new();
        loop {
            self.lines();
            if self.take("]") {
                return Ok(Value::list(items));
            }
            if self.peek() == Some(',') {
                return self.error("unexpected comma");
            }
            items.push(self.value(depth + 1)?);
            self.lines();
            if !self.take(",") && self.peek() != Some(']') {
                let got = self.shown("end of file");
                return self
                    .error(format!("expected a comma (',') or array terminator (']'), but got {got}"));
            }
        }
    }

    fn inline_table(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.take("{");
        let mut table = Table::default();
        let outer = self.key.clone();
        loop {
            self.lines();
            if self.take("}") {
                self.key = outer;
                return Ok(table.finish());
            }
            if self.peek() == Some(',') {
                return self.error("unexpected comma");
            }
            let path = self.keys()?;
            self.key = [&outer[..], &path[..]].concat();
            let value = self.value(depth + 1)?;
            if let Err(Taken(taken)) = table.set(&path, value) {
                let full = [&self.context[..], &outer[..], &taken[..]].concat();
                return self.error(format!("Key '{}' has already been defined.", full.join(".")));
            }
            self.lines();
            if !self.take(",") && self.peek() != Some('}') {
                let got = self.shown("end of file");
                return self.error(format!(
                    "expected a comma or an inline table terminator '}}', but got {got} instead"
                ));
            }
        }
    }
}
