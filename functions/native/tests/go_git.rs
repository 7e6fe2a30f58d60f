//! Hosted repositories held against go-git, with which Argo CD and Flux read repositories. `tests/run git` builds the
//! program of `tests/go-git` and runs this.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

#[path = "git/server.rs"]
#[allow(dead_code, reason = "shared with the tests of the git client, which use more of it")]
mod server;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use server::{Served, Tree, history};

#[test]
#[ignore = "it needs the program of tests/go-git, named by FAIRLEAD_GO_GIT"]
fn go_git_lists_clones_and_follows() {
    let program =
        std::env::var_os("FAIRLEAD_GO_GIT").expect("FAIRLEAD_GO_GIT names the program of tests/go-git");
    let served = Served::with_repository();
    let tree = served.work_tree("work");
    history(&tree);
    tree.git(&["push", "-q", "-u", "origin", "--all"]);
    tree.git(&["push", "-q", "origin", "--tags"]);
    let mut child = Command::new(program)
        .args([served.url().as_str(), served.folder.path().join("go").to_str().unwrap()])
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut until_pull = || {
        let said: Vec<String> =
            lines.by_ref().map(Result::unwrap).take_while(|line| line != "pull").collect();
        said
    };
    let said = until_pull();
    let refs: Vec<&str> = said.iter().filter_map(|line| line.strip_prefix("ref ")).collect();
    assert!(refs.contains(&"refs/heads/main HEAD"), "{refs:?}");
    for line in tree.refs().lines() {
        assert!(refs.contains(&line), "{line} in {refs:?}");
    }
    let one = format!("shallow head {} commits 1", tree.head());
    assert!(said.contains(&one), "{one} in {said:#?}");
    expect(&said, &tree);
    for round in 0..3 {
        tree.write("a/b/file", &format!("round {round}\n"));
        tree.commit("round");
        tree.git(&["push", "-q", "origin", "main"]);
        writeln!(input).unwrap();
        expect(&until_pull(), &tree);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

/// Both clones are at the head and have its files.
fn expect(said: &[String], tree: &Tree) {
    let whole: usize = tree.git(&["rev-list", "--count", "--all"]).parse().unwrap();
    let files = tree.git(&["ls-tree", "-r", "--format=%(objectname) %(path)", "HEAD"]);
    let head = format!("whole head {} commits {whole}", tree.head());
    assert!(said.contains(&head), "{head} in {said:#?}");
    for name in ["whole", "shallow"] {
        let head = format!("{name} head {} ", tree.head());
        assert!(said.iter().any(|line| line.starts_with(&head)), "{head} in {said:#?}");
        let before = format!("{name} file ");
        let mut found: Vec<&str> = said.iter().filter_map(|line| line.strip_prefix(&before)).collect();
        let mut expected: Vec<&str> = files.lines().collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{name}");
    }
}
