//! Random templates, rendered by Helm's own engines and by ours.
//!
//! Runs where `FAIRLEAD_ORACLE` names the oracle: `FAIRLEAD_RANDOM` is how many cases (1 000 without it),
//! `FAIRLEAD_SEED` where to start. What differs is shrunk before it is shown.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

#[path = "random/generate.rs"]
mod generate;
#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;

use fairlead_template::Dialect;
use generate::{Generator, Piece};
use support::{Answer, Case, Oracle};

#[test]
fn random_templates() {
    let Ok(path) = std::env::var("FAIRLEAD_ORACLE") else {
        return;
    };
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (first, count) = (number("FAIRLEAD_SEED", 1), number("FAIRLEAD_RANDOM", 1000));
    let mut oracle = Oracle::start(&path);
    let mut wrong = Vec::new();
    for seed in first..first + count {
        let pieces = Generator::new(seed).template();
        if differs(&mut oracle, &pieces).is_none() {
            continue;
        }
        let pieces = shrink(&mut oracle, pieces);
        if let Some((dialect, wanted, got)) = differs(&mut oracle, &pieces) {
            let (wanted, got) = support::difference(&wanted, &got);
            let text = generate::print(&pieces);
            wrong.push(format!("seed {seed} ({dialect:?}): {text}\n  wanted: {wanted:?}\n  got:    {got:?}"));
        }
        if wrong.len() >= 20 {
            break;
        }
    }
    assert!(wrong.is_empty(), "{} templates differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Renders by both, and answers with what differs.
fn differs(oracle: &mut Oracle, pieces: &[Piece]) -> Option<(Dialect, String, String)> {
    let files = BTreeMap::from([
        ("templates/_h.tpl".to_owned(), generate::HELPERS.to_owned()),
        ("templates/t.yaml".to_owned(), generate::print(pieces)),
    ]);
    let case = Case { name: String::new(), values: generate::VALUES.to_owned(), files };
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        let wanted = text(oracle.ask(&case, dialect))?;
        let got = text(support::render(&case, dialect))?;
        if wanted != got {
            // What Helm itself answers in two ways is no news.
            let again = (0..8).all(|_| text(oracle.ask(&case, dialect)).as_ref() == Some(&wanted));
            return again.then_some((dialect, wanted, got));
        }
    }
    None
}

fn text(answer: Answer) -> Option<String> {
    match answer {
        Answer::Files(files) => Some(files.into_values().next().unwrap_or_default()),
        Answer::Error(error) => Some(format!("error: {error}")),
        Answer::Crash => None,
    }
}

/// Makes a template smaller as long as it still differs.
fn shrink(oracle: &mut Oracle, mut pieces: Vec<Piece>) -> Vec<Piece> {
    'again: for _ in 0..200 {
        for smaller in generate::smaller(&pieces) {
            if differs(oracle, &smaller).is_some() {
                pieces = smaller;
                continue 'again;
            }
        }
        break;
    }
    pieces
}
