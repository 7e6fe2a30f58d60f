//! The schema's JSON, with numbers as they are written.

use std::collections::BTreeMap;

use fairlead_yaml::json::Error;
use fairlead_yaml::number::Number;
use fairlead_yaml::value::Builder;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number's text.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Map(BTreeMap<String, Json>),
}

impl Json {
    pub(crate) fn read(text: &[u8]) -> Result<Json, String> {
        let text = String::from_utf8_lossy(text);
        fairlead_yaml::json::from_str(&text, &mut JsonBuilder).map_err(|error| stream_text(&error, &text))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Map(map) => map.get(key),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Json> {
        pointer.split('/').skip(1).try_fold(self, |at, token| {
            let token = token.replace("~1", "/").replace("~0", "~");
            match at {
                Json::Map(map) => map.get(&token),
                Json::List(items) => items.get(token.parse::<usize>().ok()?),
                _ => None,
            }
        })
    }
}

/// The error in the words of a decoder that reads one value of a stream, which is how schemas are read.
fn stream_text(error: &Error, text: &str) -> String {
    match error {
        Error::Syntax { .. } if text.trim().is_empty() => "EOF".to_owned(),
        Error::Syntax { problem, .. } if problem.ends_with("after top-level value") => {
            "invalid character after top-level value".to_owned()
        }
        Error::Syntax { problem, offset }
            if *offset > text.len() || problem == "unexpected end of JSON input" =>
        {
            "unexpected EOF".to_owned()
        }
        other => other.to_string(),
    }
}

struct JsonBuilder;

impl Builder for JsonBuilder {
    type Value = Json;
    type Key = String;

    fn null(&mut self) -> Json {
        Json::Null
    }

    fn bool(&mut self, value: bool) -> Json {
        Json::Bool(value)
    }

    fn number(&mut self, number: Number) -> Json {
        number.json().map_or(Json::Null, Json::Number)
    }

    fn json_number(&mut self, text: &str) -> Option<Json> {
        Some(Json::Number(text.to_owned()))
    }

    fn text(&mut self, text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    fn key(&mut self, key: &str) -> String {
        key.to_owned()
    }

    fn list(&mut self, items: Vec<Json>) -> Json {
        Json::List(items)
    }

    fn map(&mut self, entries: Vec<(String, Json)>) -> Json {
        Json::Map(entries.into_iter().collect())
    }
}
