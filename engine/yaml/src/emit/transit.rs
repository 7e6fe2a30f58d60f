//! What happens to a value on its way through JSON and back, before version 2 prints it.

use std::borrow::Cow;
use std::iter;

use super::analyze::Analysis;
use super::dialect::Dialect;
use super::walk::Error;
use crate::json;
use crate::number::{self, Number};
use crate::resolve::{Scalar, resolve};

/// A float as it prints after JSON: whole ones have become integers.
pub(super) fn float(f: f64) -> Result<String, Error> {
    let text = number::json_float(f).ok_or_else(|| json::Error::Value(number::format_g(f)))?;
    Ok(resolved(text))
}

/// A `json.Number` as it prints after JSON.
pub(super) fn number(text: &str) -> Result<String, Error> {
    let text = json::number_text(text)?;
    Ok(resolved(text.to_owned()))
}

/// What go-yaml reads from a JSON number, printed again.
fn resolved(text: String) -> String {
    match resolve(&text, Dialect::V2) {
        Scalar::Number(Number::Int(n)) => n.to_string(),
        Scalar::Number(Number::Uint(n)) => n.to_string(),
        Scalar::Number(Number::Float(f)) => number::format_g(f),
        _ => text,
    }
}

/// A key as it comes back: JSON's keys must be found by a scanner that gives up after 1024 characters, or after a
/// line break, which U+0085 is.
pub(super) fn key(key: &str) -> Result<Cow<'_, str>, Error> {
    let too_long = key.len() > 1000 && json::quoted_chars(key) > 1024;
    if too_long || key.contains('\u{85}') {
        return Err(Error::Key);
    }
    text(key)
}

/// A text as it comes back from JSON.
///
/// JSON escapes little, so that what is left raw is read by YAML's rules: C1 controls are refused, and the line
/// break U+0085 folds into a space.
pub(super) fn text(text: &str) -> Result<Cow<'_, str>, Error> {
    if text.bytes().all(|b| b < 0x7f) || !text.chars().any(is_touched) {
        return Ok(Cow::Borrowed(text));
    }
    if text.chars().any(|c| is_touched(c) && c != '\u{85}') {
        return Err(Error::Control);
    }
    Ok(Cow::Owned(fold_next_lines(text)))
}

fn is_touched(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// Folds U+0085 as a line break in a double-quoted scalar: one becomes a space, blanks around it are dropped, of
/// several all but the first stay as line feeds.
fn fold_next_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('\u{85}').enumerate().peekable();
    let mut empty_run = 0usize;
    while let Some((i, part)) = parts.next() {
        let mut part = part;
        if i > 0 {
            part = part.trim_start_matches([' ']);
        }
        let more = parts.peek().is_some();
        if more {
            part = part.trim_end_matches([' ']);
        }
        if i > 0 && part.is_empty() && more {
            empty_run += 1;
            continue;
        }
        if i > 0 {
            if empty_run == 0 {
                out.push(' ');
            }
            out.extend(iter::repeat_n('\n', empty_run));
            empty_run = 0;
        }
        out.push_str(part);
    }
    out
}

/// A text as it comes back when version 3 has written it as a folded block (`>`) and read it again, as Kustomize does
/// before it makes JSON of a resource.
///
/// Before a line that begins with a blank the writer adds a break that the reader keeps; the same goes for breaks at the
/// end of which there are several. Where the whole text begins with a blank it never adds any, and single breaks fold.
pub fn folded_again(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') || !Analysis::of(text, Dialect::V3).block {
        return Cow::Borrowed(text);
    }
    let blank = |line: &str| line.starts_with([' ', '\t']);
    let body = text.trim_start_matches('\n');
    let adds = !body.is_empty() && !blank(body);
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(text.get(..text.len() - body.len()).unwrap_or(""));
    let mut rest = body;
    while let Some(end) = rest.find('\n') {
        let (line, tail) = rest.split_at(end);
        out.push_str(line);
        rest = tail.trim_start_matches('\n');
        let breaks = tail.len() - rest.len();
        let extra = usize::from(adds && !blank(line));
        match () {
            () if rest.is_empty() => {
                out.extend(iter::repeat_n('\n', if breaks > 1 { breaks + extra } else { 1 }))
            }
            () if blank(line) || blank(rest) => out.extend(iter::repeat_n('\n', breaks + extra)),
            () if breaks + extra == 1 => out.push(' '),
            () => out.extend(iter::repeat_n('\n', breaks + extra - 1)),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Base64 in lines of 70, as go-yaml breaks it.
pub(super) fn base64_lines(bytes: &[u8]) -> String {
    let encoded = json::base64(bytes);
    if encoded.len() < 70 {
        return encoded;
    }
    let mut out = String::with_capacity(encoded.len() + encoded.len() / 70 + 1);
    for (i, c) in encoded.chars().enumerate() {
        if i > 0 && i.is_multiple_of(70) {
            out.push('\n');
        }
        out.push(c);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_adds_and_takes_breaks() {
        for (text, again) in [
            ("a\n  b\nc", "a\n\n  b\nc"),
            ("a\nb\n", "a\nb\n"),
            ("a\n\n", "a\n\n\n"),
            (" a\nb\n\nc", " a\nb\nc"),
            (" a\nb\nc\n\nd", " a\nb c\nd"),
            ("a\n b\n\nc", "a\n\n b\n\nc"),
            ("a \n  b", "a \n  b"),
        ] {
            assert_eq!(folded_again(text), again, "{text:?}");
        }
    }
}
