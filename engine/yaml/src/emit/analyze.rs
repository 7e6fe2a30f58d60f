//! What a text allows: libyaml's analysis of a scalar before it chooses a style.

use super::dialect::Dialect;

/// Which styles can hold a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Analysis {
    /// The text has a line break.
    pub(crate) multiline: bool,
    /// Plain within `[]` or `{}`.
    pub(crate) flow_plain: bool,
    /// Plain in block context.
    pub(crate) block_plain: bool,
    /// Single quotes.
    pub(crate) single_quoted: bool,
    /// `|` and `>`.
    pub(crate) block: bool,
}

/// What a pass over the text found.
#[derive(Default)]
struct Found {
    block_indicators: bool,
    flow_indicators: bool,
    line_breaks: bool,
    special: bool,
    tabs: bool,
    leading_space: bool,
    leading_break: bool,
    trailing_space: bool,
    trailing_break: bool,
    break_space: bool,
    space_break: bool,
}

impl Analysis {
    /// Looks at a text.
    pub(crate) fn of(text: &str, dialect: Dialect) -> Self {
        if text.is_empty() {
            return Analysis {
                multiline: false,
                flow_plain: false,
                block_plain: true,
                single_quoted: true,
                block: false,
            };
        }
        if is_word(text.as_bytes()) {
            return Analysis {
                multiline: false,
                flow_plain: true,
                block_plain: true,
                single_quoted: true,
                block: true,
            };
        }
        Self::from_found(&look(text, dialect))
    }

    fn from_found(found: &Found) -> Self {
        let edges =
            found.leading_space || found.leading_break || found.trailing_space || found.trailing_break;
        let broken = found.space_break || found.special;
        let plain = !edges && !found.break_space && !broken && !found.tabs && !found.line_breaks;
        Analysis {
            multiline: found.line_breaks,
            flow_plain: plain && !found.flow_indicators,
            block_plain: plain && !found.block_indicators,
            single_quoted: !found.break_space && !broken && !found.tabs,
            block: !found.trailing_space && !broken,
        }
    }
}

/// Whether a text is made of letters, digits and what joins them, as most are: then it has nothing to look at.
fn is_word(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-'))
}

/// Whether a byte within a text is a character that says nothing about it.
fn is_ordinary(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b',' | b'?' | b'[' | b']' | b'{' | b'}' | b':' | b'#')
}

fn look(text: &str, dialect: Dialect) -> Found {
    let mut found = Found::default();
    if text.starts_with("---") || text.starts_with("...") {
        found.block_indicators = true;
        found.flow_indicators = true;
    }
    let (mut previous_space, mut previous_break, mut after_blank) = (false, false, true);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if at > 0 && is_ordinary(byte) {
            (previous_space, previous_break, after_blank) = (false, false, false);
            at += 1;
            continue;
        }
        let c = match byte {
            0..0x80 => char::from(byte),
            _ => text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER),
        };
        let is_first = at == 0;
        at += c.len_utf8();
        let next = bytes.get(at);
        found.indicators(c, is_first, after_blank, next.is_none_or(|next| matches!(next, b' ' | b'\t')));
        if c == '\t' && dialect == Dialect::V3 {
            found.tabs = true;
        } else if !is_printable(c) {
            found.special = true;
        }
        if c == ' ' {
            found.leading_space |= is_first;
            found.trailing_space |= next.is_none();
            found.break_space |= previous_break;
            (previous_space, previous_break) = (true, false);
        } else if is_break(c) {
            found.line_breaks = true;
            found.leading_break |= is_first;
            found.trailing_break |= next.is_none();
            found.space_break |= previous_space;
            (previous_space, previous_break) = (false, true);
        } else {
            (previous_space, previous_break) = (false, false);
        }
        after_blank = matches!(c, ' ' | '\t' | '\0') || is_break(c);
    }
    found
}

impl Found {
    /// Notes a character that would start something else if it stood in a plain scalar.
    fn indicators(&mut self, c: char, first: bool, after_blank: bool, before_blank: bool) {
        let (flow, block) = if first {
            match c {
                '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
                | '`' => (true, true),
                '?' | ':' => (true, before_blank),
                '-' => (before_blank, before_blank),
                _ => (false, false),
            }
        } else {
            match c {
                ',' | '?' | '[' | ']' | '{' | '}' => (true, false),
                ':' => (true, before_blank),
                '#' => (after_blank, after_blank),
                _ => (false, false),
            }
        };
        self.flow_indicators |= flow;
        self.block_indicators |= block;
    }
}

/// Whether go-yaml prints a character as it is. Characters beyond the basic plane are not among them.
pub(crate) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

/// YAML 1.1's line breaks.
pub(crate) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
