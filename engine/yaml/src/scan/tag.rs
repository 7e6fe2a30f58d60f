//! Anchors, aliases and tags.

use super::{Kind, Scanner, Token};
use crate::syntax::{Mark, SyntaxError};

impl<'a> Scanner<'a> {
    /// Scans `&anchor` or `*alias`.
    pub(super) fn anchor(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.mark();
        let alias = self.byte() == b'*';
        self.skip(1);
        let name = self.take_word();
        let end = self.mark();
        let ended =
            self.blankz(0) || matches!(self.byte(), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ended {
            return Err(self.error("did not find expected alphabetic or numeric character", start));
        }
        let kind = if alias { Kind::Alias(name) } else { Kind::Anchor(name) };
        Ok(Token { kind, start, end })
    }

    /// Scans `!<uri>`, `!handle!suffix`, `!suffix` or `!`.
    pub(super) fn tag(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.mark();
        let (handle, suffix) = if self.ahead(1) == b'<' {
            self.skip(2);
            let uri = self.uri("", start)?;
            if self.byte() != b'>' {
                return Err(self.error("did not find the expected '>'", start));
            }
            self.skip(1);
            ("", uri)
        } else {
            let handle = self.tag_handle(false, start)?;
            if handle.len() > 1 && handle.ends_with('!') {
                (handle, self.uri("", start)?)
            } else {
                match self.uri(handle, start)? {
                    suffix if suffix.is_empty() => ("", "!".to_owned()),
                    suffix => ("!", suffix),
                }
            }
        };
        if !self.blankz(0) {
            return Err(self.error("did not find expected whitespace or line break", start));
        }
        Ok(Token { kind: Kind::Tag { handle, suffix }, start, end: self.mark() })
    }

    /// Scans `!`, `!!` or `!word!`; outside of directives also `!word`, which is a suffix in truth.
    pub(super) fn tag_handle(&mut self, directive: bool, start: Mark) -> Result<&'a str, SyntaxError> {
        if self.byte() != b'!' {
            return Err(self.error("did not find expected '!'", start));
        }
        let from = self.at;
        self.skip(1);
        let word = self.take_word();
        if self.byte() == b'!' {
            self.skip(1);
        } else if directive && !word.is_empty() {
            return Err(self.error("did not find expected '!'", start));
        }
        Ok(self.slice(from, self.at))
    }

    /// Scans a URI behind what of it has been read as a handle.
    pub(super) fn uri(&mut self, head: &str, start: Mark) -> Result<String, SyntaxError> {
        let mut out = head.get(1..).unwrap_or("").as_bytes().to_vec();
        let mut any = !head.is_empty();
        loop {
            match self.byte() {
                b'%' => self.uri_escape(start, &mut out)?,
                b @ (b'0'..=b'9'
                | b'A'..=b'Z'
                | b'a'..=b'z'
                | b'_'
                | b'-'
                | b';'
                | b'/'
                | b'?'
                | b':'
                | b'@'
                | b'&'
                | b'='
                | b'+'
                | b'$'
                | b','
                | b'.'
                | b'!'
                | b'~'
                | b'*'
                | b'\''
                | b'('
                | b')'
                | b'['
                | b']') => {
                    out.push(b);
                    self.skip(1);
                }
                _ => break,
            }
            any = true;
        }
        if !any {
            return Err(self.error("did not find expected tag URI", start));
        }
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// Takes the `%` escapes of one character.
    fn uri_escape(&mut self, start: Mark, out: &mut Vec<u8>) -> Result<(), SyntaxError> {
        let mut left = None;
        while left != Some(0) {
            let digits = (char::from(self.ahead(1)).to_digit(16), char::from(self.ahead(2)).to_digit(16));
            let (b'%', (Some(high), Some(low))) = (self.byte(), digits) else {
                return Err(self.error("did not find URI escaped octet", start));
            };
            let octet = (high << 4 | low) as u8;
            left = Some(match left {
                None => match octet {
                    0..=0x7f => 0,
                    0xc0..=0xdf => 1,
                    0xe0..=0xef => 2,
                    0xf0..=0xf7 => 3,
                    _ => return Err(self.error("found an incorrect leading UTF-8 octet", start)),
                },
                Some(_) if octet & 0xc0 != 0x80 => {
                    return Err(self.error("found an incorrect trailing UTF-8 octet", start));
                }
                Some(left) => left - 1,
            });
            out.push(octet);
            self.skip(3);
        }
        Ok(())
    }
}
