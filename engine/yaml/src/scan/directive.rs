//! `%YAML` and `%TAG`.

use super::{Kind, Scanner, Token};
use crate::syntax::{Mark, SyntaxError};

impl<'a> Scanner<'a> {
    /// Scans a directive with its line.
    pub(super) fn directive(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.mark();
        self.skip(1);
        let name = self.take_word();
        if name.is_empty() {
            return Err(self.error("could not find expected directive name", start));
        }
        if !self.blankz(0) {
            return Err(self.error("found unexpected non-alphabetical character", start));
        }
        let kind = match name {
            "YAML" => self.version(start)?,
            "TAG" => self.tag_directive(start)?,
            _ => return Err(self.error("found unknown directive name", start)),
        };
        let end = self.mark();
        self.skip_blanks();
        if self.byte() == b'#' {
            self.skip_to_break();
        }
        if !self.at_end() && self.skip_break().is_none() {
            return Err(self.error("did not find expected comment or line break", start));
        }
        Ok(Token { kind, start, end })
    }

    fn version(&mut self, start: Mark) -> Result<Kind<'a>, SyntaxError> {
        self.skip_blanks();
        let major = self.version_number(start)?;
        if self.byte() != b'.' {
            return Err(self.error("did not find expected digit or '.' character", start));
        }
        self.skip(1);
        let minor = self.version_number(start)?;
        Ok(Kind::Version { major, minor })
    }

    fn version_number(&mut self, start: Mark) -> Result<u8, SyntaxError> {
        let mut number = 0u8;
        let mut length = 0;
        while self.byte().is_ascii_digit() {
            length += 1;
            if length > 2 {
                return Err(self.error("found extremely long version number", start));
            }
            number = number.wrapping_mul(10).wrapping_add(self.byte() - b'0');
            self.skip(1);
        }
        if length == 0 {
            return Err(self.error("did not find expected version number", start));
        }
        Ok(number)
    }

    fn tag_directive(&mut self, start: Mark) -> Result<Kind<'a>, SyntaxError> {
        self.skip_blanks();
        let handle = self.tag_handle(true, start)?;
        if !self.at_blank() {
            return Err(self.error("did not find expected whitespace", start));
        }
        self.skip_blanks();
        let prefix = self.uri("", start)?;
        if !self.blankz(0) {
            return Err(self.error("did not find expected whitespace or line break", start));
        }
        Ok(Kind::TagDirective { handle, prefix })
    }
}
