//! Quoted scalars.

use std::borrow::Cow;

use super::plain::Breaks;
use super::{Kind, Scanner, Token};
use crate::emit::ScalarStyle;
use crate::syntax::{Mark, SyntaxError};

impl<'a> Scanner<'a> {
    /// Scans a scalar in single or double quotes.
    pub(super) fn quoted(&mut self, style: ScalarStyle) -> Result<Token<'a>, SyntaxError> {
        let start = self.mark();
        let quote = self.byte();
        self.skip(1);
        let text = match self.quoted_simply(quote) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.quoted_text(quote, start)?),
        };
        self.skip(1);
        Ok(Token { kind: Kind::Scalar(text, style), start, end: self.mark() })
    }

    /// The text up to the closing quote, if there is nothing in it to replace.
    fn quoted_simply(&mut self, quote: u8) -> Option<&'a str> {
        if self.at_document_indicator() {
            return None;
        }
        let rest = self.rest();
        let length =
            rest.iter().position(|b| *b == quote || matches!(b, b'\\' | b'\n' | b'\r' | 0xc2 | 0xe2))?;
        let single = quote == b'\'';
        if rest.get(length) != Some(&quote) || (single && rest.get(length + 1) == Some(&quote)) {
            return None;
        }
        let from = self.at;
        self.at += length;
        Some(self.slice(from, self.at))
    }

    fn quoted_text(&mut self, quote: u8, start: Mark) -> Result<String, SyntaxError> {
        let mut out = String::new();
        loop {
            if self.at_document_indicator() {
                return Err(self.error("found unexpected document indicator", start));
            }
            if self.at_end() {
                return Err(self.error("found unexpected end of stream", start));
            }
            let mut breaks = Breaks::default();
            let mut joined = self.quoted_run(quote, start, &mut out)?;
            if self.byte() == quote {
                return Ok(out);
            }
            // Blanks stay unless a line break follows, or an escaped one came before.
            let from = self.at;
            while self.at_blank() || self.at_break() {
                match self.skip_break() {
                    None => self.skip(1),
                    Some(c) if joined => breaks.note_further(c),
                    Some(c) => {
                        breaks.note(c);
                        joined = true;
                    }
                }
            }
            if joined {
                breaks.fold_into(&mut out);
            } else {
                out.push_str(self.slice(from, self.at));
            }
        }
    }

    /// Takes characters up to a blank, a break or the closing quote. Tells whether it ended at an escaped break.
    fn quoted_run(&mut self, quote: u8, start: Mark, out: &mut String) -> Result<bool, SyntaxError> {
        let single = quote == b'\'';
        loop {
            let from = self.at;
            while !self.blankz(0) && self.byte() != quote && (single || self.byte() != b'\\') {
                self.at += 1;
            }
            out.push_str(self.slice(from, self.at));
            if self.blankz(0) {
                return Ok(false);
            }
            if self.byte() == quote {
                if single && self.ahead(1) == quote {
                    out.push('\'');
                    self.skip(2);
                    continue;
                }
                return Ok(false);
            }
            self.skip(1);
            if self.at_break() {
                self.skip_break();
                return Ok(true);
            }
            self.escape(start, out)?;
        }
    }

    /// Takes what follows a backslash.
    fn escape(&mut self, start: Mark, out: &mut String) -> Result<(), SyntaxError> {
        let c = match self.byte() {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.code(2, start, out),
            b'u' => return self.code(4, start, out),
            b'U' => return self.code(8, start, out),
            _ => {
                // libyaml reports the place of the backslash.
                self.at -= 1;
                return Err(self.error("found unknown escape character", start));
            }
        };
        self.skip(1);
        out.push(c);
        Ok(())
    }

    fn code(&mut self, length: usize, start: Mark, out: &mut String) -> Result<(), SyntaxError> {
        self.skip(1);
        let mut code = 0u32;
        for k in 0..length {
            let Some(digit) = char::from(self.ahead(k)).to_digit(16) else {
                return Err(self.error("did not find expected hexdecimal number", start));
            };
            code = code.wrapping_shl(4) | digit;
        }
        let Some(c) = char::from_u32(code) else {
            return Err(self.error("found invalid Unicode character escape code", start));
        };
        self.skip(length);
        out.push(c);
        Ok(())
    }
}
