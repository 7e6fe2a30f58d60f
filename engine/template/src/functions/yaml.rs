//! YAML.

use fairlead_yaml::value::{Error, Options, Top};
use fairlead_yaml::{Style, emit, value};

use super::args::{any, text};
use super::data::{ValueBuilder, error_list, error_map};
use super::json::or_empty;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{Type, Value};

const A: Type = Type::Any;
const S: Type = Type::String;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toYaml", &[A], |context, args| or_empty(encode(context, args, Style::V2))),
    Function::new("toYamlPretty", &[A], |context, args| or_empty(encode(context, args, Style::PRETTY))),
    Function::new("fromYaml", &[S], |context, args| {
        Ok(decode(context, args, Top::Map)?.map_or_else(error_map, |value| or_new(value, Value::map)))
    }),
    Function::new("fromYamlArray", &[S], |context, args| {
        Ok(decode(context, args, Top::List)?
            .map_or_else(error_list, |value| or_new(value, || Value::list(Vec::new()))))
    }),
];

/// What only Helm 4 has.
pub(super) const HELM4: &[Function] =
    &[Function::new("mustToYaml", &[A], |context, args| encode(context, args, Style::V2))];

/// Prints a value as a document without the line break at its end.
fn encode(context: &mut Context<'_>, args: &[Value], style: Style) -> Result<Value, FnError> {
    let mut text = emit::to_string(any(args, 0), style).map_err(|error| FnError::new(error.to_string()))?;
    context.reserve(text.len())?;
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(text.into())
}

/// An empty document leaves what it is read into as it is.
fn or_new(value: Value, new: impl FnOnce() -> Value) -> Value {
    if value.is_nil() { new() } else { value }
}

fn decode(context: &mut Context<'_>, args: &[Value], top: Top) -> Result<Result<Value, Error>, FnError> {
    let text = text(args, 0);
    // Reading touches each byte several times.
    context.burn(text.len() as u64 / 4)?;
    Ok(value::read(&text, &mut ValueBuilder, &Options { top, strict: false }))
}
