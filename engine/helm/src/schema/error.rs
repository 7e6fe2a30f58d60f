//! Why a schema cannot be used, in the validator's words.

use fairlead_template::go::quote::quote;

/// Why a schema can't be used; displays as the validator's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SchemaError {
    /// It is not JSON.
    #[error("{0}")]
    Json(String),
    /// A reference leads nowhere.
    #[error("json-pointer in {0} not found")]
    NotFound(String),
    /// An anchor leads nowhere.
    #[error("anchor in {0} not found in schema \"file:///values.schema.json\"")]
    NoAnchor(String),
    /// A reference leads out of the document, and nobody fetches what is there.
    #[error("failing loading {0}: schemas are not fetched: put what it refers to into values.schema.json")]
    Remote(String),
    /// What a reference leads to could not be fetched.
    #[error("failing loading {address}: {why}")]
    NotFetched {
        /// The address, quoted.
        address: String,
        /// Why.
        why: String,
    },
    /// More documents are referred to than are fetched.
    #[error("failing loading {address}: more than {most} schemas are referred to", most = crate::limits::SCHEMA_DOCUMENTS)]
    TooMany {
        /// The address, quoted.
        address: String,
    },
    /// A reference leads to a file, of which there is none beside the document.
    #[error("failing loading {address}: open {path}: no such file or directory")]
    NoFile {
        /// The address, quoted.
        address: String,
        /// The path in it.
        path: String,
    },
    /// A regular expression is malformed.
    #[error("invalid regex {regex} at {at}: {reason}")]
    Regex {
        /// The expression, quoted.
        regex: String,
        /// Where it stands, quoted.
        at: String,
        /// What is wrong with it.
        reason: String,
    },
    /// `$schema` names a dialect that is not known.
    #[error("failing loading {0}: only the drafts 4, 6, 7, 2019-09 and 2020-12 are known")]
    UnknownDraft(String),
}

/// The error for a reference out of the document.
pub(super) fn elsewhere(address: &str) -> SchemaError {
    match address.strip_prefix("file://").and_then(|rest| rest.find('/').map(|at| &rest[at..])) {
        Some(path) => SchemaError::NoFile { address: quote(address), path: path.to_owned() },
        None => SchemaError::Remote(quote(address)),
    }
}
