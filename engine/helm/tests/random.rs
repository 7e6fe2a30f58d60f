//! Random charts, rendered by Helm's own code and by ours.
//!
//! Runs where `FAIRLEAD_CHARTS_ORACLE` names the program that `tests/oracle/charts` builds: `FAIRLEAD_RANDOM` is how many
//! charts (1 000 without it), `FAIRLEAD_SEED` where to start. What differs is shrunk before it is shown, as a case that
//! can be put into a file under `cases/`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

#[path = "random/generate.rs"]
mod generate;
#[path = "support/mod.rs"]
mod support;
#[path = "random/tree.rs"]
mod tree;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use fairlead_helm::Dialect;
use generate::{Chart, Generator};
use support::{Case, answer};

#[test]
fn random_charts() {
    let Ok(path) = std::env::var("FAIRLEAD_CHARTS_ORACLE") else {
        return;
    };
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (first, count) = (number("FAIRLEAD_SEED", 1), number("FAIRLEAD_RANDOM", 1000));
    let mut oracle = Oracle::start(&path);
    let mut wrong = Vec::new();
    for seed in first..first + count {
        let chart = Generator::new(seed).question();
        if differs(&mut oracle, &chart).is_none() {
            continue;
        }
        let chart = shrink(&mut oracle, chart);
        let Some((dialect, wanted, got)) = differs(&mut oracle, &chart) else { continue };
        let case = chart.case();
        let mut text = format!("=== seed-{seed} {}\n", case.arguments.join(" "));
        case.files.iter().for_each(|(name, body)| text += &format!("--- {name}\n{body}"));
        case.values.iter().for_each(|body| text += &format!("--- -f\n{body}"));
        wrong.push(format!("{text}--- {dialect:?} wanted\n{wanted}--- got\n{got}"));
        if wrong.len() >= 20 {
            break;
        }
    }
    assert!(wrong.is_empty(), "{} charts differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Renders by both, and answers with what differs.
fn differs(oracle: &mut Oracle, chart: &generate::Question) -> Option<(Dialect, String, String)> {
    let case = chart.case();
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        let wanted = oracle.ask(&case, dialect)?;
        let got = answer(&case, dialect);
        if wanted.trim_end() != got.trim_end() {
            // What Helm itself answers in two ways is no news.
            let again = (0..6).all(|_| oracle.ask(&case, dialect).as_ref() == Some(&wanted));
            return again.then_some((dialect, wanted, got));
        }
    }
    None
}

/// Makes a chart smaller as long as it still differs.
fn shrink(oracle: &mut Oracle, mut chart: generate::Question) -> generate::Question {
    'again: for _ in 0..300 {
        for smaller in chart.smaller() {
            if differs(oracle, &smaller).is_some() {
                chart = smaller;
                continue 'again;
            }
        }
        break;
    }
    chart
}

/// Helm's own code, running beside us.
struct Oracle {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    fn start(path: &str) -> Oracle {
        let folder = std::env::temp_dir().join(format!("fairlead-charts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut child = Command::new(path)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the oracle starts");
        let (questions, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Oracle { child, questions, answers: BufReader::new(answers) }
    }

    /// Helm's answer, or `None` where it panicked.
    fn ask(&mut self, case: &Case, dialect: Dialect) -> Option<String> {
        let helm = if dialect == Dialect::Helm3 { 3 } else { 4 };
        let question = serde_json::json!({
            "helm": helm, "files": case.files, "values": case.values, "arguments": case.arguments,
        });
        writeln!(self.questions, "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&line).expect("the oracle answers in JSON");
        if answer["crash"] == true {
            return None;
        }
        match answer["error"].as_str().unwrap() {
            "" => Some(answer["output"].as_str().unwrap().to_owned()),
            error => Some(format!("Error: {}\n", error.trim_end())),
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every chart is made of the words of one small pool, so that names meet.
#[test]
fn the_same_seed_makes_the_same_chart() {
    let case = |seed| Generator::new(seed).question().case();
    assert_eq!(case(7).files, case(7).files);
    assert_ne!(case(7).files, case(8).files);
    let _: Chart = Generator::new(7).question().root;
}
