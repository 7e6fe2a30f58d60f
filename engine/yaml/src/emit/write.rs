//! The output with what libyaml remembers about it: the column, and whether it stands behind blanks.

use super::analyze::is_break;
use super::dialect::Style;

/// Text being written.
pub(super) struct Writer<'a> {
    pub(super) out: &'a mut String,
    pub(super) style: Style,
    /// Characters since the last line break.
    pub(super) column: usize,
    /// Whether the last character was a blank (or nothing was written yet).
    pub(super) whitespace: bool,
    /// Whether the line so far is nothing but indentation and indicators.
    pub(super) indention: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(out: &'a mut String, style: Style) -> Self {
        Writer { out, style, column: 0, whitespace: true, indention: true }
    }

    pub(super) fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    /// Writes text that has no line breaks.
    pub(super) fn text(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
    }

    /// Ends the line.
    pub(super) fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
        self.indention = true;
    }

    /// Writes a line break of the text itself, which may be one of Unicode's.
    pub(super) fn break_char(&mut self, c: char) {
        debug_assert!(is_break(c));
        self.out.push(c);
        self.column = 0;
        self.indention = true;
    }

    /// Starts a line at a column, unless it already stands there.
    pub(super) fn indent(&mut self, indent: usize) {
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.line_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    /// Writes an indicator, with a blank before it where one is needed.
    pub(super) fn indicator(
        &mut self,
        indicator: &str,
        need_blank: bool,
        is_blank: bool,
        is_indention: bool,
    ) {
        if need_blank && !self.whitespace {
            self.put(' ');
        }
        self.text(indicator);
        self.whitespace = is_blank;
        self.indention = self.indention && is_indention;
    }
}
