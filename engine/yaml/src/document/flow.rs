//! Collections in brackets, as they are usually written: scalars and brackets between commas, keys that stand before
//! their colons on one line. Whatever else is met is left to the parser.

use super::blocks::{Leave, MAX_KEY, Reader};
use super::{Id, Shape};

/// The most brackets within each other.
const MAX_OPEN: usize = 100;

/// A collection in brackets that goes on.
#[derive(Clone, Copy)]
struct Bracket {
    id: Id,
    close: u8,
}

impl Reader<'_, '_> {
    /// Whether a collection in brackets begins here.
    pub(super) fn at_bracket(&self) -> bool {
        matches!(self.scanner.byte(), b'[' | b'{')
    }

    /// Reads a collection in brackets with all that is in it.
    pub(super) fn bracketed(&mut self) -> Result<(), Leave> {
        self.scanner.enter_brackets();
        let mut open = vec![self.begin_bracketed()];
        // Whether the last thing was an item, so that a comma or the end has to follow.
        let mut behind_item = false;
        while let Some(bracket) = open.last().copied() {
            self.skip_to_next()?;
            let byte = self.scanner.byte();
            if byte == bracket.close {
                self.close_bracketed(bracket);
                open.pop();
                behind_item = true;
            } else if behind_item {
                if byte != b',' {
                    return Err(Leave);
                }
                self.scanner.skip(1);
                behind_item = false;
            } else {
                if bracket.close == b'}' {
                    self.key_in_brackets()?;
                }
                behind_item = !self.at_bracket();
                if behind_item {
                    self.scalar_in_brackets()?;
                } else {
                    open.push(self.begin_bracketed());
                }
            }
            if open.len() > MAX_OPEN {
                return Err(Leave);
            }
        }
        self.scanner.leave_brackets();
        self.ends_on_line();
        Ok(())
    }

    fn begin_bracketed(&mut self) -> Bracket {
        let (shape, close) = match self.scanner.byte() {
            b'{' => (Shape::Mapping { flow: true }, b'}'),
            _ => (Shape::Sequence { flow: true }, b']'),
        };
        let start = self.scanner.mark();
        self.scanner.skip(1);
        Bracket { id: self.push_new(shape, start), close }
    }

    fn close_bracketed(&mut self, bracket: Bracket) {
        self.scanner.skip(1);
        self.end_at(bracket.id, self.scanner.mark());
    }

    /// Reads a key and its colon, and moves to the value.
    fn key_in_brackets(&mut self) -> Result<(), Leave> {
        let start = self.scanner.mark();
        self.scalar_in_brackets()?;
        self.scanner.skip_spaces();
        let here = self.scanner.mark();
        let is_key = here.line() == start.line() && here.offset() - start.offset() <= MAX_KEY;
        if !is_key || self.scanner.byte() != b':' {
            return Err(Leave);
        }
        self.scanner.skip(1);
        self.skip_to_next()
    }

    fn scalar_in_brackets(&mut self) -> Result<(), Leave> {
        // What begins a block scalar elsewhere, or an item, begins nothing in brackets.
        if matches!(self.scanner.byte(), b'|' | b'>') || self.scanner.at_block_entry() {
            return Err(Leave);
        }
        let node = self.leaf()?;
        self.push(node);
        Ok(())
    }

    /// Moves over blanks, comments and line breaks.
    fn skip_to_next(&mut self) -> Result<(), Leave> {
        self.scanner.skip_to_next_token();
        if self.scanner.at_document_indicator() { Err(Leave) } else { Ok(()) }
    }
}
