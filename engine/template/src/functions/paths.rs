//! Slash-separated paths. The `os…` functions are the same: Helm runs on Linux as far as output is concerned.

use super::args::text;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::path;
use crate::value::{Type, Value};

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base", &[Type::String], base),
    Function::new("osBase", &[Type::String], base),
    Function::new("dir", &[Type::String], dir),
    Function::new("osDir", &[Type::String], dir),
    Function::new("clean", &[Type::String], clean),
    Function::new("osClean", &[Type::String], clean),
    Function::new("ext", &[Type::String], ext),
    Function::new("osExt", &[Type::String], ext),
    Function::new("isAbs", &[Type::String], is_abs),
    Function::new("osIsAbs", &[Type::String], is_abs),
];

fn base(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(path::base(&text(args, 0)).into())
}

fn dir(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(path::dir(&text(args, 0)).into())
}

fn clean(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(path::clean(&text(args, 0)).into())
}

fn ext(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(path::ext(&text(args, 0)).into())
}

fn is_abs(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(path::is_abs(&text(args, 0)).into())
}
