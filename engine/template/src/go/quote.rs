//! Quoted strings as Go's `strconv.Quote` writes them.

use std::fmt::Write;

/// Writes a string between double quotes, with escapes for what cannot be seen.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(&mut out, text);
    out
}

/// Appends what [`quote`] returns.
pub fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        if c != '"' && c != '\\' && is_print(c) {
            continue;
        }
        out.push_str(&text[plain..at]);
        plain = at + c.len_utf8();
        push_escape(out, c);
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// Writes bytes between double quotes; those that are not UTF-8 become `\x` escapes.
pub fn quote_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c != '"' && c != '\\' && is_print(c) { out.push(c) } else { push_escape(&mut out, c) }
        }
        for byte in chunk.invalid() {
            push_hex(&mut out, "\\x", 2, u32::from(*byte));
        }
    }
    out.push('"');
    out
}

/// Says whether Go's `strconv` prints a character as it is: letters, marks, numbers, punctuation, symbols and the space.
pub fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    // The standard library's table answers the same question, but escapes combining marks at the start of a text.
    let mut text = String::with_capacity(8);
    text.push('a');
    text.push(c);
    text.escape_debug().count() == 2
}

/// Says whether a string can stand between backquotes on one line.
pub fn can_backquote(text: &str) -> bool {
    text.chars().all(|c| match c {
        '\u{feff}' | '`' | '\u{7f}' => false,
        c => c >= ' ' || c == '\t',
    })
}

fn push_escape(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        c if c < ' ' || c == '\x7f' => push_hex(out, "\\x", 2, u32::from(c)),
        c if u32::from(c) < 0x1_0000 => push_hex(out, "\\u", 4, u32::from(c)),
        c => push_hex(out, "\\U", 8, u32::from(c)),
    }
}

fn push_hex(out: &mut String, lead: &str, width: usize, code: u32) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{lead}{code:0width$x}");
}
