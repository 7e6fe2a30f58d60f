//! The cases that people can read, with the answers of the Go libraries.
//!
//! A case is a heading, a fenced block with the input, and a fenced block for each question. A block marked `escaped`
//! holds one quoted string, a block marked `error` an error's text.

#![allow(clippy::disallowed_methods, reason = "tests read their cases from the disk")]

use answers::answer;
use fairlead_yaml::{Value, value};

#[path = "support/answers.rs"]
mod answers;

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
