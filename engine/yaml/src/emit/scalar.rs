//! Scalars: the choice of a style, and each style's writing.

use super::analyze::{Analysis, is_break, is_printable};
use super::dialect::Dialect;
use super::write::Writer;
use crate::resolve::{Scalar, is_base60, old_bool, resolve};

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// `text`
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// Within `[]` or `{}`.
    pub(super) flow: bool,
    /// As a key on one line with its colon.
    pub(super) simple_key: bool,
}

/// The style go-yaml's encoder asks for when it prints a Go string.
pub(super) fn wanted_style(text: &str, dialect: Dialect) -> ScalarStyle {
    if text.contains('\n') {
        return ScalarStyle::Literal;
    }
    let stays_text = matches!(resolve(text, dialect), Scalar::Text);
    let quoted = !stays_text || is_base60(text) || (dialect == Dialect::V3 && old_bool(text).is_some());
    if quoted { ScalarStyle::DoubleQuoted } else { ScalarStyle::Plain }
}

/// The style the emitter settles on.
pub(super) fn settle(
    text: &str,
    analysis: &Analysis,
    wanted: ScalarStyle,
    place: Place,
    has_tag: bool,
    plain_implicit: bool,
) -> ScalarStyle {
    let mut style = wanted;
    if place.simple_key && analysis.multiline {
        style = ScalarStyle::DoubleQuoted;
    }
    if style == ScalarStyle::Plain {
        let allowed = if place.flow { analysis.flow_plain } else { analysis.block_plain };
        let empty = text.is_empty() && (place.flow || place.simple_key);
        if !allowed || empty || (!has_tag && !plain_implicit) {
            style = ScalarStyle::SingleQuoted;
        }
    }
    if style == ScalarStyle::SingleQuoted && !analysis.single_quoted {
        style = ScalarStyle::DoubleQuoted;
    }
    if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
        && (!analysis.block || place.flow || place.simple_key)
    {
        style = ScalarStyle::DoubleQuoted;
    }
    style
}

/// Writes a scalar in a style. `indent` is the column its further lines stand at.
pub(super) fn write(w: &mut Writer<'_>, text: &str, style: ScalarStyle, indent: usize, fold: bool) {
    match style {
        ScalarStyle::Plain => plain(w, text, indent, fold),
        ScalarStyle::SingleQuoted => single_quoted(w, text, indent, fold),
        ScalarStyle::DoubleQuoted => double_quoted(w, text, indent, fold),
        ScalarStyle::Literal => literal(w, text, indent),
        ScalarStyle::Folded => folded(w, text, indent),
    }
}

fn plain(w: &mut Writer<'_>, text: &str, indent: usize, fold: bool) {
    if text.is_empty() && w.style.dialect == Dialect::V3 {
        w.indention = false;
        return;
    }
    if !w.whitespace {
        w.put(' ');
    }
    running_text(w, text, indent, fold, false);
    w.whitespace = false;
    w.indention = false;
}

fn single_quoted(w: &mut Writer<'_>, text: &str, indent: usize, fold: bool) {
    w.indicator("'", true, false, false);
    running_text(w, text, indent, fold, true);
    w.indicator("'", false, false, false);
    w.whitespace = false;
    w.indention = false;
}

/// The text of a plain or single-quoted scalar, folded at single spaces behind the width.
fn running_text(w: &mut Writer<'_>, text: &str, indent: usize, fold: bool, quoted: bool) {
    let width = w.style.width();
    if !text.contains(['\'', '\n', '\u{85}', '\u{2028}', '\u{2029}', '\r'])
        && (!fold || w.column.saturating_add(text.len()) <= width)
    {
        w.text(text);
        w.indention &= text.is_empty();
        return;
    }
    let (mut spaces, mut breaks) = (false, false);
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        if c == ' ' {
            let inner = !quoted || (i > 0 && next.is_some());
            if fold && !spaces && w.column > width && inner && next != Some(' ') {
                w.indent(indent);
            } else {
                w.put(' ');
            }
            spaces = true;
        } else if is_break(c) {
            if !breaks && c == '\n' {
                w.line_break();
            }
            w.break_char(c);
            breaks = true;
        } else {
            if breaks {
                w.indent(indent);
            }
            if quoted && c == '\'' {
                w.put('\'');
            }
            w.put(c);
            w.indention = false;
            (spaces, breaks) = (false, false);
        }
    }
}

fn double_quoted(w: &mut Writer<'_>, text: &str, indent: usize, fold: bool) {
    let width = w.style.width();
    // libyaml asks whether the *text* starts with a byte order mark where it means the character.
    let all_escaped = text.starts_with('\u{feff}');
    w.indicator("\"", true, false, false);
    let mut spaces = false;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if all_escaped || !is_printable(c) || is_break(c) || c == '"' || c == '\\' {
            escape(w, c);
            spaces = false;
        } else if c == ' ' {
            let next = chars.peek().map(|(_, c)| *c);
            if fold && !spaces && w.column > width && i > 0 && next.is_some() {
                w.indent(indent);
                if next == Some(' ') {
                    w.put('\\');
                }
            } else {
                w.put(' ');
            }
            spaces = true;
        } else {
            w.put(c);
            spaces = false;
        }
    }
    w.indicator("\"", false, false, false);
    w.whitespace = false;
    w.indention = false;
}

fn escape(w: &mut Writer<'_>, c: char) {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let code = u32::from(c);
            let text = match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
            return w.text(&text);
        }
    };
    w.put('\\');
    w.put(short);
}

/// The hints behind `|` or `>`: the indentation where the text starts with a blank, and what happens to its end.
fn hints(w: &mut Writer<'_>, text: &str) {
    if text.starts_with([' ', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let hint = w.style.indent.min(9).to_string();
        w.indicator(&hint, false, false, false);
    }
    let mut ends = text.chars().rev();
    let chomp = match (ends.next(), ends.next()) {
        (Some(last), _) if !is_break(last) => "-",
        (None, _) => "-",
        (Some(_), None) => "+",
        (Some(_), Some(before)) if is_break(before) => "+",
        _ => return,
    };
    w.indicator(chomp, false, false, false);
}

fn literal(w: &mut Writer<'_>, text: &str, indent: usize) {
    w.indicator("|", true, false, false);
    hints(w, text);
    w.line_break();
    w.whitespace = true;
    let mut breaks = true;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if is_break(c) {
            w.break_char(c);
            breaks = true;
            rest = rest.get(c.len_utf8()..).unwrap_or("");
            continue;
        }
        if breaks {
            w.indent(indent);
        }
        let end = rest.find(is_break).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        w.text(line);
        w.indention = false;
        breaks = false;
        rest = tail;
    }
}

fn folded(w: &mut Writer<'_>, text: &str, indent: usize) {
    w.indicator(">", true, false, false);
    hints(w, text);
    w.line_break();
    w.whitespace = true;
    let width = w.style.width();
    let (mut breaks, mut leading_spaces) = (true, true);
    let mut chars = text.char_indices().peekable();
    // libyaml looks at the start of the text, not at the break in hand, to see what follows a run of breaks.
    let starts_blank = {
        let first = text.trim_start_matches(is_break).chars().next();
        first.is_none_or(|c| matches!(c, ' ' | '\t' | '\0'))
    };
    while let Some((_, c)) = chars.next() {
        if is_break(c) {
            if !breaks && !leading_spaces && c == '\n' && !starts_blank {
                w.line_break();
            }
            w.break_char(c);
            breaks = true;
            continue;
        }
        if breaks {
            w.indent(indent);
            leading_spaces = matches!(c, ' ' | '\t');
        }
        let next_space = chars.peek().is_some_and(|(_, c)| *c == ' ');
        if !breaks && c == ' ' && !next_space && w.column > width {
            w.indent(indent);
        } else {
            w.put(c);
        }
        w.indention = false;
        breaks = false;
    }
}
