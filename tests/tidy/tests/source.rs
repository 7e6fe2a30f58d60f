//! What no file of the repository may hold.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The most lines of a source file without its tests. Beyond it, two things live in one room.
const MAX_LINES: usize = 600;

#[test]
fn source_files_stay_readable() {
    let mut long = Vec::new();
    for (path, text) in files(&["*.rs"]) {
        if path
            .components()
            .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "benches" | "tests.rs")))
        {
            continue;
        }
        let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        if lines > MAX_LINES {
            long.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn nothing_is_left_for_later() {
    let marks = ["TO", "FIX", "XX"].iter().zip(["DO", "ME", "X"]).map(|(one, two)| format!("{one}{two}"));
    let marks: Vec<String> =
        marks.chain([["todo", "!("].concat(), ["unimplemented", "!("].concat()]).collect();
    let mut found = Vec::new();
    for (path, text) in files(&["*.rs", "*.sh", "*.mjs", "*.cjs", "*.toml"]) {
        for (number, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark.as_str())) && !line.contains("context.TODO") {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_file_names_a_folder_of_somebodys_machine() {
    let homes =
        [["/ro", "ot/"].concat(), ["/ho", "me/"].concat(), ["/Us", "ers/"].concat(), ["/wo", "rk/"].concat()];
    let mut found = Vec::new();
    for (path, text) in files(&["*.rs", "*.sh", "*.mjs", "*.cjs", "*.toml", "*.md", "tests/run", ".ci/run"]) {
        for (number, line) in text.lines().enumerate() {
            if homes.iter().any(|home| names_folder(line, home)) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Every module says what it is before anything else.
#[test]
fn every_source_file_begins_with_its_description() {
    let mut silent = Vec::new();
    for (path, text) in files(&["engine/*.rs", "cli/*.rs", "functions/*.rs", "web/*.rs", "examples/*.rs"]) {
        if !text.starts_with("//!") {
            silent.push(path.display().to_string());
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Whether a line has a path that begins with `home`, and not only a path that has it further in.
fn names_folder(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        !line.get(..at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric() || "._-~}*>/".contains(c))
    })
}

/// The committed text files that match git's patterns.
fn files(patterns: &[&str]) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new("git")
        .arg("-C")
        .arg(&root)
        .args(["ls-files", "-z", "--"])
        .args(patterns)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).unwrap();
    let found: Vec<_> = list
        .split('\0')
        .filter(|name| !name.is_empty())
        .filter_map(|name| Some((PathBuf::from(name), std::fs::read_to_string(root.join(name)).ok()?)))
        .collect();
    assert!(!found.is_empty(), "no file matches {patterns:?}");
    found
}
