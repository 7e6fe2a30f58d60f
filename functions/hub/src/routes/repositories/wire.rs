//! Hosted repositories as the API reads and writes them.

use serde::{Deserialize, Serialize};

/// The body of the request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    pub(super) name: String,
    /// What clones check out; `main` where it is not given.
    pub(super) branch: Option<String>,
    /// Whether everybody may read it.
    #[serde(default)]
    pub(super) public: bool,
}

/// The body of the answer.
#[derive(Serialize)]
pub(super) struct Created<'a> {
    pub(super) name: &'a str,
    pub(super) branch: &'a str,
    pub(super) public: bool,
    /// Where git finds it, on this server.
    pub(super) path: &'a str,
}
