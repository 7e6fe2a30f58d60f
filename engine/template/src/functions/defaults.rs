//! Defaults and choices: what is empty, and what to take instead.

use super::args::{any, boolean};
use super::equal::deep_equal;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{Type, Value};

const A: Type = Type::Any;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("default", &[A, A], default).variadic(),
    Function::new("empty", &[A], |_, args| Ok((!any(args, 0).truth()).into())),
    Function::new("coalesce", &[A], |_, args| {
        Ok(args.iter().find(|arg| arg.truth()).cloned().unwrap_or_default())
    })
    .variadic(),
    Function::new("all", &[A], |_, args| Ok(args.iter().all(Value::truth).into())).variadic(),
    Function::new("any", &[A], |_, args| Ok(args.iter().any(Value::truth).into())).variadic(),
    Function::new("ternary", &[A, A, Type::Bool], |_, args| {
        Ok(any(args, if boolean(args, 2) { 0 } else { 1 }).clone())
    }),
    Function::new("deepEqual", &[A, A], |_, args| Ok(deep_equal(any(args, 0), any(args, 1)).into())),
    Function::new("hello", &[], |_, _| Ok("Hello!".into())),
];

fn default(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let given = args.get(1).filter(|given| given.truth());
    Ok(given.unwrap_or(any(args, 0)).clone())
}
