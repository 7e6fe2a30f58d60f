//! Values as text: quoting, indenting, gluing together.

use super::args::{bytes, int};
use super::show::{show, show_bytes, strings_of};
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::quote::{push_quoted, quote_bytes};
use crate::value::{Type, Value};

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("quote", &[Type::Any], quote).variadic(),
    Function::new("squote", &[Type::Any], squote).variadic(),
    Function::new("cat", &[Type::Any], cat).variadic(),
    Function::new("indent", &[Type::Int, Type::String], |context, args| indented(context, args, false)),
    Function::new("nindent", &[Type::Int, Type::String], |context, args| indented(context, args, true)),
    Function::new("toString", &[Type::Any], |context, args| {
        show(context, args.first().unwrap_or(&Value::Nil))
    }),
    Function::new("toStrings", &[Type::Any], to_strings),
];

/// Puts each value that is not nil in double quotes.
fn quote(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut out = String::new();
    for value in args.iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.push(' ');
        }
        let text = show(context, value)?;
        push_bytes_quoted(&mut out, text.as_bytes().unwrap_or_default());
        context.reserve(out.len())?;
    }
    Ok(out.into())
}

fn push_bytes_quoted(out: &mut String, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => push_quoted(out, text),
        Err(_) => out.push_str(&quote_bytes(bytes)),
    }
}

/// Puts each value that is not nil in single quotes, as it is.
fn squote(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut out = Vec::new();
    for value in args.iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.push(b'\'');
        out.extend_from_slice(&show_bytes(context, value)?);
        out.push(b'\'');
        context.reserve(out.len())?;
    }
    Ok(Value::bytes(out))
}

fn cat(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut out = Vec::new();
    for (at, value) in args.iter().filter(|value| !value.is_nil()).enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(&show_bytes(context, value)?);
        context.reserve(out.len())?;
    }
    Ok(Value::bytes(out))
}

fn indented(context: &mut Context<'_>, args: &[Value], newline: bool) -> Result<Value, FnError> {
    let (spaces, text) = (int(args, 0), bytes(args, 1));
    let spaces = usize::try_from(spaces).map_err(|_| FnError::new("strings: negative Repeat count"))?;
    let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
    let total = lines.saturating_mul(spaces).saturating_add(text.len()).saturating_add(1);
    context.reserve(total)?;
    let mut out = Vec::with_capacity(total);
    if newline {
        out.push(b'\n');
    }
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if at > 0 {
            out.push(b'\n');
        }
        out.resize(out.len() + spaces, b' ');
        out.extend_from_slice(line);
    }
    Ok(Value::bytes(out))
}

fn to_strings(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(super::args::string_values(strings_of(context, args.first().unwrap_or(&Value::Nil))?))
}
