//! Writing JSON.

use super::text::number_text;
use super::{Error, Options};
use crate::MAX_DEPTH;
use crate::number;
use crate::tree::{Target, Tree, View};

/// Writes one value, nested at `depth`.
pub(super) fn write<T: Tree>(
    value: &T,
    options: Options<'_>,
    depth: usize,
    out: &mut String,
) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Err(Error::Depth);
    }
    value.view(Target::Json, |view| match view {
        View::List(items) => list(items, options, depth, out),
        View::Map(mut entries) => {
            if !entries.is_sorted_by(|a, b| a.0 < b.0) {
                entries.sort_by(|a, b| a.0.cmp(b.0));
            }
            map(&entries, options, depth, out)
        }
        View::Fields(entries) => map(&entries, options, depth, out),
        other => atom(&other, options, out),
    })
}

fn atom<T>(view: &View<'_, T>, options: Options<'_>, out: &mut String) -> Result<(), Error> {
    match view {
        View::Bool(true) => out.push_str("true"),
        View::Bool(false) => out.push_str("false"),
        View::Int(n) => out.push_str(&n.to_string()),
        View::Uint(n) => out.push_str(&n.to_string()),
        View::Float(f) => {
            let text = number::json_float(*f).ok_or_else(|| Error::Value(number::format_g(*f)))?;
            out.push_str(&text);
        }
        View::Number(text) => out.push_str(number_text(text)?),
        View::Text(text) => string(text, options.raw_html, out),
        View::Bytes(bytes) => broken_string(bytes, options.raw_html, out),
        View::Unsupported(kind) => return Err(Error::Unsupported((*kind).to_owned())),
        _ => out.push_str("null"),
    }
    Ok(())
}

fn list<T: Tree>(items: &[T], options: Options<'_>, depth: usize, out: &mut String) -> Result<(), Error> {
    if items.is_empty() {
        out.push_str("[]");
        return Ok(());
    }
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        separate(i > 0, options, depth + 1, out);
        write(item, options, depth + 1, out)?;
    }
    new_line(options, depth, out);
    out.push(']');
    Ok(())
}

fn map<T: Tree>(
    entries: &[(&str, &T)],
    options: Options<'_>,
    depth: usize,
    out: &mut String,
) -> Result<(), Error> {
    if entries.is_empty() {
        out.push_str("{}");
        return Ok(());
    }
    out.push('{');
    for (i, (key, value)) in entries.iter().enumerate() {
        separate(i > 0, options, depth + 1, out);
        string(key, options.raw_html, out);
        out.push_str(if options.indent.is_some() { ": " } else { ":" });
        write(*value, options, depth + 1, out)?;
    }
    new_line(options, depth, out);
    out.push('}');
    Ok(())
}

fn separate(comma: bool, options: Options<'_>, depth: usize, out: &mut String) {
    if comma {
        out.push(',');
    }
    new_line(options, depth, out);
}

fn new_line(options: Options<'_>, depth: usize, out: &mut String) {
    if let Some((prefix, indent)) = options.indent {
        out.push('\n');
        out.push_str(prefix);
        for _ in 0..depth {
            out.push_str(indent);
        }
    }
}

/// Writes a quoted string that is not UTF-8: an escape stands for each byte that is broken.
fn broken_string(bytes: &[u8], raw_html: bool, out: &mut String) {
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        characters(chunk.valid(), raw_html, out);
        for _ in chunk.invalid() {
            out.push_str("\\ufffd");
        }
    }
    out.push('"');
}

/// Writes a quoted string.
pub(super) fn string(text: &str, raw_html: bool, out: &mut String) {
    out.push('"');
    characters(text, raw_html, out);
    out.push('"');
}

fn characters(text: &str, raw_html: bool, out: &mut String) {
    let mut start = 0;
    for (i, b) in text.bytes().enumerate() {
        // The two separators JavaScript trips over are E2 80 A8 and E2 80 A9.
        let special = match b {
            b'"' | b'\\' | 0..=0x1f => true,
            b'<' | b'>' | b'&' => !raw_html,
            0xe2 => matches!(text.as_bytes().get(i + 1..i + 3), Some([0x80, 0xa8 | 0xa9])),
            _ => false,
        };
        if !special {
            continue;
        }
        out.push_str(text.get(start..i).unwrap_or(""));
        start = i + escape(b, text.as_bytes().get(i + 2).copied(), out);
    }
    out.push_str(text.get(start..).unwrap_or(""));
}

/// Writes an escape and tells how many bytes of the text it stands for.
fn escape(b: u8, third: Option<u8>, out: &mut String) -> usize {
    match b {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        0x08 => out.push_str("\\b"),
        0x0c => out.push_str("\\f"),
        0xe2 => {
            out.push_str(if third == Some(0xa8) { "\\u2028" } else { "\\u2029" });
            return 3;
        }
        _ => out.push_str(&format!("\\u{:04x}", u32::from(b))),
    }
    1
}
