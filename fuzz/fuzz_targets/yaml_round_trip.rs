//! What was read and printed reads the same again, in both versions and as JSON.

#![no_main]

use fairlead_yaml::value::{self, ValueBuilder};
use fairlead_yaml::{Style, Value, emit, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(value) = value::from_str(text) else { return };
    if let Ok(printed) = json::to_string(&value, json::Options::default()) {
        let again = json::from_str(&printed, &mut ValueBuilder).expect("what was printed is JSON");
        assert_eq!(plain(again), plain(value.clone()));
    }
    for style in [Style::V2, Style::PRETTY, Style::V3, Style::KYAML] {
        // What YAML can't have in a text makes version 2 fail, and version 3 print escapes.
        let Ok(printed) = emit::to_string(&value, style) else { continue };
        if has_oddity(&value) {
            continue;
        }
        let again = value::from_str(&printed).unwrap_or_else(|error| panic!("{error}:\n{printed}"));
        assert_eq!(plain(again), plain(value.clone()), "{printed}");
    }
});

/// Numbers by their value alone: a whole float prints as an integer.
fn plain(value: Value) -> Value {
    match value {
        Value::Int(n) => Value::Float(n as f64),
        Value::Uint(n) => Value::Float(n as f64),
        Value::List(items) => Value::List(items.into_iter().map(plain).collect()),
        Value::Map(map) => Value::Map(map.into_iter().map(|(key, value)| (key, plain(value))).collect()),
        other => other,
    }
}

/// Texts that go-yaml itself doesn't read back: other line breaks, a byte order mark, `<<`, several lines of which the
/// first is empty, and keys that are too long or have several lines.
fn has_oddity(value: &Value) -> bool {
    let odd = |text: &str| {
        text == "<<" || text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}', '\r'])
    };
    match value {
        Value::String(text) => {
            odd(text) || text.starts_with('\n') || (text.contains('\n') && text.contains(['\t', ' ']))
        }
        Value::List(items) => items.iter().any(has_oddity),
        Value::Map(map) => map.iter().any(|(key, value)| {
            odd(key) || key.contains('\n') || key.len() > 100 || has_oddity(value)
        }),
        _ => false,
    }
}
