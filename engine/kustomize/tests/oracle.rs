//! Holds the crate against what the real kustomize answered for every case; `record.py` beside this file records.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::path::{Path, PathBuf};

use fairlead_kustomize::{Options, build};
use fairlead_world::{Blob, MemoryWorld, RepoPath};

/// The sections of a case: names and bodies, the answer last.
fn sections(text: &str) -> Vec<(&str, String)> {
    let mut all: Vec<(&str, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let name = line.trim_end().strip_prefix("-- ").and_then(|line| line.strip_suffix(" --"));
        match (name, all.last_mut()) {
            (Some(name), _) => all.push((name, String::new())),
            (None, Some((_, body))) => body.push_str(line),
            (None, None) => {}
        }
    }
    all
}

/// Builds a case and shows the answer as the recorder does.
fn answer(files: &[(&str, String)]) -> String {
    let mut world = MemoryWorld::new();
    for (path, body) in files {
        world.insert(RepoPath::parse(path).expect("paths are relative"), Blob::from(body.as_str()));
    }
    let folder = if files.iter().any(|(path, _)| path.starts_with("overlay/")) { "overlay" } else { "base" };
    let options = Options { shown_root: "ROOT".to_owned(), written: folder.to_owned(), ..Options::default() };
    let built = build(&world, &RepoPath::parse(folder).expect("it is a path"), &options);
    match built.result.and_then(|resources| resources.print()) {
        Ok(text) => format!("-- output --\n{text}"),
        Err(error) => format!("-- error --\n{error}\n"),
    }
}

fn cases(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the cases are there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() { cases(&path, all) } else { all.push(path) }
    }
}

#[test]
fn every_case_is_answered_as_kustomize_does() {
    let mut all = Vec::new();
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut all);
    all.sort();
    assert!(all.len() > 60, "the cases are gone");
    let mut wrong = Vec::new();
    for case in all {
        let text = std::fs::read_to_string(&case).expect("it is text");
        let mut files = sections(&text);
        let (kind, body) = files.pop().expect("the answer comes last");
        let (got, want) = (answer(&files), format!("-- {kind} --\n{body}"));
        if got != want {
            wrong.push(format!("=== {}\n--- got\n{got}--- want\n{want}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{} cases differ\n{}", wrong.len(), wrong.join("\n"));
}
