//! HQ variables: `{{hq.var.KEY}}` and `{{hq.var.SCOPE.KEY}}` in values.

mod index;
mod reference;

pub use index::{Index, Scopes, VariableFile};
pub use reference::{Part, Reference, find_unquoted, parts, scope_word};
