//! Cutting, searching and replacing. Positions count bytes, as in Go, so results may end within a character.

use super::args::{bytes, int, text};
use super::show::{show, strings_of};
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{Map, MapType, Type, Value};

const S: Type = Type::String;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("trim", &[S], trim),
    Function::new("trimAll", &[S, S], trim_all),
    Function::new("trimall", &[S, S], trim_all),
    Function::new("trimPrefix", &[S, S], trim_prefix),
    Function::new("trimSuffix", &[S, S], trim_suffix),
    Function::new("trunc", &[Type::Int, S], trunc),
    Function::new("substr", &[Type::Int, Type::Int, S], substr),
    Function::new("repeat", &[Type::Int, S], repeat),
    Function::new("contains", &[S, S], contains),
    Function::new("hasPrefix", &[S, S], has_prefix),
    Function::new("hasSuffix", &[S, S], has_suffix),
    Function::new("replace", &[S, S, S], replace),
    Function::new("plural", &[S, S, Type::Int], plural),
    Function::new("split", &[S, S], split),
    Function::new("splitList", &[S, S], split_list),
    Function::new("splitn", &[S, Type::Int, S], splitn),
    Function::new("join", &[S, Type::Any], join),
    Function::new("sortAlpha", &[Type::Any], sort_alpha),
];

/// Returns a part of a string argument; the whole is shared instead of copied.
fn part(args: &[Value], at: usize, range: std::ops::Range<usize>) -> Value {
    let bytes = bytes(args, at);
    if range == (0..bytes.len()) {
        return args.get(at).cloned().unwrap_or_default();
    }
    match args.get(at) {
        Some(Value::Str(text)) if text.is_char_boundary(range.start) && text.is_char_boundary(range.end) => {
            text.get(range).unwrap_or_default().into()
        }
        _ => Value::bytes(bytes.get(range).unwrap_or_default().to_vec()),
    }
}

fn trim(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let Some(Value::Str(text)) = args.first() else {
        let text = text(args, 0);
        return Ok(text.trim().into());
    };
    let start = text.len() - text.trim_start().len();
    Ok(part(args, 0, start..text.trim_end().len().max(start)))
}

fn trim_all(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (cutset, text) = (text(args, 0), text(args, 1));
    Ok(text.trim_matches(|c| cutset.contains(c)).into())
}

fn trim_prefix(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (prefix, text) = (bytes(args, 0), bytes(args, 1));
    let start = if text.starts_with(prefix) { prefix.len() } else { 0 };
    Ok(part(args, 1, start..text.len()))
}

fn trim_suffix(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (suffix, text) = (bytes(args, 0), bytes(args, 1));
    let end = if text.ends_with(suffix) { text.len() - suffix.len() } else { text.len() };
    Ok(part(args, 1, 0..end))
}

/// Keeps the first bytes, or with a negative count the last ones.
fn trunc(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (count, length) = (int(args, 0), bytes(args, 1).len());
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX).min(length);
    let range = match count {
        ..0 if size < length => length - size..length,
        0.. => 0..size,
        _ => 0..length,
    };
    Ok(part(args, 1, range))
}

fn substr(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (start, end, length) = (int(args, 0), int(args, 1), bytes(args, 2).len() as i64);
    if start < 0 {
        if end < 0 {
            return Err(format!("runtime error: slice bounds out of range [:{end}]").into());
        }
        if end > length {
            return Err(
                format!("runtime error: slice bounds out of range [:{end}] with length {length}").into()
            );
        }
        return Ok(part(args, 2, 0..end as usize));
    }
    if end < 0 || end > length {
        if start > length {
            return Err(format!("runtime error: slice bounds out of range [{start}:{length}]").into());
        }
        return Ok(part(args, 2, start as usize..length as usize));
    }
    if start > end {
        return Err(format!("runtime error: slice bounds out of range [{start}:{end}]").into());
    }
    Ok(part(args, 2, start as usize..end as usize))
}

fn repeat(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (count, text) = (int(args, 0), bytes(args, 1));
    let count = usize::try_from(count).map_err(|_| FnError::new("strings: negative Repeat count"))?;
    let total = count.checked_mul(text.len()).filter(|total| i64::try_from(*total).is_ok());
    let total = total.ok_or("strings: Repeat output length overflow")?;
    context.reserve(total)?;
    Ok(match args.get(1) {
        Some(Value::Str(text)) => text.repeat(count).into(),
        _ => Value::bytes(text.repeat(count)),
    })
}

fn contains(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    if let (Some(Value::Str(needle)), Some(Value::Str(text))) = (args.first(), args.get(1)) {
        return Ok(text.contains(&**needle).into());
    }
    let (needle, text) = (bytes(args, 0), bytes(args, 1));
    Ok((needle.is_empty() || text.windows(needle.len()).any(|window| window == needle)).into())
}

fn has_prefix(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(bytes(args, 1).starts_with(bytes(args, 0)).into())
}

fn has_suffix(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(bytes(args, 1).ends_with(bytes(args, 0)).into())
}

fn replace(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (Some(Value::Str(old)), Some(Value::Str(new)), Some(Value::Str(text))) =
        (args.first(), args.get(1), args.get(2))
    else {
        return Ok(Value::bytes(replace_bytes(bytes(args, 2), bytes(args, 0), bytes(args, 1))));
    };
    if !text.contains(&**old) {
        return Ok(Value::Str(text.clone()));
    }
    let most = (text.len() / old.len().max(1) + 1).saturating_mul(new.len()).saturating_add(text.len());
    context.reserve(most)?;
    Ok(text.replace(&**old, new).into())
}

fn replace_bytes(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if !old.is_empty() && rest.starts_with(old) {
            out.extend_from_slice(new);
            at += old.len();
        } else {
            if old.is_empty() {
                out.extend_from_slice(new);
            }
            out.push(rest[0]);
            at += 1;
        }
    }
    if old.is_empty() {
        out.extend_from_slice(new);
    }
    out
}

fn plural(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let chosen = if int(args, 2) == 1 { 0 } else { 1 };
    Ok(args.get(chosen).cloned().unwrap_or_default())
}

/// Splits as Go does: an empty separator splits into characters; a limit of 0 gives nothing.
fn pieces<'t>(text: &'t str, separator: &str, limit: i64) -> Vec<&'t str> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if limit == 0 {
        return Vec::new();
    }
    if !separator.is_empty() {
        return text.splitn(limit, separator).collect();
    }
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (first, after) = if out.len() + 1 == limit { (rest, "") } else { rest.split_at(c.len_utf8()) };
        out.push(first);
        rest = after;
    }
    out
}

fn numbered(pieces: Vec<&str>) -> Value {
    let map = Map::of(MapType::String);
    for (at, piece) in pieces.into_iter().enumerate() {
        map.insert(format!("_{at}"), piece.into());
    }
    Value::Map(map)
}

fn split(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(numbered(pieces(&text(args, 1), &text(args, 0), -1)))
}

fn splitn(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(numbered(pieces(&text(args, 2), &text(args, 0), int(args, 1))))
}

fn split_list(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(Value::strings(pieces(&text(args, 1), &text(args, 0), -1)))
}

fn join(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let separator = bytes(args, 0);
    let items = strings_of(context, args.get(1).unwrap_or(&Value::Nil))?;
    let length = |item: &Value| item.as_bytes().map_or(0, <[u8]>::len).saturating_add(separator.len());
    context.reserve(items.iter().map(length).fold(0, usize::saturating_add))?;
    let mut out = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(item.as_bytes().unwrap_or_default());
    }
    Ok(Value::bytes(out))
}

fn sort_alpha(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let list = args.first().unwrap_or(&Value::Nil);
    if super::args::elements(list).is_none() {
        return Ok(super::args::string_values(vec![show(context, list)?]));
    }
    let mut items = strings_of(context, list)?;
    items.sort_by(|a, b| a.as_bytes().cmp(&b.as_bytes()));
    Ok(super::args::string_values(items))
}
