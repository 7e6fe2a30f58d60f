//! How functions are declared: their Go signature, so that arguments are checked as Go's reflection would, and
//! the code behind it.

use crate::context::Context;
use crate::error::ExecError;
use crate::limits::LimitError;
use crate::value::{Type, Value};

/// What a function depends on besides its arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the same arguments give the same result.
    #[default]
    Pure,
    /// The time.
    Clock,
    /// Randomness.
    Random,
    /// A cluster.
    Cluster,
}

/// A function that templates can call.
pub struct Function {
    /// The name.
    pub name: &'static str,
    /// The parameters' types; with `variadic`, the last one is that of each further argument.
    pub params: &'static [Type],
    /// Whether the last parameter takes any number of arguments.
    pub variadic: bool,
    /// What it depends on besides its arguments; [`Context::site`] is only set for functions with an effect.
    pub effect: Effect,
    /// Whether the function says itself what it looks at of its arguments (through its context); of all
    /// others it is taken that they look at everything.
    pub notes: bool,
    /// Runs the function. The arguments have been checked against `params` and are never [`Value::Absent`];
    /// where a parameter's type can be nil they may be [`Value::Nil`].
    pub call: fn(&mut Context<'_>, &[Value]) -> Result<Value, FnError>,
}

impl Function {
    /// Declares a pure function of a fixed number of arguments.
    pub const fn new(
        name: &'static str,
        params: &'static [Type],
        call: fn(&mut Context<'_>, &[Value]) -> Result<Value, FnError>,
    ) -> Function {
        Function { name, params, variadic: false, effect: Effect::Pure, notes: false, call }
    }

    /// Declares that the last parameter takes any number of arguments.
    pub const fn variadic(mut self) -> Function {
        self.variadic = true;
        self
    }

    /// Declares that the function says itself what it looks at: it passes containers on, or looks at a part of them.
    pub(crate) const fn notes(mut self) -> Function {
        self.notes = true;
        self
    }

    /// Declares what the function depends on besides its arguments.
    pub const fn effect(mut self, effect: Effect) -> Function {
        self.effect = effect;
        self
    }
}

/// Why a function failed.
///
/// Go's panics in functions become the same errors, so there is one kind for both.
#[derive(Debug, thiserror::Error)]
pub enum FnError {
    /// The function returned an error; the text is the function's own, without `error calling …`.
    #[error("{0}")]
    Message(String),
    /// A template that the function executed failed; the first is what to put before the nested error's text.
    #[error("{0}{1}")]
    Nested(String, Box<ExecError>),
    /// A bound was reached, which ends the execution whatever calls the function.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl FnError {
    /// Makes an error of a text.
    pub fn new(message: impl Into<String>) -> FnError {
        FnError::Message(message.into())
    }
}

impl From<String> for FnError {
    fn from(message: String) -> Self {
        FnError::Message(message)
    }
}

impl From<&str> for FnError {
    fn from(message: &str) -> Self {
        FnError::Message(message.to_owned())
    }
}
