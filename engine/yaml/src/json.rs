//! JSON as Go's `encoding/json` writes and reads it.

use crate::tree::Tree;
use crate::value::Builder;

mod read;
mod text;
mod write;

pub use text::lossy;
pub(crate) use text::{base64, number_text, quoted_chars};

/// Why JSON could not be written or read. The text is `encoding/json`'s.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A Go type JSON has no form for.
    #[error("json: unsupported type: {0}")]
    Unsupported(String),
    /// An infinity or NaN.
    #[error("json: unsupported value: {0}")]
    Value(String),
    /// A `json.Number` that isn't one.
    #[error("json: invalid number literal, trying to marshal {0:?}")]
    Number(String),
    /// Nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("exceeded max depth")]
    Depth,
    /// The text is not JSON.
    #[error("{problem}")]
    Syntax {
        /// What is wrong, in Go's words.
        problem: String,
        /// How many bytes were read, the offending one included.
        offset: usize,
    },
    /// The JSON is sound but not of the kind asked for.
    #[error("json: cannot unmarshal {found} into Go value of type {wanted}")]
    Kind {
        /// `object`, `array`, `string`, `number` or `bool`, or `number` with a text that is out of range.
        found: String,
        /// The Go type.
        wanted: &'static str,
    },
}

/// How to write JSON.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Leaves `<`, `>` and `&` as they are (`SetEscapeHTML(false)`).
    pub raw_html: bool,
    /// The prefix and indentation of `MarshalIndent`.
    pub indent: Option<(&'a str, &'a str)>,
}

/// Writes a value, without a line break at the end.
///
/// # Errors
/// Where `json.Marshal` fails.
pub fn to_string<T: Tree>(value: &T, options: Options<'_>) -> Result<String, Error> {
    let mut out = String::new();
    write::write(value, options, 0, &mut out)?;
    Ok(out)
}

/// Reads JSON as `json.Unmarshal` does: one value with nothing behind it.
///
/// # Errors
/// Where `json.Unmarshal` fails.
pub fn from_str<B: Builder>(text: &str, builder: &mut B) -> Result<B::Value, Error> {
    read::read(text, builder)
}
