//! The cases that people can read, with the answers of the Go libraries.
//!
//! A case is a heading, a fenced block with the input, and a fenced block for each question. A block marked `escaped`
//! holds one quoted string, a block marked `error` an error's text.

#![allow(clippy::disallowed_methods, reason = "tests read their cases from the disk")]

use fairlead_yaml::node::{Kind, Node, Text};
use fairlead_yaml::number::Number;
use fairlead_yaml::value::{self, Options, Top, ValueBuilder};
use fairlead_yaml::{Builder, Str, Style, Value, emit, json};

#[test]
fn reading() {
    check("reading");
}

#[test]
fn printing() {
    check("printing");
}

#[test]
fn json_text() {
    check("json");
}

/// Runs all questions of a case file.
fn check(name: &str) {
    let file = format!("{}/tests/cases/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).expect("the case file is part of the repository");
    let (mut title, mut input, mut asked) = (String::new(), String::new(), 0);
    let mut lines = text.lines();
    let mut differing = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            title = heading.to_owned();
        }
        let Some(info) = line.strip_prefix("````") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "````").collect();
        let (kind, mark) = info.split_once(' ').unwrap_or((info, ""));
        let mut content = body.join("\n");
        if mark == "escaped" {
            content = serde_unquote(&content);
        } else if kind == "input" {
            content.push('\n');
        }
        if kind == "input" {
            input = content;
            continue;
        }
        asked += 1;
        let expected = if mark == "error" { Err(content) } else { Ok(content) };
        let found = answer(kind, &input).map(|out| {
            if mark == "escaped" { out } else { out.strip_suffix('\n').unwrap_or(&out).to_owned() }
        });
        if found != expected {
            differing.push(format!("{title}: {kind}\nexpected {expected:?}\nfound    {found:?}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
    assert!(asked > 10, "the file has no questions");
}

/// Reads a Go string literal, which for these cases is a JSON string with `\x` escapes.
fn serde_unquote(text: &str) -> String {
    let text = format!("a: {text}");
    value::from_str(&text)
        .expect("the literal is sound")
        .field("a")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn answer(kind: &str, input: &str) -> Result<String, String> {
    match kind {
        "read" => read(input, Top::Any, false),
        "read-map" => read(input, Top::Map, false),
        "read-list" => read(input, Top::List, false),
        "read-strict" => read(input, Top::Any, true),
        "emit-v2" => print(input, Style::V2),
        "emit-pretty" => print(input, Style::PRETTY),
        "emit-v3" => print(input, Style::V3),
        "emit-kyaml" => print(input, Style::KYAML),
        "json" => json::to_string(&input_value(input), json::Options::default()).map_err(|e| e.to_string()),
        "json-pretty" => {
            let options = json::Options { indent: Some(("", "  ")), ..json::Options::default() };
            json::to_string(&input_value(input), options).map_err(|e| e.to_string())
        }
        "json-read" => {
            json::from_str(input, &mut Floats).map_err(|e| e.to_string()).map(|value| as_json(&value))
        }
        "nodes" => nodes(input),
        _ => Err(format!("unknown question {kind}")),
    }
}

fn read(input: &str, top: Top, strict: bool) -> Result<String, String> {
    value::read(input, &mut ValueBuilder, &Options { top, strict })
        .map_err(|e| e.to_string())
        .map(|v| as_json(&v))
}

fn as_json(value: &Value) -> String {
    json::to_string(value, json::Options { raw_html: true, ..json::Options::default() })
        .expect("JSON has a form for it")
}

/// Numbers as a chart's values have them: `int64`, or else `float64`.
fn input_value(input: &str) -> Value {
    fn int64s(value: Value) -> Value {
        match value {
            Value::Uint(n) => Value::Float(n as f64),
            Value::List(items) => Value::List(items.into_iter().map(int64s).collect()),
            Value::Map(map) => Value::Map(map.into_iter().map(|(k, v)| (k, int64s(v))).collect()),
            other => other,
        }
    }
    int64s(json::from_str(input, &mut ValueBuilder).expect("the input is JSON"))
}

fn print(input: &str, style: Style) -> Result<String, String> {
    emit::to_string(&input_value(input), style).map_err(|e| e.to_string())
}

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
        let text =
            json::to_string(&Value::from(node.text()), json::Options::default()).expect("text is JSON");
        out.push_str(&format!(" {text}"));
    }
    out.push('\n');
    for child in node.items() {
        dump(child, depth + 1, out);
    }
}
