//! TOML.

use super::args::{any, text};
use super::data::error_map;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::toml;
use crate::value::{Type, Value};

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toToml", &[Type::Any], to_toml),
    Function::new("fromToml", &[Type::String], |context, args| {
        let text = text(args, 0);
        context.burn(text.len() as u64 / 4)?;
        Ok(toml::from_str(&text).unwrap_or_else(error_map))
    }),
];

/// What only Helm 4 has.
pub(super) const HELM4: &[Function] = &[Function::new("mustToToml", &[Type::Any], must_to_toml)];

/// What cannot be encoded comes out as the error's text.
fn to_toml(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    match toml::to_string(any(args, 0)) {
        Err(error @ (toml::WriteError::Nothing | toml::WriteError::Depth)) => {
            Err(FnError::new(error.to_string()))
        }
        Err(error) => Ok(error.to_string().into()),
        Ok(text) => {
            context.reserve(text.len())?;
            Ok(text.into())
        }
    }
}

fn must_to_toml(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let text = toml::to_string(any(args, 0)).map_err(|error| FnError::new(error.to_string()))?;
    context.reserve(text.len())?;
    Ok(text.into())
}
