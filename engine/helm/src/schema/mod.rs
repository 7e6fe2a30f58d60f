//! `values.schema.json`: JSON Schema, drafts 4 to 2020-12, with the messages that Helm's validator prints.
//!
//! Nothing is fetched from here: a schema that refers elsewhere is an error that says so, unless the caller fetches for it.

mod compile;
pub(crate) mod document;
mod error;
mod format;
mod message;
mod number;
mod resource;
mod validate;

use fairlead_yaml::Value;

pub use compile::Fetched;
pub(crate) use compile::Fetcher;
pub(crate) use error::SchemaError;

use compile::Keywords;

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Schema {
    /// All subschemas; the first one is the document itself.
    nodes: Vec<Keywords>,
}

impl Schema {
    /// Compiles the text of a schema.
    pub(crate) fn compile(text: &[u8], fetcher: Fetcher<'_>) -> Result<Schema, SchemaError> {
        compile::compile(text, fetcher).map(|nodes| Schema { nodes })
    }

    /// Holds a value against the schema; the error lists everything that is wrong with it, a line for each.
    pub(crate) fn validate(&self, value: &Value) -> Result<(), String> {
        match validate::validate(&self.nodes, value) {
            None => Ok(()),
            Some(problem) => Err(problem.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: &str, values: &str) -> String {
        let values = fairlead_yaml::value::from_str(values).unwrap();
        match Schema::compile(schema.as_bytes(), None) {
            Ok(schema) => schema.validate(&values).err().unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_elsewhere_is_fetched_once() {
        let schema = r#"{"properties": {"a": {"$ref": "https://example.com/s/x.json#/$defs/a"},
            "b": {"$ref": "https://example.com/s/x.json"}}}"#;
        let mut asked = Vec::new();
        let mut fetcher = |address: &str| {
            asked.push(address.to_owned());
            match address {
                "https://example.com/s/x.json" => {
                    Ok(br#"{"$defs": {"a": {"type": "string"}}, "$ref": "y.json"}"#.to_vec())
                }
                "https://example.com/s/y.json" => Ok(br#"{"type": "integer"}"#.to_vec()),
                _ => Err("HTTP request failed".to_owned()),
            }
        };
        let schema = Schema::compile(schema.as_bytes(), Some(&mut fetcher)).unwrap();
        let values = fairlead_yaml::value::from_str("{a: 1, b: x}").unwrap();
        let problem = schema.validate(&values).unwrap_err();
        assert_eq!(problem, "- at '/a': got number, want string\n- at '/b': got string, want integer");
        assert_eq!(asked, ["https://example.com/s/x.json", "https://example.com/s/y.json"]);
        let lost = r#"{"$ref": "https://example.com/z.json"}"#;
        let error =
            Schema::compile(lost.as_bytes(), Some(&mut |_| Err("nobody there".to_owned()))).unwrap_err();
        assert_eq!(error.to_string(), "failing loading \"https://example.com/z.json\": nobody there");
    }

    #[test]
    fn documents_that_refer_to_ever_more_documents_end() {
        let mut count = 0;
        let mut fetcher = |_: &str| {
            count += 1;
            Ok(format!(r#"{{"$ref": "https://example.com/{count}.json"}}"#).into_bytes())
        };
        let first = r#"{"$ref": "https://example.com/0.json"}"#;
        let error = Schema::compile(first.as_bytes(), Some(&mut fetcher)).unwrap_err();
        assert!(error.to_string().contains("schemas are referred to"), "{error}");
    }

    #[test]
    fn messages_are_helms() {
        let schema = r##"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["a", "b"],
            "properties": {"a": {"type": "integer", "minimum": 1000}, "b": {"$ref": "#/definitions/name"},
            "c": {"enum": ["x", 1]}, "d": {"oneOf": [{"type": "string"}, {"type": "null"}]}},
            "definitions": {"name": {"type": ["string", "null"], "pattern": "^[a-z]+$"}}, "additionalProperties": false}"##;
        assert_eq!(check(schema, "{a: 1000, b: x, c: 1, d: null}"), "");
        assert_eq!(
            check(schema, "{a: 5, b: X, c: 2, d: 1, e: 1}"),
            "- at '/a': minimum: got 5, want 1,000\n- at '/b': 'X' does not match pattern '^[a-z]+$'\n\
             - at '/c': value must be one of 'x', 1\n- at '/d': 'oneOf' failed, none matched\n  - at '/d': got number, want string\n\
             \u{20} - at '/d': got number, want null\n- at '': additional properties 'e' not allowed"
        );
        assert_eq!(check(schema, "{}"), "- at '': missing properties 'a', 'b'");
        assert_eq!(check(schema, "[]"), "- at '': got array, want object");
    }

    #[test]
    fn what_cannot_be_resolved_is_named() {
        assert_eq!(
            check(r##"{"$ref": "#/definitions/x"}"##, "{}"),
            "json-pointer in \"file:///values.schema.json#/definitions/x\" not found"
        );
        assert!(
            check(r#"{"$ref": "https://example.com/x.json"}"#, "{}").contains("https://example.com/x.json")
        );
    }

    #[test]
    fn decimal_multiples_are_exact() {
        assert_eq!(check(r#"{"properties": {"a": {"multipleOf": 0.1}}}"#, "a: 0.3"), "");
        assert_eq!(
            check(r#"{"properties": {"a": {"multipleOf": 2}}}"#, "a: 3"),
            "- at '/a': multipleOf: got 3, want 2"
        );
    }
}
