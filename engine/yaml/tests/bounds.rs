//! Hostile input ends in an error, soon.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use fairlead_yaml::node::Text;
use fairlead_yaml::number::Number;
use fairlead_yaml::value::{self, Builder, Options, ValueBuilder};
use fairlead_yaml::{MAX_DEPTH, Style, Value, emit, json};

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn error(text: &str) -> String {
    value::from_str(text).expect_err("the text is hostile").to_string()
}

#[test]
fn nesting_is_bounded() {
    let deep = value::from_str(&nested(MAX_DEPTH)).expect("this deep is allowed");
    assert_eq!(emit::to_string(&deep, Style::V2).expect("it prints").len(), 2 * (MAX_DEPTH - 1) + 3);
    let text = json::to_string(&deep, json::Options::default()).expect("it prints");
    assert_eq!(json::from_str(&text, &mut ValueBuilder), Ok(deep));
    assert_eq!(
        error(&nested(MAX_DEPTH + 2)),
        "error converting YAML to JSON: yaml: exceeded max depth of 1000"
    );
    assert_eq!(error(&nested(20_000)), "error converting YAML to JSON: yaml: exceeded max depth of 10000");
    assert!(json::from_str(&nested(100_000), &mut ValueBuilder).is_err());
    assert!(error(&"- ".repeat(20_000)).ends_with("exceeded max depth of 10000"));
    assert!(Text::new(&"{a: ".repeat(20_000)).documents().any(|document| document.is_err()));
}

#[test]
fn values_too_deep_do_not_print() {
    let mut value = Value::Null;
    for _ in 0..MAX_DEPTH + 5 {
        value = Value::List(vec![value]);
    }
    assert_eq!(emit::to_string(&value, Style::PRETTY), Err(emit::Error::Depth));
    assert_eq!(json::to_string(&value, json::Options::default()), Err(json::Error::Depth));
}

#[test]
fn aliases_do_not_blow_up() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..20 {
        let last = format!("*a{}", i - 1);
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", [last.as_str(); 10].join(", ")));
    }
    assert_eq!(error(&bomb), "error converting YAML to JSON: yaml: document contains excessive aliasing");
}

#[test]
fn many_anchors_take_no_longer() {
    let mut text = String::new();
    for i in 0..20_000 {
        text.push_str(&format!("- &a{i} x\n- *a0\n"));
    }
    assert!(value::read(&text, &mut ValueBuilder, &Options::default()).is_ok());
}

#[test]
fn json_of_any_depth_needs_no_stack() {
    let check = || {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            // One level deeper is an error, which is told before anything is built.
            let deep = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert_eq!(json::from_str(&deep(MAX_DEPTH), &mut Depth), Ok(MAX_DEPTH));
            assert_eq!(json::from_str(&deep(MAX_DEPTH + 1), &mut Depth), Err(json::Error::Depth));
            assert_eq!(json::from_str(&deep(9_999), &mut Depth), Err(json::Error::Depth));
        }
    };
    // WASM has no threads; its own stack is small.
    if cfg!(target_family = "wasm") {
        return check();
    }
    std::thread::Builder::new()
        .stack_size(64 << 10)
        .spawn(check)
        .expect("a thread starts")
        .join()
        .expect("the small stack is enough");
}

/// Builds how deep a value nests.
struct Depth;

impl Builder for Depth {
    type Value = usize;
    type Key = ();

    fn null(&mut self) -> usize {
        0
    }
    fn bool(&mut self, _: bool) -> usize {
        0
    }
    fn number(&mut self, _: Number) -> usize {
        0
    }
    fn text(&mut self, _: &str) -> usize {
        0
    }
    fn key(&mut self, _: &str) {}
    fn list(&mut self, items: Vec<usize>) -> usize {
        items.into_iter().max().unwrap_or(0) + 1
    }
    fn map(&mut self, entries: Vec<((), usize)>) -> usize {
        entries.into_iter().map(|(_, depth)| depth).max().unwrap_or(0) + 1
    }
}
