//! The functions that Helm binds to the execution itself.

use crate::context::Context;
use crate::function::{Effect, FnError, Function};
use crate::value::{Type, Value};

/// Helm marks the messages that are meant for users, and shows only what is between the marks.
const START: &str = "HELM_ERR_START";
const END: &str = "HELM_ERR_END";

/// Returns the function of that name.
pub(super) fn lookup(name: &str) -> Option<&'static Function> {
    TABLE.iter().find(|function| function.name == name)
}

static TABLE: &[Function] = &[
    Function::new("include", &[Type::String, Type::Any], bound),
    Function::new("tpl", &[Type::String, Type::Any], bound),
    Function::new("required", &[Type::String, Type::Any], required).notes(),
    Function::new("fail", &[Type::String], fail),
    Function::new("lookup", &[Type::String, Type::String, Type::String, Type::String], cluster)
        .effect(Effect::Cluster),
];

/// `include` and `tpl` are operations of their own; this is reached by nobody.
fn bound(_: &mut Context<'_>, _: &[Value]) -> Result<Value, FnError> {
    Err(FnError::new("not implemented"))
}

fn required(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    match args {
        [warning, Value::Nil] => Err(marked(warning)),
        [warning, Value::Str(text)] if text.is_empty() => Err(marked(warning)),
        [_, value] => Ok(value.clone()),
        _ => Err(FnError::new("required takes a message and a value")),
    }
}

fn fail(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Err(marked(args.first().unwrap_or(&Value::Nil)))
}

fn cluster(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let text = |index: usize| args.get(index).and_then(Value::as_str).unwrap_or("");
    context.environment().lookup(context.site(), text(0), text(1), text(2), text(3))
}

fn marked(message: &Value) -> FnError {
    let bytes = message.as_bytes().unwrap_or_default();
    FnError::Message(format!("{START}{}{END}", String::from_utf8_lossy(bytes)))
}
