//! Git's own judgement of a hosted repository.

use std::io::Write as _;
use std::process::{Command, Stdio};

use fairlead_fetch::Body;
use fairlead_git::Repository as _;
use fairlead_git::hosted::{Hosted, Protocol};
use fairlead_git::wire::{Line, Lines, Want, fetch_request};
use fairlead_sqlite::Sqlite;

use super::super::poll::finish;
use super::foreign::main;

/// Makes a repository of what a clone is sent, and lets `git fsck` judge it. Returns how many objects there are.
pub(crate) fn judge(hosted: &Hosted<Sqlite>, folder: &str) -> usize {
    let Some(head) = finish(hosted.head(&main())).unwrap() else { return 0 };
    let want = Want { oids: vec![head], depth: None, filter: None };
    let request = fetch_request(&want, fairlead_git::AGENT);
    let answer = finish(hosted.upload_pack(Protocol::V2, Body::from(request))).unwrap();
    let answer = finish(answer.collect(64 << 20)).unwrap();
    let mut lines = Lines::new(&answer);
    let mut pack = Vec::new();
    while let Ok(Some(line)) = lines.line() {
        if let Line::Data([1, piece @ ..]) = line {
            pack.extend_from_slice(piece);
        }
    }
    let path = std::env::temp_dir().join(format!("fairlead-wire-{}-{folder}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    let git = |arguments: &[&str], input: &[u8]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(&path).args(arguments).env("GIT_CONFIG_NOSYSTEM", "1");
        let mut git = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git is there");
        git.stdin.take().unwrap().write_all(input).unwrap();
        let output = git.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned() + &said
    };
    std::fs::create_dir_all(&path).unwrap();
    git(&["init", "--quiet", "--bare"], b"");
    git(&["index-pack", "--stdin", "--strict"], &pack);
    git(&["update-ref", "refs/heads/main", &head.to_string()], b"");
    let said = git(&["fsck", "--strict", "--full", "--no-dangling"], b"");
    assert!(!said.contains("missing") && !said.contains("error"), "{said}");
    let objects = git(&["rev-list", "--objects", "refs/heads/main"], b"").lines().count();
    std::fs::remove_dir_all(&path).unwrap();
    objects
}
