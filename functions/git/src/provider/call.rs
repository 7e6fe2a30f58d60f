//! One request to an API, as data.

use http::Method;
use serde_json::Value;

/// A request: what to do where, and what to say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Path and query below the API's address; from the server's root where it begins with a slash.
    pub(super) path: String,
    pub(super) body: Option<Value>,
    /// What it does, for messages: `open a pull request`.
    pub(super) action: &'static str,
}

impl Call {
    /// Reads what is at `path`.
    pub(super) fn get(action: &'static str, path: String) -> Call {
        Call { method: Method::GET, path, body: None, action }
    }

    /// Deletes what is at `path`.
    pub(super) fn delete(action: &'static str, path: String) -> Call {
        Call { method: Method::DELETE, path, body: None, action }
    }

    /// Changes what is at `path`.
    pub(super) fn send(action: &'static str, method: Method, path: String, body: Value) -> Call {
        Call { method, path, body: Some(body), action }
    }
}

/// Text as it stands in a path or a query.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte))
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// A path whose segments cannot be taken for anything else.
pub(super) fn escaped_path(path: &str) -> String {
    path.split('/').map(escaped).collect::<Vec<_>>().join("/")
}

/// The beginning of a text that is no longer than so many characters, which providers refuse beyond.
pub(super) fn at_most(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    text.chars().take(characters.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place_in_a_query() {
        assert_eq!(escaped("deploy/shop&state=closed#ü"), "deploy%2Fshop%26state%3Dclosed%23%C3%BC");
        assert_eq!(at_most("äöü", 3), "äöü");
        assert_eq!(at_most("äöüß", 3), "äö…");
    }
}
