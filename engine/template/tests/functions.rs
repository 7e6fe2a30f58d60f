//! Single expressions, with what Helm answered.
//!
//! A case file holds one template a line; the answers follow it, indented: `= "output"` or `! error`, with the version
//! of Helm before the sign where the two differ. `tests/oracle/functions` asks Helm again and writes the answers.
//! `FAIRLEAD_CASES=FILE` compares with the answers in another file, such as random ones.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::fs;
use std::sync::Arc;

use fairlead_template::go::quote::quote_bytes;
use fairlead_template::{
    Dialect, Environment, Execution, FnError, Limits, Map, MapType, Set, Site, Template, Value,
};

#[test]
fn functions_answer_as_helm_does() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/functions");
    let mut paths: Vec<_> = match std::env::var("FAIRLEAD_CASES") {
        Ok(path) => vec![path.into()],
        Err(_) => fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect(),
    };
    paths.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for case in cases(&text) {
            for (dialect, wanted) in [Dialect::Helm3, Dialect::Helm4].into_iter().zip(case.answers) {
                count += 1;
                let got = answer(case.template, dialect);
                if got != wanted {
                    let file = path.file_name().unwrap().to_string_lossy();
                    wrong.push(format!(
                        "{file} {dialect:?}: {}\n  wanted {wanted}\n  got    {got}",
                        case.template
                    ));
                }
            }
        }
    }
    assert!(count > 0, "there are no cases");
    assert!(wrong.is_empty(), "{} of {count} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

struct Case<'t> {
    template: &'t str,
    /// Of Helm 3 and of Helm 4.
    answers: [&'t str; 2],
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in text.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match (line.strip_prefix("  "), cases.last_mut()) {
            (Some(answer), Some(case)) => match answer.split_at(1) {
                ("3", answer) => case.answers[0] = answer,
                ("4", answer) => case.answers[1] = answer,
                _ => case.answers = [answer; 2],
            },
            _ => cases.push(Case { template: line, answers: ["", ""] }),
        }
    }
    cases
}

/// What the two Helms answer in common: the output, or the message without its place.
fn answer(source: &str, dialect: Dialect) -> String {
    let template = match Template::parse("c/t", source, dialect) {
        Ok(template) => Arc::new(template),
        Err(error) => return format!("! {}", error.message),
    };
    let set = Set::link([template]);
    let environment = Fixed(dialect);
    let mut execution = Execution::new(&set, &environment, Limits::default());
    let data = Map::new();
    data.insert("Values", values(dialect));
    match execution.execute("c/t", &Value::Map(data)) {
        Ok(output) => {
            let output = String::from_utf8(output.into_bytes())
                .map(|text| text.replace("<no value>", "").into_bytes())
                .unwrap_or_else(|error| error.into_bytes());
            format!("= {}", quote_bytes(&output))
        }
        Err(error) => format!("! {}", message(&error.to_string()).trim().replace('\n', "\\n")),
    }
}

fn message(text: &str) -> &str {
    if let Some((_, marked)) = text.split_once("HELM_ERR_START") {
        return marked.split("HELM_ERR_END").next().unwrap();
    }
    let Some((_, after)) = text.split_once("executing \"c/t\" at <") else { return text };
    after.split_once(">: ").map_or(text, |(_, message)| message)
}

struct Fixed(Dialect);

impl Environment for Fixed {
    fn dialect(&self) -> Dialect {
        self.0
    }

    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        Ok((1_700_000_000, 0))
    }

    fn random(&self, site: &Site, bytes: &mut [u8]) -> Result<(), FnError> {
        bytes.fill(site.ordinal as u8);
        Ok(())
    }
}

/// The same values as the oracle gives to Helm.
fn values(dialect: Dialect) -> Value {
    let list = |items: &[Value]| Value::list(items.to_vec());
    let inner = Map::new();
    inner.insert("d", list(&["e".into()]));
    inner.insert("n", Value::Nil);
    let map = Map::new();
    map.insert("a", Value::Float(1.0));
    map.insert("b", "two".into());
    map.insert("c", Value::Map(inner));
    let ty = if dialect == Dialect::Helm3 { &"chartutil.Values" } else { &"common.Values" };
    let values = Map::of(MapType::Named(ty));
    for (key, value) in [
        ("float", Value::Float(3.0)),
        ("half", Value::Float(2.5)),
        ("big", Value::Float(8_080_000.0)),
        ("text", "text".into()),
        ("empty", "".into()),
        ("yes", true.into()),
        ("no", false.into()),
        ("nothing", Value::Nil),
        ("list", list(&["a".into(), Value::Float(2.0), true.into(), Value::Nil])),
        ("numbers", list(&[Value::Float(3.0), Value::Float(1.0), Value::Float(2.0)])),
        ("map", Value::Map(map)),
    ] {
        values.insert(key, value);
    }
    Value::Map(values)
}
