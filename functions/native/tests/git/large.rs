//! A repository of ten thousand files: what an edge host has 128 MB of memory for. It tells how long everything took.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::server::{Served, Tree};

const FILES: u32 = 10_000;

#[test]
#[ignore = "it takes a while: `tests/run workers spin` ask for it"]
fn ten_thousand_files_are_pushed_and_cloned() {
    let served = Served::with_repository();
    let tree = served.work_tree("work");
    import(&tree);
    let timed = |what: &str, work: &dyn Fn()| {
        let began = Instant::now();
        work();
        eprintln!("{what}: {:.2?}", began.elapsed());
    };
    timed("push of 10 000 files", &|| drop(tree.git(&["push", "-q", "origin", "main"])));
    for (what, options) in [
        ("clone", &["--bare"][..]),
        ("shallow clone", &["--bare", "--depth", "1"]),
        ("clone without blobs", &["--bare", "--filter=blob:none"]),
    ] {
        timed(what, &|| {
            let clone = served.clone(what, options);
            assert_eq!(clone.head(), tree.head());
        });
    }
    tree.git(&["checkout", "-q", "-f", "main"]);
    tree.write("tenants/1/app-1/manifest.yaml", "changed\n");
    tree.commit("one change");
    timed("push of one change", &|| drop(tree.git(&["push", "-q", "origin", "main"])));
    let clone = served.clone("again", &["--bare", "--depth", "1"]);
    assert_eq!(clone.git(&["rev-parse", "HEAD^{tree}"]), tree.git(&["rev-parse", "HEAD^{tree}"]));
}

/// Manifests that differ, in one commit.
fn import(tree: &Tree) {
    let mut import = Command::new("git")
        .current_dir(&tree.0)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = import.stdin.take().unwrap();
    let head = "commit refs/heads/main\ncommitter Ann <ann@example.com> 1700000000 +0000\ndata 2\nm\n";
    input.write_all(head.as_bytes()).unwrap();
    for file in 0..FILES {
        let text: String =
            (0..40).map(|line| format!("key{line}: {}\n", (file * 7919 + line * 31) % 10_007)).collect();
        let path = format!("tenants/{}/app-{file}/manifest.yaml", file % 50);
        write!(input, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
    }
    drop(input);
    assert!(import.wait().unwrap().success());
}
