//! What is claimed to hold against attacks and failures is held by tests that are there.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::fs;
use std::path::Path;

#[test]
fn each_row_is_held_by_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rows = fs::read_to_string(root.join("tests/hardening.tsv")).unwrap();
    let mut missing = Vec::new();
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let [number, _, proofs] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {row}");
        };
        for proof in proofs.split(' ') {
            let (file, test) = proof.split_once("::").unwrap_or((proof, ""));
            let text = fs::read_to_string(root.join(file)).unwrap_or_default();
            if text.is_empty() || (!test.is_empty() && !is_test(&text, test)) {
                missing.push(format!("{number}: {proof}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether a file has a test of that name; other attributes may stand between.
fn is_test(text: &str, name: &str) -> bool {
    let start = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let Some(at) = lines.iter().position(|line| line.starts_with(&start)) else { return false };
    lines[..at].iter().rev().take_while(|line| line.starts_with("#[")).any(|line| *line == "#[test]")
}
