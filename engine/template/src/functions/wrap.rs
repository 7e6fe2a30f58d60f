//! Breaking lines and shortening texts. Widths count bytes, as in Go.

use super::args::{bytes, int};
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{Type, Value};

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("wrap", &[Type::Int, Type::String], |context, args| {
        wrap_at(context, bytes(args, 1), int(args, 0), b"\n", false)
    }),
    Function::new("wrapWith", &[Type::Int, Type::String, Type::String], |context, args| {
        wrap_at(context, bytes(args, 2), int(args, 0), bytes(args, 1), true)
    }),
    Function::new("abbrev", &[Type::Int, Type::String], |_, args| match int(args, 0) {
        ..4 => Ok(args.get(1).cloned().unwrap_or_default()),
        width => Ok(abbreviate(bytes(args, 1), 0, width)),
    }),
    Function::new("abbrevboth", &[Type::Int, Type::Int, Type::String], |_, args| {
        match (int(args, 0), int(args, 1)) {
            (_, ..4) | (1.., ..7) => Ok(args.get(2).cloned().unwrap_or_default()),
            (left, right) => Ok(abbreviate(bytes(args, 2), left, right)),
        }
    }),
];

/// Breaks a text at spaces so that lines have at most `width` bytes; words that are longer are cut or stand out.
fn wrap_at(
    context: &mut Context<'_>,
    text: &[u8],
    width: i64,
    newline: &[u8],
    cut_long_words: bool,
) -> Result<Value, FnError> {
    let newline = if newline.is_empty() { b"\n" } else { newline };
    let width = usize::try_from(width).unwrap_or(1).max(1);
    context.reserve(text.len().saturating_add((text.len() / width).saturating_mul(newline.len())))?;
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while text.len() - at > width {
        if text[at] == b' ' {
            at += 1;
            continue;
        }
        let space = text[at..at + width + 1].iter().rposition(|byte| *byte == b' ').map(|space| space + at);
        let (end, next) = match space {
            Some(space) => (space, space + 1),
            None if cut_long_words => (at + width, at + width),
            None => match text[at + width..].iter().position(|byte| *byte == b' ') {
                Some(space) => (at + width + space, at + width + space + 1),
                None => break,
            },
        };
        out.extend_from_slice(&text[at..end]);
        out.extend_from_slice(newline);
        at = next;
    }
    out.extend_from_slice(&text[at..]);
    Ok(Value::bytes(out))
}

/// Shortens a text to `width` bytes with `...` where something is missing; `offset` is what to keep in view.
fn abbreviate(text: &[u8], offset: i64, width: i64) -> Value {
    let length = text.len() as i64;
    if length <= width {
        return Value::bytes(text.to_vec());
    }
    let part = |from: i64, to: i64| text.get(from as usize..to as usize).unwrap_or_default();
    let mut offset = offset.min(length);
    if length - offset < width - 3 {
        offset = length - (width - 3);
    }
    if offset <= 4 {
        return Value::bytes([part(0, width - 3), b"..."].concat());
    }
    if width < 7 {
        return "".into();
    }
    if offset + width - 3 < length {
        // The rest is longer than what is left of the width, so it is cut once more.
        let rest = part(offset, length);
        let cut = rest.get(..(width - 6) as usize).unwrap_or_default();
        return Value::bytes([b"...", cut, b"..."].concat());
    }
    Value::bytes([b"...", part(length - (width - 3), length)].concat())
}
