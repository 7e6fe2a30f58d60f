//! What a registry says when it says no, as Helm tells it.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Body {
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    detail: Value,
}

/// The most that is repeated of what a server says.
const MAX_CHARACTERS: usize = 1_000;

/// The registry's reasons in one line; the status' own words where it gives none.
pub(super) fn reasons(status: StatusCode, body: &[u8]) -> String {
    let problems = serde_json::from_slice(body).map(|Body { errors }| errors).unwrap_or_default();
    if problems.is_empty() {
        return status.canonical_reason().unwrap_or_default().to_owned();
    }
    let text = problems.iter().map(reason).collect::<Vec<_>>().join("; ");
    // A server's words do not get to move the cursor.
    text.chars().filter(|c| !c.is_control()).take(MAX_CHARACTERS).collect()
}

fn reason(Problem { code, message, detail }: &Problem) -> String {
    let code = code.replace('_', " ").to_lowercase();
    match (message.as_str(), detail) {
        ("", _) => code,
        (message, Value::Null) => format!("{code}: {message}"),
        (message, detail) => format!("{code}: {message}: {}", as_go_prints(detail, 0)),
    }
}

/// How deep a server's details are looked into.
const MAX_DEPTH: usize = 16;

/// A value as Go's `%v` has it.
fn as_go_prints(value: &Value, depth: usize) -> String {
    match value {
        _ if depth > MAX_DEPTH => "…".to_owned(),
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| as_go_prints(item, depth + 1)).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            let each =
                fields.iter().map(|(name, value)| format!("{name}:{}", as_go_prints(value, depth + 1)));
            format!("map[{}]", each.collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_as_helm_tells_them() {
        let told = |status, body: &str| reasons(StatusCode::from_u16(status).unwrap(), body.as_bytes());
        let unknown = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry","detail":{"name":"charts/nope"}}]}"#;
        assert_eq!(
            told(404, unknown),
            "name unknown: repository name not known to registry: map[name:charts/nope]"
        );
        let denied = r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository","Class":"","Name":"charts/web","Action":"pull"}]}]}"#;
        assert_eq!(
            told(401, denied),
            "unauthorized: authentication required: [map[Action:pull Class: Name:charts/web Type:repository]]"
        );
        assert_eq!(
            told(429, r#"{"errors":[{"code":"TOOMANYREQUESTS"},{"code":"A","message":"b"}]}"#),
            "toomanyrequests; a: b"
        );
        assert_eq!(told(403, "<html>"), "Forbidden");
        assert_eq!(told(500, r#"{"errors":[{"code":"\u001b[2J"}]}"#), "[2j");
    }
}
