//! The text of a new scalar, in the place where it will stand.

use super::value::NewValue;
use crate::emit::{Analysis, Dialect, ScalarStyle};
use crate::resolve::{Scalar, is_base60, old_bool, resolve};

/// Writes a value on one line. `like` is the quoting to keep where the text allows it.
pub(super) fn inline(value: &NewValue, like: ScalarStyle, flow: bool) -> String {
    match value {
        NewValue::Null => "null".to_owned(),
        NewValue::Bool(b) => b.to_string(),
        NewValue::Number(digits) => digits.clone(),
        NewValue::Text(text) => text_inline(text, like, flow),
        NewValue::Fields(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, text)| field(name, text, like, true)).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Writes a key and its text.
pub(super) fn field(name: &str, text: &str, like: ScalarStyle, flow: bool) -> String {
    format!("{}: {}", key(name, like, flow), text_inline(text, like, flow))
}

/// Writes a key on one line.
pub(super) fn key(text: &str, like: ScalarStyle, flow: bool) -> String {
    text_inline(text, like, flow)
}

fn text_inline(text: &str, like: ScalarStyle, flow: bool) -> String {
    let analysis = Analysis::of(text, Dialect::V3);
    let single = analysis.single_quoted && !analysis.multiline;
    match like {
        ScalarStyle::SingleQuoted if single => format!("'{}'", text.replace('\'', "''")),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => double_quoted(text),
        _ => {
            let allowed = if flow { analysis.flow_plain } else { analysis.block_plain };
            if allowed && !analysis.multiline && stays_text(text) {
                text.to_owned()
            } else if single && text.contains(['"', '\\']) {
                format!("'{}'", text.replace('\'', "''"))
            } else {
                double_quoted(text)
            }
        }
    }
}

/// Whether every reader takes a plain text for text.
fn stays_text(text: &str) -> bool {
    !text.is_empty()
        && matches!(resolve(text, Dialect::V2), Scalar::Text)
        && matches!(resolve(text, Dialect::V3), Scalar::Text)
        && old_bool(text).is_none()
        && !is_base60(text)
        && text != "<<"
        && text != "="
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => out.push_str(&format!("\\x{:02X}", u32::from(c))),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A block scalar: what stands on the line of its key, and its lines.
pub(super) struct Block {
    pub(super) header: &'static str,
    pub(super) lines: String,
}

/// Writes a text of several lines as a literal block at a column, if it can be one.
pub(super) fn block(value: &NewValue, column: usize, eol: &str) -> Option<Block> {
    let NewValue::Text(text) = value else { return None };
    let analysis = Analysis::of(text, Dialect::V3);
    let body = text.trim_end_matches('\n');
    let odd = text.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}']) || text.starts_with([' ', '\n', '\t']);
    if !text.contains('\n') || body.is_empty() || !analysis.block || odd {
        return None;
    }
    let ends = text.len() - body.len();
    let header = match ends {
        0 => "|-",
        1 => "|",
        _ => "|+",
    };
    let mut lines = String::new();
    for line in body.split('\n') {
        lines.push_str(eol);
        if !line.is_empty() {
            lines.extend(std::iter::repeat_n(' ', column));
            lines.push_str(line);
        }
    }
    // The last line's own break stands in the text already; further ones are empty lines.
    lines.extend(std::iter::repeat_n(eol, ends.saturating_sub(1)));
    Some(Block { header, lines })
}
