//! Go's `text/template` with the functions that Helm gives it, compiled once and executed within bounds.
//!
//! A source file becomes a [`Template`] (its own body and the templates it defines), several of them are linked
//! into a [`Set`] in the order in which Helm parses them, and an [`Execution`] runs one of them by name over a
//! [`Value`]. Everything a template could learn from outside (the time, randomness, a cluster) comes through
//! [`Environment`], which the caller implements: there is nothing ambient.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod context;
pub mod environment;
pub mod error;
mod exec;
pub mod fmt;
pub mod function;
pub mod functions;
pub mod go;
pub mod limits;
mod parse;
pub mod value;

pub use context::Context;
pub use environment::{Dialect, Environment, Sealed, Site};
pub use error::{ExecError, ParseError};
pub use exec::{
    Call, Condition, Execution, Look, Looks, Output, Read, Recording, Seen, Set, Template, Write,
};
pub use function::{Effect, FnError, Function};
pub use limits::Limits;
pub use value::{Kind, List, Map, MapType, Method, Object, Str, Type, Value};
