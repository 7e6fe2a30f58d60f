//! Block scalars: `|` and `>`.

use std::borrow::Cow;

use super::cursor::spaces;
use super::{Kind, Scanner, Token};
use crate::emit::ScalarStyle;
use crate::syntax::{Mark, SyntaxError};

/// What happens to the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl<'a> Scanner<'a> {
    /// Scans a block scalar from its indicator on.
    pub(super) fn block_scalar(&mut self, style: ScalarStyle) -> Result<Token<'a>, SyntaxError> {
        let start = self.mark();
        self.skip(1);
        let (chomping, increment) = self.block_header(start)?;
        let mut indent =
            if increment > 0 { usize::try_from(self.indent).unwrap_or(0) + increment } else { 0 };
        let mut end = self.mark();
        let mut out = String::new();
        let mut first_break: Option<char> = None;
        let mut more = String::new();
        self.block_breaks(&mut indent, &mut more, start, &mut end)?;
        let literal = style == ScalarStyle::Literal;
        let mut leading_blank = false;
        while self.column() == indent && !self.at_end() {
            let blank = self.at_blank();
            match first_break.take() {
                Some('\n') if !literal && !leading_blank && !blank && more.is_empty() => out.push(' '),
                Some('\n') if !literal && !leading_blank && !blank => {}
                Some(c) => out.push(c),
                None => {}
            }
            out.push_str(&more);
            more.clear();
            leading_blank = blank;
            let from = self.at;
            self.skip_to_break();
            out.push_str(self.slice(from, self.at));
            first_break = self.skip_break();
            self.block_breaks(&mut indent, &mut more, start, &mut end)?;
        }
        if chomping != Chomping::Strip {
            out.extend(first_break);
        }
        if chomping == Chomping::Keep {
            out.push_str(&more);
        }
        Ok(Token { kind: Kind::Scalar(Cow::Owned(out), style), start, end })
    }

    /// The indicators behind `|` or `>` and the rest of their line.
    fn block_header(&mut self, start: Mark) -> Result<(Chomping, usize), SyntaxError> {
        let mut chomping = self.chomping();
        let mut increment = 0;
        if self.byte().is_ascii_digit() {
            if self.byte() == b'0' {
                return Err(self.error("found an indentation indicator equal to 0", start));
            }
            increment = usize::from(self.byte() - b'0');
            self.skip(1);
            chomping = chomping.or_else(|| self.chomping());
        }
        self.skip_blanks();
        if self.byte() == b'#' {
            self.skip_to_break();
        }
        if !self.at_end() && self.skip_break().is_none() {
            return Err(self.error("did not find expected comment or line break", start));
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.byte() {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.skip(1);
        Some(chomping)
    }

    /// Moves over indentation and empty lines, and finds the indentation where it is not given.
    fn block_breaks(
        &mut self,
        indent: &mut usize,
        breaks: &mut String,
        start: Mark,
        end: &mut Mark,
    ) -> Result<(), SyntaxError> {
        *end = self.mark();
        let mut widest = 0;
        loop {
            let blanks = spaces(self.rest());
            self.at += if *indent == 0 { blanks } else { blanks.min(indent.saturating_sub(self.column())) };
            widest = widest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte() == b'\t' {
                return Err(self.error("found a tab character where an indentation space is expected", start));
            }
            let Some(c) = self.skip_break() else { break };
            breaks.push(c);
            *end = self.mark();
        }
        if *indent == 0 {
            *indent = widest.max(usize::try_from(self.indent + 1).unwrap_or(0)).max(1);
        }
        Ok(())
    }
}
