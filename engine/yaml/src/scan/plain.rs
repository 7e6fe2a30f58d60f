//! Plain scalars.

use std::borrow::Cow;

use super::{Kind, Scanner, Token};
use crate::emit::ScalarStyle;
use crate::syntax::SyntaxError;

/// The line breaks between two lines of a scalar that is folded.
#[derive(Default)]
pub(super) struct Breaks {
    first: Option<char>,
    more: String,
}

impl Breaks {
    pub(super) fn note(&mut self, c: char) {
        match self.first {
            None => self.first = Some(c),
            Some(_) => self.more.push(c),
        }
    }

    /// Notes a break behind an escaped one, which folding leaves alone.
    pub(super) fn note_further(&mut self, c: char) {
        self.more.push(c);
    }

    pub(super) fn any(&self) -> bool {
        self.first.is_some()
    }

    /// Folds: one line feed is a space, of several the first is dropped, other breaks stay.
    pub(super) fn fold_into(&mut self, out: &mut String) {
        match self.first.take() {
            Some('\n') if self.more.is_empty() => out.push(' '),
            Some('\n') | None => out.push_str(&self.more),
            Some(other) => {
                out.push(other);
                out.push_str(&self.more);
            }
        }
        self.more.clear();
    }
}

impl<'a> Scanner<'a> {
    /// Scans a plain scalar, which may go on over several lines.
    pub(super) fn plain(&mut self) -> Result<Token<'a>, SyntaxError> {
        let indent = self.indent + 1;
        let start = self.mark();
        let mut end = start;
        // What is done already of a scalar of several lines, and where the line in hand begins.
        let mut folded: Option<String> = None;
        let mut line_from = self.at;
        let mut breaks = Breaks::default();
        loop {
            if self.at_document_indicator() || self.byte() == b'#' {
                break;
            }
            let from = self.at;
            self.skip_plain_run();
            if self.at > from {
                if breaks.any() {
                    let text = folded.get_or_insert_default();
                    text.push_str(self.slice(line_from, end.offset()));
                    breaks.fold_into(text);
                    line_from = from;
                }
                end = self.mark();
            }
            if !self.at_blank() && !self.at_break() {
                break;
            }
            loop {
                self.skip_spaces();
                if self.byte() == b'\t' {
                    if breaks.any() && (self.column() as isize) < indent {
                        return Err(self.error("found a tab character that violates indentation", start));
                    }
                    self.skip(1);
                } else if let Some(c) = self.skip_break() {
                    breaks.note(c);
                } else {
                    break;
                }
            }
            if self.flow == 0 && (self.column() as isize) < indent {
                break;
            }
        }
        if breaks.any() {
            self.key_allowed = true;
        }
        let last = self.slice(line_from, end.offset());
        let text = match folded {
            None => Cow::Borrowed(last),
            Some(mut text) => {
                text.push_str(last);
                Cow::Owned(text)
            }
        };
        Ok(Token { kind: Kind::Scalar(text, ScalarStyle::Plain), start, end })
    }
}
