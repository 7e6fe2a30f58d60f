//! One token after the other.

use super::{Kind, Scanner, Token};
use crate::emit::{Dialect, ScalarStyle};
use crate::syntax::SyntaxError;

impl<'a> Scanner<'a> {
    /// Scans the next token, and those that it brings with it.
    pub(super) fn fetch(&mut self) -> Result<(), SyntaxError> {
        if !self.started {
            return self.start();
        }
        self.skip_to_next_token();
        self.unroll(self.column() as isize);
        if self.at_end() {
            return self.end();
        }
        let byte = self.byte();
        if self.column() == 0 {
            if byte == b'%' {
                return self.directive_token();
            }
            if self.at_document_indicator() {
                let kind = if byte == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd };
                return self.document_indicator(kind);
            }
        }
        let flow = self.flow > 0;
        match byte {
            b'[' => self.flow_start(Kind::FlowSequenceStart),
            b'{' => self.flow_start(Kind::FlowMappingStart),
            b']' => self.flow_end(Kind::FlowSequenceEnd),
            b'}' => self.flow_end(Kind::FlowMappingEnd),
            b',' => self.flow_entry(),
            b'-' if self.blankz(1) => self.block_entry(),
            b'?' if flow || self.blankz(1) => self.key(),
            b':' if flow || self.blankz(1) => self.value(),
            b'*' | b'&' => self.anchor_token(),
            b'!' => self.tag_token(),
            b'|' if !flow => self.block_scalar_token(ScalarStyle::Literal),
            b'>' if !flow => self.block_scalar_token(ScalarStyle::Folded),
            b'\'' => self.quoted_token(ScalarStyle::SingleQuoted),
            b'"' => self.quoted_token(ScalarStyle::DoubleQuoted),
            _ if self.starts_plain(byte) => self.plain_token(),
            _ => Err(self.error("found character that cannot start any token", self.mark())),
        }
    }

    pub(super) fn starts_plain(&self, byte: u8) -> bool {
        match byte {
            b'-' => !matches!(self.ahead(1), b' ' | b'\t'),
            b'?' | b':' => self.flow == 0 && !self.blankz(1),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`' => false,
            _ => !self.blankz(0),
        }
    }

    fn start(&mut self) -> Result<(), SyntaxError> {
        self.indent = -1;
        self.keys.push(super::SimpleKey::default());
        self.key_allowed = true;
        self.started = true;
        let mark = self.mark();
        self.push(Token { kind: Kind::StreamStart, start: mark, end: mark });
        Ok(())
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        if let Some(problem) = self.failure {
            return Err(SyntaxError::reader(problem));
        }
        self.end_line();
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.ended = true;
        let mark = self.mark();
        self.push(Token { kind: Kind::StreamEnd, start: mark, end: mark });
        Ok(())
    }

    /// Moves over blanks, comments and line breaks.
    pub(crate) fn skip_to_next_token(&mut self) {
        loop {
            self.skip_spaces();
            while self.byte() == b'\t' && (self.flow > 0 || !self.key_allowed) {
                self.at += 1;
                self.skip_spaces();
            }
            if self.byte() == b'#' {
                self.skip_to_break();
                if self.dialect == Dialect::V3 {
                    self.skip_further_comments();
                }
            }
            if self.skip_break().is_none() {
                return;
            }
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Moves over the comments on the lines that follow one. Version 3 reads them as one, whatever blanks (tabs, too)
    /// stand before them.
    fn skip_further_comments(&mut self) {
        loop {
            let back = (self.at, self.line, self.line_start);
            while self.at - back.0 < 512 && (self.at_blank() || self.at_break()) {
                if self.skip_break().is_none() {
                    self.skip(1);
                }
            }
            if self.byte() != b'#' || self.at == back.0 {
                (self.at, self.line, self.line_start) = back;
                return;
            }
            if self.flow == 0 {
                self.key_allowed = true;
            }
            self.skip_to_break();
        }
    }

    fn directive_token(&mut self) -> Result<(), SyntaxError> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let token = self.directive()?;
        self.push(token);
        Ok(())
    }

    fn document_indicator(&mut self, kind: Kind<'a>) -> Result<(), SyntaxError> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.indicator(kind, 3);
        Ok(())
    }

    /// Pushes a token that stands for its own characters.
    fn indicator(&mut self, kind: Kind<'a>, length: usize) {
        let start = self.mark();
        self.skip(length);
        let end = self.mark();
        self.push(Token { kind, start, end });
    }

    fn flow_start(&mut self, kind: Kind<'a>) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.enter_flow()?;
        self.key_allowed = true;
        self.indicator(kind, 1);
        Ok(())
    }

    fn flow_end(&mut self, kind: Kind<'a>) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.leave_flow();
        self.key_allowed = false;
        self.indicator(kind, 1);
        Ok(())
    }

    fn flow_entry(&mut self) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Kind::FlowEntry, 1);
        Ok(())
    }

    fn block_entry(&mut self) -> Result<(), SyntaxError> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.error("block sequence entries are not allowed in this context", self.mark()));
            }
            self.roll(self.column(), None, Kind::BlockSequenceStart, self.mark())?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Kind::BlockEntry, 1);
        Ok(())
    }

    fn key(&mut self) -> Result<(), SyntaxError> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.error("mapping keys are not allowed in this context", self.mark()));
            }
            self.roll(self.column(), None, Kind::BlockMappingStart, self.mark())?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow == 0;
        self.indicator(Kind::Key, 1);
        Ok(())
    }

    fn value(&mut self) -> Result<(), SyntaxError> {
        let last = self.keys.len().saturating_sub(1);
        if self.key_is_valid(last)? {
            self.prove_key(last)?;
        } else {
            if self.flow == 0 {
                if !self.key_allowed {
                    return Err(self.error("mapping values are not allowed in this context", self.mark()));
                }
                self.roll(self.column(), None, Kind::BlockMappingStart, self.mark())?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.indicator(Kind::Value, 1);
        Ok(())
    }

    /// Puts the tokens of a key before what turned out to be one.
    fn prove_key(&mut self, index: usize) -> Result<(), SyntaxError> {
        let Some(key) = self.keys.get(index).copied() else { return Ok(()) };
        self.insert(Some(key.token), Token { kind: Kind::Key, start: key.mark, end: key.mark });
        self.roll(key.mark.column(), Some(key.token), Kind::BlockMappingStart, key.mark)?;
        if let Some(key) = self.keys.get_mut(index) {
            key.possible = false;
            key.awaited = false;
        }
        self.key_allowed = false;
        Ok(())
    }

    fn anchor_token(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.anchor()?;
        self.push(token);
        Ok(())
    }

    fn tag_token(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.tag()?;
        self.push(token);
        Ok(())
    }

    fn block_scalar_token(&mut self, style: ScalarStyle) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.key_allowed = true;
        let token = self.block_scalar(style)?;
        self.push(token);
        Ok(())
    }

    fn quoted_token(&mut self, style: ScalarStyle) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.quoted(style)?;
        self.push(token);
        Ok(())
    }

    fn plain_token(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.plain()?;
        self.push(token);
        Ok(())
    }
}
