//! Pushes: what is taken, what is refused, and that nothing is left of what was.

use std::io::Write as _;
use std::net::TcpStream;

use crate::server::{Served, Tree, history};

fn started() -> (Served, Tree) {
    let served = Served::with_repository();
    let tree = served.work_tree("work");
    tree.write("file", "one\n");
    tree.commit("one");
    tree.git(&["push", "-q", "-u", "origin", "main"]);
    (served, tree)
}

#[test]
fn refs_are_created_moved_and_deleted() {
    let (served, tree) = started();
    history(&tree);
    tree.git(&["push", "-q", "origin", "--all"]);
    tree.git(&["push", "-q", "origin", "--tags"]);
    tree.git(&["push", "-q", "origin", "main:refs/notes/review"]);
    assert_eq!(served.clone("mirror", &["--mirror"]).refs(), tree.refs());
    tree.git(&["push", "-q", "origin", ":topic", ":v1", ":refs/notes/review"]);
    let listed = tree.git(&["ls-remote", "origin"]);
    assert_eq!(listed.lines().count(), 3, "HEAD, main and light: {listed}");
    let refused = tree.git_fails(&["push", "origin", ":main"]);
    assert!(refused.contains("cannot be deleted"), "{refused}");
}

#[test]
fn what_would_lose_commits_is_refused() {
    let (_served, tree) = started();
    let one = tree.head();
    tree.write("file", "two\n");
    tree.commit("two");
    tree.git(&["push", "-q", "origin", "main"]);
    let two = tree.head();
    let refused = tree.git_fails(&["push", "--force", "origin", &format!("{one}:main")]);
    assert!(refused.contains("non-fast-forward"), "{refused}");
    tree.git(&["tag", "v1", &one]);
    tree.git(&["push", "-q", "origin", "v1"]);
    tree.git(&["checkout", "-q", "--orphan", "other"]);
    tree.commit("other");
    let refused = tree.git_fails(&["push", "--force", "origin", "HEAD:refs/tags/v1"]);
    assert!(refused.contains("non-fast-forward"), "{refused}");
    assert!(tree.git(&["ls-remote", "origin", "refs/heads/main"]).starts_with(&two));
    assert!(tree.git(&["ls-remote", "origin", "refs/tags/v1"]).starts_with(&one));
}

#[test]
fn an_atomic_push_moves_all_refs_or_none() {
    let (_served, tree) = started();
    let one = tree.head();
    tree.write("file", "two\n");
    tree.commit("two");
    tree.git(&["push", "-q", "origin", "main"]);
    let refused =
        tree.git_fails(&["push", "--force", "--atomic", "origin", &format!("{one}:main"), "main:new"]);
    assert!(refused.contains("atomic push failed"), "{refused}");
    assert_eq!(tree.git(&["ls-remote", "origin", "refs/heads/new"]), "");
    tree.commit("three");
    tree.git(&["push", "-q", "--atomic", "origin", "main", "main:new"]);
    assert_eq!(tree.git(&["ls-remote", "origin", "refs/heads/*"]).matches(&tree.head()).count(), 2);
    // Without it, each ref stands for itself.
    tree.git_fails(&["push", "--force", "origin", &format!("{one}:main"), "main:newer"]);
    assert!(tree.git(&["ls-remote", "origin", "refs/heads/newer"]).starts_with(&tree.head()));
}

#[test]
fn names_that_stand_in_each_others_way_are_refused() {
    let (_served, tree) = started();
    tree.git(&["push", "-q", "origin", "main:a/b"]);
    for name in ["a", "a/b/c"] {
        let refused = tree.git_fails(&["push", "origin", &format!("main:refs/heads/{name}")]);
        assert!(refused.contains("stands in the way"), "{name}: {refused}");
    }
    tree.git(&["push", "-q", "--atomic", "origin", ":a/b", "main:refs/heads/a"]);
    tree.git(&["push", "-q", "origin", "main:a-b", "main:a.b", "main:a0"]);
}

#[test]
fn options_and_quiet_and_large_posts_are_taken() {
    let (served, tree) = started();
    tree.git(&["push", "-q", "-o", "reason=test", "-o", "ci.skip", "origin", "main:one"]);
    // Beyond http.postBuffer git sends chunks and asks first whether it may.
    let noise: String =
        (0..200_000_u64).map(|n| format!("{:x}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    tree.write("noise", &noise);
    tree.commit("noise");
    tree.git(&["-c", "http.postBuffer=65536", "push", "-q", "origin", "main"]);
    assert_eq!(served.clone("clone", &[]).head(), tree.head());
}

/// Longer than a row, and nothing that could be made shorter.
#[test]
fn a_file_of_many_rows_comes_back() {
    let (served, tree) = started();
    let mut state = 1_u64;
    let mut noise = Vec::with_capacity(5 << 20);
    while noise.len() < 5 << 20 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        noise.extend_from_slice(&state.to_be_bytes()[..5]);
    }
    std::fs::write(tree.0.join("noise"), &noise).unwrap();
    tree.commit("noise");
    tree.git(&["push", "-q", "origin", "main"]);
    let clone = served.clone("clone", &[]);
    assert!(std::fs::read(clone.0.join("noise")).unwrap() == noise);
    // Beyond what one object may have, the client is told so.
    std::fs::write(tree.0.join("huge"), vec![b'x'; 30 << 20]).unwrap();
    tree.commit("huge");
    let refused = tree.git_fails(&["push", "origin", "main"]);
    assert!(refused.contains("beyond a limit"), "{refused}");
    assert_eq!(
        tree.git(&["ls-remote", "origin", "refs/heads/main"]).split('\t').next(),
        Some(&*clone.head())
    );
}

#[test]
fn the_first_branch_is_the_one_that_clones_check_out() {
    let served = Served::with_repository();
    let tree = served.work_tree("work");
    tree.commit("first");
    tree.git(&["push", "-q", "origin", "main:trunk"]);
    assert_eq!(served.clone("clone", &[]).git(&["branch", "--show-current"]), "trunk");
    tree.git(&["push", "-q", "origin", "main:main"]);
    assert_eq!(served.clone("again", &[]).git(&["branch", "--show-current"]), "trunk");
}

#[test]
fn a_thin_pack_finds_its_bases_here() {
    let (served, tree) = started();
    let long: String = (0..5000).map(|line| format!("line {line}\n")).collect();
    tree.write("long", &long);
    tree.commit("long");
    tree.git(&["push", "-q", "origin", "main"]);
    for number in 0..5 {
        tree.write("long", &long.replace("line 77\n", &format!("changed {number}\n")));
        tree.commit("changed");
        tree.git(&["push", "-q", "--thin", "origin", "main"]);
    }
    tree.git(&["push", "-q", "--no-thin", "origin", "main:other"]);
    assert_eq!(served.clone("clone", &[]).head(), tree.head());
}

#[test]
fn of_many_who_push_at_once_each_wins_once() {
    let (served, tree) = started();
    let clones: Vec<Tree> = (0..6).map(|number| served.clone(&format!("clone{number}"), &[])).collect();
    for (number, clone) in clones.iter().enumerate() {
        clone.write(&format!("from/{number}"), "x");
        clone.commit(&format!("from {number}"));
    }
    let won = std::thread::scope(|scope| {
        let pushes: Vec<_> = clones
            .iter()
            .map(|clone| {
                scope.spawn(|| {
                    crate::server::run(&clone.0, &["push", "-q", "origin", "main"]).status.success()
                })
            })
            .collect();
        pushes.into_iter().filter(|_| true).map(|push| push.join().unwrap()).filter(|won| *won).count()
    });
    assert_eq!(won, 1);
    // With another try after a pull, all of them land.
    std::thread::scope(|scope| {
        for clone in &clones {
            scope.spawn(|| {
                for _ in 0..50 {
                    clone.git(&["pull", "-q", "--rebase", "origin", "main"]);
                    if crate::server::run(&clone.0, &["push", "-q", "origin", "main"]).status.success() {
                        return;
                    }
                }
                panic!("never landed");
            });
        }
    });
    tree.git(&["pull", "-q"]);
    assert_eq!(tree.git(&["ls-tree", "--name-only", "HEAD", "from/"]).lines().count(), 6);
    assert_eq!(tree.git(&["rev-list", "--count", "HEAD"]), "7");
    tree.fsck();
}

/// Thousands of objects, with deltas of all kinds.
#[test]
fn a_real_history_comes_back_whole() {
    let served = Served::with_repository();
    let tree = served.work_tree("work");
    let mut stream = String::new();
    for number in 1..=1500 {
        let path = format!("apps/{}/{}/values.yaml", number % 17, number % 90);
        let body: String = (0..60).map(|line| format!("key{line}: {}\n", (number * line) % 97)).collect();
        let message = format!("change {number}\n");
        stream.push_str(&format!(
            "commit refs/heads/main\nmark :{number}\ncommitter Ann <ann@example.com> {} +0000\ndata {}\n{message}",
            1_700_000_000 + number,
            message.len()
        ));
        if number % 100 == 0 {
            stream.push_str(&format!("from :{}\nmerge :{}\n", number - 1, number - 50));
        }
        stream.push_str(&format!("M 100644 inline {path}\ndata {}\n{body}\n", body.len()));
    }
    let mut import = std::process::Command::new("git")
        .current_dir(&tree.0)
        .args(["fast-import", "--quiet"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    tree.git(&["repack", "-adfq", "--depth=200", "--window=20"]);
    tree.git(&["push", "-q", "origin", "main"]);
    let clone = served.clone("clone", &["--bare"]);
    let list = |tree: &Tree| tree.git(&["cat-file", "--batch-check=%(objectname)", "--batch-all-objects"]);
    assert!(list(&tree).lines().count() > 6000);
    assert_eq!(list(&clone), list(&tree));
}

#[test]
fn a_connection_that_is_cut_leaves_everything_as_it_was() {
    let (served, tree) = started();
    let before = tree.git(&["ls-remote", "origin"]);
    tree.write("new", &"new\n".repeat(1000));
    let new = tree.commit("new");
    let old = tree.git(&["rev-parse", "HEAD~1"]);
    let pack = std::process::Command::new("git")
        .current_dir(&tree.0)
        .args(["-c", "pack.threads=1", "pack-objects", "--revs", "--stdout", "-q"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = pack.stdin.as_ref().unwrap();
    write!(input, "{new}\n^{old}\n").unwrap();
    let pack = { pack.wait_with_output().unwrap().stdout };
    let line = format!("{old} {new} refs/heads/main\0 report-status");
    let mut body = format!("{:04x}{line}0000", line.len() + 4).into_bytes();
    body.extend_from_slice(&pack);
    for cut in (0..body.len()).step_by(7).chain([body.len() - 1]) {
        let mut stream = TcpStream::connect(served.address).unwrap();
        write!(
            stream,
            "POST /git/r/{}/repo.git/git-receive-pack HTTP/1.1\r\nhost: {}\r\n{}content-type: application/x-git-receive-pack-request\r\ncontent-length: {}\r\n\r\n",
            served.name,
            served.address,
            served.credentials(true),
            body.len()
        )
        .unwrap();
        stream.write_all(&body[..cut]).unwrap();
        drop(stream);
    }
    assert_eq!(tree.git(&["ls-remote", "origin"]), before);
    tree.git(&["push", "-q", "origin", "main"]);
    assert_eq!(served.clone("clone", &[]).head(), new);
}
