//! Our answers to the questions that the Go libraries are asked, for the cases and for the random documents alike.

use fairlead_yaml::node::{Kind, Node, Text};
use fairlead_yaml::number::Number;
use fairlead_yaml::value::{self, Options, Top, ValueBuilder};
use fairlead_yaml::{Builder, Str, Style, Value, emit, json};

/// Answers one question.
pub(crate) fn answer(kind: &str, input: &str) -> Result<String, String> {
    match kind {
        "read" => read(input, Top::Any, false),
        "read-map" => read(input, Top::Map, false),
        "read-list" => read(input, Top::List, false),
        "read-strict" => read(input, Top::Any, true),
        "emit-v2" => print(input, Style::V2),
        "emit-pretty" => print(input, Style::PRETTY),
        "emit-v3" => print(input, Style::V3),
        "emit-kyaml" => print(input, Style::KYAML),
        "json" => to_json(input, json::Options::default()),
        "json-pretty" => {
            to_json(input, json::Options { indent: Some(("", "  ")), ..json::Options::default() })
        }
        "json-read" => json::from_str(input, &mut Floats)
            .and_then(|value| as_json(&value))
            .map_err(|error| error.to_string()),
        "nodes" => nodes(input),
        _ => Err(format!("unknown question {kind}")),
    }
}

fn read(input: &str, top: Top, strict: bool) -> Result<String, String> {
    let value = value::read(input, &mut ValueBuilder, &Options { top, strict }).map_err(|e| e.to_string())?;
    as_json(&value).map_err(|e| e.to_string())
}

fn as_json(value: &Value) -> Result<String, json::Error> {
    json::to_string(value, json::Options { raw_html: true, ..json::Options::default() })
}

fn input_value(input: &str) -> Result<Value, String> {
    json::from_str(input, &mut ValueBuilder).map(int64s).map_err(|e| format!("input: {e}"))
}

/// Numbers as a chart's values have them: `int64`, or else `float64`.
fn int64s(value: Value) -> Value {
    match value {
        Value::Uint(n) => Value::Float(n as f64),
        Value::List(items) => Value::List(items.into_iter().map(int64s).collect()),
        Value::Map(map) => Value::Map(map.into_iter().map(|(k, v)| (k, int64s(v))).collect()),
        other => other,
    }
}

/// Builds numbers as `encoding/json` reads them when nothing else is asked for.
struct Floats;

impl Builder for Floats {
    type Value = Value;
    type Key = Str;

    fn null(&mut self) -> Value {
        Value::Null
    }
    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }
    fn number(&mut self, number: Number) -> Value {
        Value::Float(number.as_f64())
    }
    fn text(&mut self, text: &str) -> Value {
        text.into()
    }
    fn key(&mut self, key: &str) -> Str {
        key.into()
    }
    fn list(&mut self, items: Vec<Value>) -> Value {
        Value::List(items)
    }
    fn map(&mut self, entries: Vec<(Str, Value)>) -> Value {
        Value::Map(entries.into_iter().collect())
    }
}

fn print(input: &str, style: Style) -> Result<String, String> {
    emit::to_string(&input_value(input)?, style).map_err(|e| e.to_string())
}

fn to_json(input: &str, options: json::Options<'_>) -> Result<String, String> {
    json::to_string(&input_value(input)?, options).map_err(|e| e.to_string())
}

fn nodes(input: &str) -> Result<String, String> {
    let text = Text::new(input);
    let mut out = String::new();
    for document in text.documents() {
        let document = document.map_err(|e| e.to_string())?;
        out.push_str(&format!("document {}\n", document.at()));
        dump(document.root(), 1, &mut out);
    }
    Ok(out)
}

fn dump(node: Node<'_, '_>, depth: usize, out: &mut String) {
    let kind = match node.kind() {
        Kind::Scalar => "scalar",
        Kind::Sequence => "sequence",
        Kind::Mapping => "mapping",
        Kind::Alias => "alias",
    };
    out.push_str(&format!("{}{kind} {}", "  ".repeat(depth), node.at()));
    if node.kind() != Kind::Alias {
        out.push_str(&format!(" {}", node.tag()));
    }
    let style = match node.style() {
        emit::ScalarStyle::Plain => "",
        emit::ScalarStyle::SingleQuoted => " single",
        emit::ScalarStyle::DoubleQuoted => " double",
        emit::ScalarStyle::Literal => " literal",
        emit::ScalarStyle::Folded => " folded",
    };
    for (word, holds) in [(" tagged", node.is_tagged()), (style, true), (" flow", node.is_flow())] {
        out.push_str(if holds { word } else { "" });
    }
    if let Some(anchor) = node.anchor() {
        out.push_str(&format!(" &{anchor}"));
    }
    if matches!(node.kind(), Kind::Scalar | Kind::Alias) {
        let text = json::to_string(&Value::from(node.text()), json::Options::default()).unwrap_or_default();
        out.push_str(&format!(" {text}"));
    }
    out.push('\n');
    for child in node.items() {
        dump(child, depth + 1, out);
    }
}
