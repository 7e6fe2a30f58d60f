//! Printing YAML as go-yaml does, byte for byte.
//!
//! Helm prints through version 2 (`toYaml`, by way of JSON) and through version 3 (`toYamlPretty`); Kustomize through
//! version 3 with nodes. Both versions descend from libyaml and share this code; where they differ is in [`Dialect`].

use crate::tree::Tree;

mod analyze;
mod dialect;
mod scalar;
mod transit;
mod walk;
mod write;

pub(crate) use analyze::Analysis;
pub use dialect::{Dialect, Style};
pub use scalar::ScalarStyle;
pub use transit::folded_again;
pub use walk::{Error, Printer};

/// Prints a value as one document, ending in a line break.
///
/// # Errors
/// Where Go's library fails: values JSON has no form for (version 2), and values nested deeper than
/// [`MAX_DEPTH`](crate::MAX_DEPTH).
pub fn to_string<T: Tree>(value: &T, style: Style) -> Result<String, Error> {
    let mut out = String::new();
    walk::print(value, style, &mut out)?;
    Ok(out)
}
