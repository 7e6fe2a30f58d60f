//! Reading arguments whose types have been checked against the declaration.

use std::borrow::Cow;

use crate::value::{List, Map, MapType, Str, Type, Value};

/// Returns the bytes of a string argument.
pub(super) fn bytes(args: &[Value], at: usize) -> &[u8] {
    args.get(at).and_then(Value::as_bytes).unwrap_or_default()
}

/// Returns a string argument as text; bytes that are not UTF-8 become replacement characters.
pub(super) fn text(args: &[Value], at: usize) -> Cow<'_, str> {
    match args.get(at) {
        Some(Value::Str(text) | Value::Number(text)) => Cow::Borrowed(text),
        _ => String::from_utf8_lossy(bytes(args, at)),
    }
}

/// Returns an integer argument.
pub(super) fn int(args: &[Value], at: usize) -> i64 {
    match args.get(at) {
        Some(Value::Int(value) | Value::Int64(value)) => *value,
        _ => 0,
    }
}

/// Returns a truth value argument.
pub(super) fn boolean(args: &[Value], at: usize) -> bool {
    matches!(args.get(at), Some(Value::Bool(true)))
}

/// Returns an argument of any type.
pub(super) fn any(args: &[Value], at: usize) -> &Value {
    args.get(at).unwrap_or(&Value::Nil)
}

/// Returns a map argument as the parameter's type, which is what the function may return; nil becomes the nil map, which
/// cannot be written to.
pub(super) fn map(args: &[Value], at: usize) -> Map {
    match args.get(at) {
        Some(Value::Map(map)) => map.retyped(MapType::Any),
        _ => Map::nil(MapType::Any),
    }
}

/// Returns the further arguments of a variadic function.
pub(super) fn rest(args: &[Value], from: usize) -> &[Value] {
    args.get(from..).unwrap_or_default()
}

/// Returns the elements if the value is of kind slice or array.
pub(super) fn elements(value: &Value) -> Option<Cow<'_, [Value]>> {
    match value {
        Value::List(list) => Some(Cow::Borrowed(list)),
        Value::Object(object) => object.items().map(Cow::Owned),
        _ => None,
    }
}

/// Makes a `[]string` of texts.
pub(super) fn strings<S: Into<Str>>(items: impl IntoIterator<Item = S>) -> Value {
    Value::strings(items)
}

/// Makes a `[]string` of values that are all strings.
pub(super) fn string_values(items: Vec<Value>) -> Value {
    Value::List(std::rc::Rc::new(List::of(Type::String, items)))
}
