//! JSON.

use fairlead_yaml::json::{self, Error, Options};

use super::args::{any, text};
use super::data::{ValueBuilder, as_list, as_map, error_list, error_map};
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{Type, Value};

const A: Type = Type::Any;
const S: Type = Type::String;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toJson", &[A], |context, args| or_empty(encode(context, args, PLAIN))),
    Function::new("mustToJson", &[A], |context, args| encode(context, args, PLAIN)),
    Function::new("toPrettyJson", &[A], |context, args| or_empty(encode(context, args, PRETTY))),
    Function::new("mustToPrettyJson", &[A], |context, args| encode(context, args, PRETTY)),
    Function::new("toRawJson", &[A], |context, args| encode(context, args, RAW)),
    Function::new("mustToRawJson", &[A], |context, args| encode(context, args, RAW)),
    Function::new("fromJson", &[S], |context, args| {
        let read = decode(context, args)?.and_then(|value| kind(value, Type::Map));
        Ok(read.map_or_else(error_map, as_map))
    }),
    Function::new("fromJsonArray", &[S], |context, args| {
        let read = decode(context, args)?.and_then(|value| kind(value, Type::List));
        Ok(read.map_or_else(error_list, as_list))
    }),
    Function::new("mustFromJson", &[S], |context, args| {
        decode(context, args)?.map_err(|error| FnError::new(error.to_string()))
    }),
];

const PLAIN: Options<'static> = Options { raw_html: false, indent: None };
const PRETTY: Options<'static> = Options { raw_html: false, indent: Some(("", "  ")) };
const RAW: Options<'static> = Options { raw_html: true, indent: None };

fn encode(context: &mut Context<'_>, args: &[Value], options: Options<'_>) -> Result<Value, FnError> {
    let text = json::to_string(any(args, 0), options).map_err(|error| FnError::new(error.to_string()))?;
    context.reserve(text.len())?;
    Ok(text.into())
}

/// What cannot be encoded is swallowed; bounds are not.
pub(super) fn or_empty(encoded: Result<Value, FnError>) -> Result<Value, FnError> {
    match encoded {
        Err(FnError::Message(_)) => Ok("".into()),
        other => other,
    }
}

fn decode(context: &mut Context<'_>, args: &[Value]) -> Result<Result<Value, Error>, FnError> {
    let text = text(args, 0);
    context.burn(text.len() as u64 / 16)?;
    Ok(json::from_str(&text, &mut ValueBuilder))
}

/// Checks that a document is what the Go variable it is read into takes.
fn kind(value: Value, wanted: Type) -> Result<Value, Error> {
    let found = match (&value, wanted) {
        (Value::Nil, _) | (Value::Map(_), Type::Map) | (Value::List(_), Type::List) => return Ok(value),
        (Value::Map(_), _) => "object",
        (Value::List(_), _) => "array",
        (Value::Bool(_), _) => "bool",
        (Value::Float(_), _) => "number",
        _ => "string",
    };
    Err(Error::Kind { found: found.into(), wanted: wanted.name() })
}
