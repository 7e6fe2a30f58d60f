//! `html`, `js` and `urlquery`.

use std::fmt::Write;

use crate::fmt::print;
use crate::go::quote::is_print;
use crate::limits::LimitError;
use crate::value::{Kind, Value};

/// Joins the arguments as the escapers see them.
pub(super) fn text(args: &[Value], most: usize) -> Result<Vec<u8>, LimitError> {
    let mut out = Vec::new();
    let mut after_string = true;
    for value in args {
        // A nil argument is shown like a missing one, as a string.
        let value = if value.is_nil() { &Value::Absent } else { value };
        let is_string = value.is_nil() || value.kind() == Kind::String;
        if !is_string && !after_string {
            out.push(b' ');
        }
        print(&mut out, value, most)?;
        after_string = is_string;
    }
    Ok(out)
}

pub(super) fn html(text: &[u8]) -> Value {
    let mut out = Vec::with_capacity(text.len() + 16);
    for byte in text {
        match byte {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            byte => out.push(*byte),
        }
    }
    Value::bytes(out)
}

pub(super) fn js(text: &[u8]) -> Value {
    let mut out = String::with_capacity(text.len() + 16);
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' | '\0'..' ' => push_code(&mut out, c),
            c if c.is_ascii() || is_print(c) => out.push(c),
            c => push_code(&mut out, c),
        }
    }
    Value::Str(out.into())
}

fn push_code(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{:04X}", u32::from(c));
}

pub(super) fn url_query(text: &[u8]) -> Value {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(*byte))
            }
            b' ' => out.push('+'),
            byte => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    Value::Str(out.into())
}
