//! Defaults and choices: what is empty, and what to take instead.

use super::args::{any, boolean};
use super::equal::deep_equal;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{Type, Value};

const A: Type = Type::Any;

/// The functions of this family. They pass values on and look at no more than whether each is empty.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("default", &[A, A], default).variadic().notes(),
    Function::new("empty", &[A], |context, args| Ok((!truth(context, any(args, 0))).into())).notes(),
    Function::new("coalesce", &[A], |context, args| {
        Ok(args.iter().find(|arg| truth(context, arg)).cloned().unwrap_or_default())
    })
    .variadic()
    .notes(),
    Function::new("all", &[A], |context, args| Ok(args.iter().all(|arg| truth(context, arg)).into()))
        .variadic()
        .notes(),
    Function::new("any", &[A], |context, args| Ok(args.iter().any(|arg| truth(context, arg)).into()))
        .variadic()
        .notes(),
    Function::new("ternary", &[A, A, Type::Bool], |_, args| {
        Ok(any(args, if boolean(args, 2) { 0 } else { 1 }).clone())
    })
    .notes(),
    Function::new("deepEqual", &[A, A], |_, args| Ok(deep_equal(any(args, 0), any(args, 1)).into())),
    Function::new("hello", &[], |_, _| Ok("Hello!".into())),
];

fn truth(context: &mut Context<'_>, value: &Value) -> bool {
    context.saw_truth(value);
    value.truth()
}

fn default(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let given = args.get(1).filter(|given| truth(context, given));
    Ok(given.unwrap_or(any(args, 0)).clone())
}
