//! The errors of parsing and of executing, with the texts that Go prints.

use crate::limits::LimitError;
use crate::value::Str;

/// Why a source is not a template.
///
/// Displays as Go does: `template: NAME:LINE: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("template: {template}:{line}: {message}")]
pub struct ParseError {
    /// The name of the source.
    pub template: Str,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong, without the place.
    pub message: String,
}

/// Why an execution failed.
///
/// Displays as Go does; [`std::error::Error::source`] walks the chain that Go's `errors.Unwrap` would.
#[derive(Debug)]
pub struct ExecError {
    /// The whole text, including that of the causes.
    pub text: String,
    /// Where it happened.
    pub place: Option<Place>,
    /// Whether it is Go's `template.ExecError`, which Helm formats differently from other errors.
    pub exec: bool,
    /// The error that this one wraps.
    pub cause: Option<Box<ExecError>>,
    /// The bound that was reached, if that is why.
    pub limit: Option<LimitError>,
}

/// A place in a template's source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the source file as it was parsed.
    pub template: Str,
    /// The line, from 1.
    pub line: u32,
    /// The byte column, from 0, as Go counts it.
    pub column: u32,
}

impl std::fmt::Display for ExecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ExecError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
