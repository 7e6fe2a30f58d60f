//! Compiled templates, how they are linked, and how they run.

mod builtin;
mod call;
mod code;
mod compile;
mod fail;
mod fields;
mod helm;
mod include;
mod link;
mod machine;
mod output;
pub(crate) mod record;
mod tpl;
mod trace;
mod walk;

pub use link::{Set, Template};
pub use machine::Execution;
pub use output::Output;
pub use record::{Call, Condition, Look, Looks, Read, Recording, Seen, Write};

use crate::environment::Dialect;
use crate::function::Function;

/// Answers whether templates can call a function of that name.
pub(crate) fn is_function(name: &str, dialect: Dialect) -> bool {
    function(name, dialect).is_some() || builtin::Builtin::named(name).is_some()
}

/// Returns the function of that name that is not part of the template language itself.
fn function(name: &str, dialect: Dialect) -> Option<&'static Function> {
    helm::lookup(name).or_else(|| crate::functions::lookup(name, dialect))
}
