//! Values as text: Sprig's own rule, which lets strings and errors through and prints all else as `%v` does.

use std::borrow::Cow;

use super::args::elements;
use super::data::byte;
use crate::context::Context;
use crate::fmt;
use crate::function::FnError;
use crate::value::{Type, Value};

/// Returns the value as a string value; strings are shared, and bytes count as text.
pub(super) fn show(context: &Context<'_>, value: &Value) -> Result<Value, FnError> {
    match value {
        Value::List(list) if list.elem() == Type::Uint8 => {
            Ok(Value::bytes(list.iter().filter_map(byte).collect()))
        }
        Value::Str(_) | Value::Raw(_) => Ok(value.clone()),
        Value::Number(text) => Ok(Value::Str(text.clone())),
        other => Ok(Value::bytes(show_bytes(context, other)?.into_owned())),
    }
}

/// Returns the bytes of the value as `%v` prints it.
pub(super) fn show_bytes<'v>(context: &Context<'_>, value: &'v Value) -> Result<Cow<'v, [u8]>, FnError> {
    if let Some(bytes) = value.as_bytes() {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::new();
    fmt::write(&mut out, value, context.limits().string)?;
    Ok(Cow::Owned(out))
}

/// Returns the elements of a list as string values, leaving out nils; anything else is a list of one.
pub(super) fn strings_of(context: &Context<'_>, value: &Value) -> Result<Vec<Value>, FnError> {
    match elements(value) {
        Some(items) => items.iter().filter(|item| !item.is_nil()).map(|item| show(context, item)).collect(),
        None if value.is_nil() => Ok(Vec::new()),
        None => Ok(vec![show(context, value)?]),
    }
}
