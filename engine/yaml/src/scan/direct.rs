//! What a reader takes from the scanner that does without tokens.

use super::{Scanner, Token};
use crate::emit::ScalarStyle;
use crate::syntax::SyntaxError;

impl<'a> Scanner<'a> {
    /// Moves over blanks, comments and line breaks, to where a line of a block collection begins.
    pub(crate) fn skip_to_entry(&mut self) {
        self.key_allowed = true;
        self.skip_to_next_token();
    }

    /// Enters brackets, where commas and brackets end a scalar.
    pub(crate) fn enter_brackets(&mut self) {
        self.flow = 1;
    }

    /// Leaves all brackets.
    pub(crate) fn leave_brackets(&mut self) {
        self.flow = 0;
    }

    /// Scans the scalar in hand as one of a block collection in a column, -1 outside of any; `None` where there is none.
    pub(crate) fn scalar(&mut self, indent: isize) -> Result<Option<Token<'a>>, SyntaxError> {
        self.indent = indent;
        let token = match self.byte() {
            b'\'' => self.quoted(ScalarStyle::SingleQuoted),
            b'"' => self.quoted(ScalarStyle::DoubleQuoted),
            b'|' => self.block_scalar(ScalarStyle::Literal),
            b'>' => self.block_scalar(ScalarStyle::Folded),
            byte if self.starts_plain(byte) => self.plain(),
            _ => return Ok(None),
        };
        token.map(Some)
    }

    /// Ends the last line of the text, which may have no line break.
    pub(crate) fn end_line(&mut self) {
        if self.at_end() && self.column() != 0 {
            self.line += 1;
            self.line_start = self.at;
        }
    }

    /// Whether nothing but a comment is left on the line.
    pub(crate) fn at_line_end(&self) -> bool {
        self.at_end() || self.byte() == b'#' || self.at_break()
    }

    /// Whether an item of a block sequence begins here.
    pub(crate) fn at_block_entry(&self) -> bool {
        self.byte() == b'-' && self.blankz(1)
    }

    /// Whether a key's colon stands here.
    pub(crate) fn at_value(&self) -> bool {
        self.byte() == b':' && self.blankz(1)
    }

    /// Whether a directive begins here.
    pub(crate) fn at_directive(&self) -> bool {
        self.column() == 0 && self.byte() == b'%'
    }
}
