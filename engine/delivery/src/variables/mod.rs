//! HQ variables: `{{hq.var.KEY}}` and `{{hq.var.SCOPE.KEY}}` in values.

mod index;
mod reference;
mod substitute;
mod warning;

pub use index::{Index, Scopes, VariableFile};
pub use reference::{Part, Reference, find_unquoted, parts, scope_word};
pub use substitute::{Unresolved, UnresolvedKind, has_references, substitute, substitute_text};
pub use warning::warning;
