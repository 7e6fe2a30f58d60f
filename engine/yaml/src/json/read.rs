//! Reading JSON, with `encoding/json`'s error texts.

use super::Error;
use crate::MAX_DEPTH;
use crate::number::Number;
use crate::value::Builder;

/// Reads one value and makes sure that nothing follows.
pub(super) fn read<B: Builder>(text: &str, builder: &mut B) -> Result<B::Value, Error> {
    let mut reader = Reader { bytes: text.as_bytes(), text, at: 0 };
    reader.check()?;
    let value = reader.value(builder)?;
    Ok(value)
}

/// A collection that is being read.
enum Open<B: Builder> {
    List(Vec<B::Value>),
    /// The entries so far and the key of the value that comes next.
    Map(Vec<(B::Key, B::Value)>, Option<B::Key>),
}

/// What there is after a step: a whole value, or a collection whose next value is to be read.
enum Begun<B: Builder> {
    Value(B::Value),
    Open(Open<B>),
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn blank(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The next byte that is not blank, or the error of a text that ends too early.
    fn peek(&mut self) -> Result<u8, Error> {
        self.blank();
        self.bytes.get(self.at).copied().ok_or_else(|| self.early())
    }

    fn early(&self) -> Error {
        Error::Syntax { problem: "unexpected end of JSON input".to_owned(), offset: self.bytes.len() }
    }

    /// The error of a byte (Go quotes bytes, not characters) that can't stand here. The end counts as a blank.
    fn unexpected(&self, context: &str) -> Error {
        let byte = self.bytes.get(self.at).copied().unwrap_or(b' ');
        Error::Syntax {
            problem: format!("invalid character {} {context}", quote_byte(byte)),
            offset: self.at + 1,
        }
    }

    /// Checks the whole text before anything is built, as Go does, so that errors come in its order.
    fn check(&mut self) -> Result<(), Error> {
        self.value(&mut Checker)?;
        self.blank();
        if self.at < self.bytes.len() {
            return Err(self.unexpected("after top-level value"));
        }
        self.at = 0;
        Ok(())
    }

    /// Reads a value. What is open around it waits on a list, so that depth costs no stack.
    fn value<B: Builder>(&mut self, builder: &mut B) -> Result<B::Value, Error> {
        let mut open: Vec<Open<B>> = Vec::new();
        loop {
            let mut value = match self.begin(builder, open.len())? {
                Begun::Value(value) => value,
                Begun::Open(collection) => {
                    open.push(collection);
                    continue;
                }
            };
            // What the value ends is a value of what is open around that.
            loop {
                let Some(collection) = open.last_mut() else { return Ok(value) };
                let Some(complete) = self.add(builder, collection, value)? else { break };
                value = complete;
                open.pop();
            }
        }
    }

    /// Reads a value without children, or opens a collection up to where its first value stands.
    fn begin<B: Builder>(&mut self, builder: &mut B, depth: usize) -> Result<Begun<B>, Error> {
        if depth > MAX_DEPTH {
            return Err(Error::Depth);
        }
        Ok(Begun::Value(match self.peek()? {
            b'{' => {
                self.at += 1;
                if self.peek()? != b'}' {
                    let key = self.key(builder)?;
                    return Ok(Begun::Open(Open::Map(Vec::new(), Some(key))));
                }
                self.at += 1;
                builder.map(Vec::new())
            }
            b'[' => {
                self.at += 1;
                if self.peek()? != b']' {
                    return Ok(Begun::Open(Open::List(Vec::new())));
                }
                self.at += 1;
                builder.list(Vec::new())
            }
            b'"' => {
                let text = self.string()?;
                builder.text(&text)
            }
            b't' => self.literal("true").map(|()| builder.bool(true))?,
            b'f' => self.literal("false").map(|()| builder.bool(false))?,
            b'n' => self.literal("null").map(|()| builder.null())?,
            b'-' | b'0'..=b'9' => self.number(builder)?,
            _ => return Err(self.unexpected("looking for beginning of value")),
        }))
    }

    /// Adds a value to the collection it stands in, and goes on to the next one or returns the whole collection.
    fn add<B: Builder>(
        &mut self,
        builder: &mut B,
        collection: &mut Open<B>,
        value: B::Value,
    ) -> Result<Option<B::Value>, Error> {
        match collection {
            Open::List(items) => {
                items.push(value);
                match self.peek()? {
                    b',' => self.at += 1,
                    b']' => {
                        self.at += 1;
                        return Ok(Some(builder.list(std::mem::take(items))));
                    }
                    _ => return Err(self.unexpected("after array element")),
                }
            }
            Open::Map(entries, key) => {
                entries.extend(key.take().map(|key| (key, value)));
                match self.peek()? {
                    b',' => {
                        self.at += 1;
                        *key = Some(self.key(builder)?);
                    }
                    b'}' => {
                        self.at += 1;
                        return Ok(Some(builder.map(std::mem::take(entries))));
                    }
                    _ => return Err(self.unexpected("after object key:value pair")),
                }
            }
        }
        Ok(None)
    }

    /// Reads a key and the colon behind it.
    fn key<B: Builder>(&mut self, builder: &mut B) -> Result<B::Key, Error> {
        if self.peek()? != b'"' {
            return Err(self.unexpected("looking for beginning of object key string"));
        }
        let key = builder.key(&self.string()?);
        if self.peek()? != b':' {
            return Err(self.unexpected("after object key"));
        }
        self.at += 1;
        Ok(key)
    }

    fn literal(&mut self, word: &'static str) -> Result<(), Error> {
        for expected in word.bytes() {
            if self.bytes.get(self.at) != Some(&expected) {
                let good = char::from(expected);
                return Err(self.unexpected(&format!("in literal {word} (expecting '{good}')")));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number<B: Builder>(&mut self, builder: &mut B) -> Result<B::Value, Error> {
        let start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        match self.bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.unexpected("in numeric literal")),
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.some_digits("after decimal point in numeric literal")?;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits("in exponent of numeric literal")?;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        builder
            .json_number(text)
            .ok_or_else(|| Error::Kind { found: format!("number {text}"), wanted: "float64" })
    }

    fn digits(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, context: &str) -> Result<(), Error> {
        if !self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            return Err(self.unexpected(context));
        }
        self.digits();
        Ok(())
    }

    fn string(&mut self) -> Result<std::borrow::Cow<'a, str>, Error> {
        self.at += 1;
        let start = self.at;
        while let Some(b) = self.bytes.get(self.at) {
            match b {
                b'"' => {
                    let text = self.text.get(start..self.at).unwrap_or("");
                    self.at += 1;
                    return Ok(text.into());
                }
                b'\\' => return self.escaped(start).map(Into::into),
                0..=0x1f => return Err(self.unexpected("in string literal")),
                _ => self.at += 1,
            }
        }
        Err(self.early())
    }

    /// The rest of a string that has escapes, from its first one on.
    fn escaped(&mut self, start: usize) -> Result<String, Error> {
        let mut out = self.text.get(start..self.at).unwrap_or("").to_owned();
        while let Some(b) = self.bytes.get(self.at) {
            match b {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                0..=0x1f => return Err(self.unexpected("in string literal")),
                _ => {
                    let from = self.at;
                    while !matches!(self.bytes.get(self.at), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                        self.at += 1;
                    }
                    out.push_str(self.text.get(from..self.at).unwrap_or(""));
                }
            }
        }
        Err(self.early())
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Error> {
        let c = match self.bytes.get(self.at) {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(*b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                out.push(self.unicode()?);
                return Ok(());
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        out.push(c);
        Ok(())
    }

    /// A `\u` escape; a lone surrogate becomes U+FFFD.
    fn unicode(&mut self) -> Result<char, Error> {
        let high = self.hex4()?;
        if (0xd800..0xdc00).contains(&high) && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Result<u32, Error> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.bytes.get(self.at).and_then(|b| char::from(*b).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}

/// A byte as Go's error texts quote it.
fn quote_byte(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => "'\\\\'".to_owned(),
        b'\n' => "'\\n'".to_owned(),
        b'\r' => "'\\r'".to_owned(),
        b'\t' => "'\\t'".to_owned(),
        0x07 => "'\\a'".to_owned(),
        0x08 => "'\\b'".to_owned(),
        0x0b => "'\\v'".to_owned(),
        0x0c => "'\\f'".to_owned(),
        0x20..=0x7e | 0xa1..=0xac | 0xae..=0xff => format!("'{}'", char::from(byte)),
        0x80..=0xa0 | 0xad => format!("'\\u{:04x}'", u32::from(byte)),
        _ => format!("'\\x{byte:02x}'"),
    }
}

/// Builds nothing.
struct Checker;

impl Builder for Checker {
    type Value = ();
    type Key = ();

    fn null(&mut self) {}
    fn bool(&mut self, _: bool) {}
    fn number(&mut self, _: Number) {}
    fn text(&mut self, _: &str) {}
    fn key(&mut self, _: &str) {}
    fn list(&mut self, _: Vec<()>) {}
    fn map(&mut self, _: Vec<((), ())>) {}
    fn json_number(&mut self, _: &str) -> Option<()> {
        Some(())
    }
}
