//! Templates and values as files, with what Helm answered.
//!
//! A case file holds any number of cases. `=== name` starts one, `--- values` its values, `--- NAME` the template
//! of that name under `templates/`, and `--- helm` (or `--- helm3` and `--- helm4` where they differ) what Helm
//! answered: the output of each template that is not a partial, or the error. `FAIRLEAD_ORACLE=path/to/oracle`
//! asks Helm again and writes its answers into the files.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;

use fairlead_template::Dialect;
use support::{Answer, Case, Oracle};

#[test]
fn cases() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the test is well made")
        .map(|entry| entry.expect("the test is well made").path())
        .collect();
    // Folders hold the cases of other tests.
    paths.retain(|path| path.is_file());
    paths.sort();
    assert!(!paths.is_empty());
    let mut oracle = std::env::var("FAIRLEAD_ORACLE").ok().map(|path| Oracle::start(&path));
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("the test is well made");
        let mut cases = parse(&text);
        if let Some(oracle) = &mut oracle {
            for (case, answers) in &mut cases {
                *answers =
                    [oracle.ask(case, Dialect::Helm3), oracle.ask(case, Dialect::Helm4)].map(|a| show(&a));
            }
            fs::write(&path, print(&cases)).expect("the test is well made");
        }
        for (case, answers) in &cases {
            for (dialect, wanted) in [Dialect::Helm3, Dialect::Helm4].into_iter().zip(answers) {
                let got = show(&support::render(case, dialect));
                if got != *wanted {
                    let file = path.file_name().expect("the test is well made").to_string_lossy();
                    let (wanted, got) = support::difference(wanted, &got);
                    let name = &case.name;
                    wrong.push(format!(
                        "{file}: {name} ({dialect:?})\n  wanted: {wanted:?}\n  got:    {got:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn show(answer: &Answer) -> String {
    match answer {
        Answer::Error(error) => format!("error: {error}"),
        Answer::Crash => "crash".to_owned(),
        Answer::Files(files) if files.len() == 1 => files.values().next().cloned().unwrap_or_default(),
        Answer::Files(files) => {
            let parts: Vec<_> = files.iter().map(|(name, text)| format!("# {name}\n{text}")).collect();
            parts.join("\n")
        }
    }
}

fn parse(text: &str) -> Vec<(Case, [String; 2])> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut cases: Vec<(Case, [String; 2])> = Vec::new();
    for block in text.split("\n=== ").map(|block| block.strip_prefix("=== ").unwrap_or(block)) {
        let (name, rest) = block.split_once('\n').unwrap_or((block, ""));
        if name.starts_with('#') || name.is_empty() {
            continue;
        }
        let mut case = Case { name: name.to_owned(), values: String::new(), files: BTreeMap::new() };
        let mut answers = [String::new(), String::new()];
        for section in format!("\n{rest}").split("\n--- ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            match title {
                "values" => case.values = body.to_owned(),
                "helm" => answers = [body.to_owned(), body.to_owned()],
                "helm3" => answers[0] = body.to_owned(),
                "helm4" => answers[1] = body.to_owned(),
                name => {
                    case.files.insert(format!("templates/{name}"), body.to_owned());
                }
            }
        }
        cases.push((case, answers));
    }
    cases
}

fn print(cases: &[(Case, [String; 2])]) -> String {
    let mut out = String::new();
    for (case, [helm3, helm4]) in cases {
        out += &format!("=== {}\n", case.name);
        if !case.values.is_empty() {
            out += &format!("--- values\n{}\n", case.values);
        }
        for (name, text) in &case.files {
            out += &format!("--- {}\n{text}\n", name.strip_prefix("templates/").unwrap_or(name));
        }
        if helm3 == helm4 {
            out += &format!("--- helm\n{helm3}\n");
        } else {
            out += &format!("--- helm3\n{helm3}\n--- helm4\n{helm4}\n");
        }
    }
    out
}
