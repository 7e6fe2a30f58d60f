//! Commits that land, whole and once, or not at all.

use fairlead_fetch::block_on;
use fairlead_git::landing::{OnceError, once};
use fairlead_git::{LandError, Repository, RepositoryError, Strategy};
use fairlead_git_server::{Fault, Server};

use crate::support::{commit, draft, land, landing, main, oid, ours, planned, try_plan, why};

fn started() -> (Server, fairlead_git_server::Repository) {
    let server = Server::start();
    let repository = server.repository("shop");
    repository.commit("main", &[("a/b/one", Some("one\n")), ("a/two", Some("two\n")), ("three", Some("3"))]);
    server.requests();
    (server, repository)
}

#[test]
fn a_first_commit_lands_in_an_empty_repository() {
    let server = Server::start();
    let repository = server.repository("shop");
    let ours = ours(&server.url("shop"));
    let landed = commit(&ours, &[("a/b/one", Some("one\n")), ("three", Some("3"))]).unwrap();
    assert_eq!(landed.strategy, Strategy::Push);
    assert_eq!(landed.commits.last().unwrap().to_string(), repository.head("main"));
    assert_eq!(repository.files("main"), ["a/b/one", "three"]);
    assert_eq!(
        repository.git(&["log", "-1", "--format=%an %ae %ad %B", "main"]),
        "Ann ann@example.com Wed Nov 15 00:13:20 2023 +0200 delivery: generate\n\nWhy."
    );
    repository.check();
}

#[test]
fn only_the_trees_on_changed_paths_are_read_and_sent() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    let head = block_on(ours.head(&main())).unwrap();
    let change =
        [("a/two", Some("2\n")), ("new/deep/file", Some("2\n")), ("three", None), ("not/there", None)];
    let planned = planned(&ours, draft(head, &change));
    assert_eq!(planned.trees.len(), 4, "the root, a, new and new/deep");
    land(&ours, &draft(head, &change)).unwrap();
    assert_eq!(repository.files("main"), ["a/b/one", "a/two", "new/deep/file"]);
    assert_eq!(ours.traffic().requests, server.requests().len());
    repository.check();
}

#[test]
fn ten_thousand_files_are_one_push() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    let names: Vec<String> = (0..10_000).map(|n| format!("out/{}/{}/{n}", n % 10, n % 100)).collect();
    let texts: Vec<String> = (0..10_000).map(|n| format!("number: {n}\n")).collect();
    let files: Vec<(&str, Option<&str>)> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), Some(text.as_str()))).collect();
    commit(&ours, &files).unwrap();
    let asked = server.requests();
    assert!(asked.len() <= 6, "{} requests", asked.len());
    let push = asked.last().unwrap();
    assert_eq!(push.path, "/shop.git/git-receive-pack");
    assert_eq!(push.header("content-length").map(str::to_owned), Some(push.body.len().to_string()));
    assert_eq!(repository.files("main").len(), 10_003);
    repository.check();
}

#[test]
fn what_was_pushed_is_not_read_again() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    commit(&ours, &[("a/two", Some("2\n"))]).unwrap();
    server.requests();
    commit(&ours, &[("a/two", Some("3\n"))]).unwrap();
    let asked: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    // Where the branch is, and the push.
    assert_eq!(asked, ["/shop.git/git-upload-pack", "/shop.git/info/refs", "/shop.git/git-receive-pack"]);
    assert_eq!(repository.git(&["show", "main:a/two"]), "3");
    repository.check();
}

#[test]
fn several_commits_land_together() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    let head = block_on(ours.head(&main())).unwrap();
    let first = planned(&ours, draft(head, &[("x", Some("1"))]));
    let mut second = first.clone();
    second.commit.parents = vec![first.oid];
    second.commit.message = "second".to_owned();
    second.oid = second.commit.object().oid();
    let mut both = landing(head, first);
    both.commits.push(second);
    let landed = block_on(ours.land(&both)).unwrap();
    assert_eq!(landed.commits.len(), 2);
    assert_eq!(repository.git(&["rev-list", "--count", "main"]), "3");
}

#[test]
fn a_stale_writer_moves_nothing_and_learns_where_the_branch_is() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    let old = block_on(ours.head(&main())).unwrap();
    let stale = draft(old, &[("x", Some("x"))]);
    let new = repository.commit("main", &[("y", Some("y"))]);
    let LandError::Moved { head, .. } = why(land(&ours, &stale)) else { panic!("it landed on another head") };
    assert_eq!(head, Some(oid(&new)));
    // Between what the server says first and the push somebody else may be faster still.
    let old = block_on(ours.head(&main())).unwrap();
    let stale = draft(old, &[("x", Some("x"))]);
    let other = repository.clone();
    let race = move || drop(other.commit("main", &[("z", Some("z"))]));
    server.fail("POST /shop.git/git-receive-pack", Fault::First(Box::new(race)));
    let landed = why(land(&ours, &stale));
    assert!(matches!(landed, LandError::Moved { head: Some(_), .. }), "{landed:?}");
    assert_eq!(repository.files("main"), ["a/b/one", "a/two", "three", "y", "z"]);
}

#[test]
fn a_branch_that_must_not_exist_is_not_overwritten() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    let head = repository.head("main");
    let landed = land(&ours, &draft(None, &[("x", Some("x"))]));
    assert!(matches!(why(landed), LandError::Moved { .. }));
    assert_eq!(repository.head("main"), head);
}

#[test]
fn a_lost_answer_is_found_out_and_nothing_lands_twice() {
    for fault in [Fault::Lost, Fault::status(502), Fault::Cut(0), Fault::Cut(10), Fault::Refused] {
        let (server, repository) = started();
        let ours = ours(&server.url("shop"));
        let shown = format!("{fault:?}");
        server.fail("POST /shop.git/git-receive-pack", fault);
        let landed = commit(&ours, &[("x", Some("x"))]).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(landed.commits.last().unwrap().to_string(), repository.head("main"));
        assert_eq!(repository.git(&["rev-list", "--count", "main"]), "2", "one commit, not two");
    }
}

#[test]
fn a_lost_answer_is_found_out_under_other_peoples_commits() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    let head = block_on(ours.head(&main())).unwrap();
    let mine = draft(head, &[("x", Some("x"))]);
    let commit = planned(&ours, mine.clone()).oid;
    server.fail("POST /shop.git/git-receive-pack", Fault::Lost);
    let other = repository.clone();
    let later = move || drop(other.commit("main", &[("theirs", Some("t"))]));
    // The branch is read again once the answer is lost; by then somebody has built on the commit.
    server.fail("POST /shop.git/git-upload-pack", Fault::First(Box::new(later)));
    assert_eq!(land(&ours, &mine).unwrap().commits, [commit]);
    assert_eq!(repository.files("main"), ["a/b/one", "a/two", "theirs", "three", "x"]);
}

#[test]
fn what_stays_unknown_says_so() {
    let (server, _repository) = started();
    let ours = ours(&server.url("shop"));
    let head = block_on(ours.head(&main())).unwrap();
    let mine = draft(head, &[("x", Some("x"))]);
    let sent = planned(&ours, mine.clone()).oid;
    server.fail("POST /shop.git/git-receive-pack", Fault::Lost);
    for _ in 0..10 {
        server.fail("POST /shop.git/git-upload-pack", Fault::status(500));
    }
    let landed = land(&ours, &mine);
    assert!(matches!(landed, Err(OnceError::Unknown { commit, .. }) if commit == sent), "{landed:?}");
}

#[test]
fn a_rule_of_the_server_is_told_in_its_words() {
    let (server, repository) = started();
    let hook = repository.folder().join("hooks/pre-receive");
    std::fs::write(&hook, "#!/bin/sh\necho 'main is frozen until Monday'\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let landed = why(commit(&ours(&server.url("shop")), &[("x", Some("x"))]));
    let LandError::Refused { rule, .. } = landed else { panic!("{landed:?}") };
    assert!(rule.contains("pre-receive hook declined") && rule.contains("frozen until Monday"), "{rule}");
}

#[test]
fn a_branch_is_replaced_only_where_it_is_as_it_was() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop"));
    let first = block_on(ours.head(&main())).unwrap();
    let second = commit(&ours, &[("x", Some("old"))]).unwrap().commits.last().copied();
    let replaced =
        |head| block_on(once(&ours, (&main(), head), &draft(first, &[("x", Some("new"))]), |_, _| true));
    // The answer is lost, and the branch tells what became of the commit.
    server.fail("POST /shop.git/git-receive-pack", Fault::Lost);
    let landed = replaced(second).unwrap();
    assert_eq!(repository.git(&["log", "--format=%H", "main"]).lines().count(), 2, "upon the first commit");
    assert_eq!(repository.head("main"), landed.commits.last().unwrap().to_string());
    // Somebody who still takes it for the second commit replaces nothing.
    let other = block_on(once(&ours, (&main(), second), &draft(first, &[("x", Some("other"))]), |_, _| true));
    assert!(matches!(why(other), LandError::Moved { .. }));
    assert_eq!(repository.head("main"), landed.commits.last().unwrap().to_string());
    repository.check();
}

/// Before the pack is sent a refusal says that nothing landed; afterwards it may be the answer to the second of two that
/// something in between made of it, and only what is too large is too large both times.
#[test]
fn a_refusal_says_what_it_can_say() {
    let (server, repository) = started();
    let head = repository.head("main");
    for status in [401, 403, 404, 413, 429] {
        for words in ["GET /shop.git/info/refs?service=git-receive-pack", "POST /shop.git/git-receive-pack"] {
            server.fail(words, Fault::status(status));
            let ours = ours(&server.url("shop"));
            let head = block_on(ours.head(&main())).unwrap();
            let wanted = draft(head, &[("x", Some("x"))]);
            // Who does not want to wait is told at once.
            let landed = block_on(once(&ours, (&main(), head), &wanted, |_, _| false)).unwrap_err();
            let limited = |error: &RepositoryError| matches!(error, RepositoryError::RateLimited { .. });
            let expected = match &landed {
                OnceError::Land(LandError::Refused { .. }) => status == 413,
                OnceError::Land(LandError::Repository(error)) => {
                    words.starts_with("GET") && limited(error) == (status == 429)
                }
                OnceError::Unknown { refusal: Some(refusal), .. } => match &**refusal {
                    LandError::Doubted(error) => {
                        words.starts_with("POST") && limited(error) == (status == 429)
                    }
                    _ => false,
                },
                _ => false,
            };
            assert!(expected, "{status} {words}: {landed:?}");
        }
    }
    assert_eq!(repository.head("main"), head);
}

#[test]
fn push_options_reach_the_hooks_or_are_told_not_to() {
    let (server, repository) = started();
    let hook = repository.folder().join("hooks/pre-receive");
    std::fs::write(&hook, "#!/bin/sh\necho \"$GIT_PUSH_OPTION_0\" > option\n").unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let with = || ours(&server.url("shop")).with_push_options(vec!["ci.skip".to_owned()]);
    commit(&with(), &[("x", Some("x"))]).unwrap();
    assert_eq!(std::fs::read_to_string(repository.folder().join("option")).unwrap(), "ci.skip\n");
    repository.git(&["config", "receive.advertisePushOptions", "false"]);
    let landed = why(commit(&with(), &[("y", Some("y"))]));
    assert!(matches!(landed, LandError::Unfit { .. }), "{landed:?}");
}

#[test]
fn what_is_in_the_way_is_a_conflict_and_not_overwritten() {
    let (server, _repository) = started();
    let ours = ours(&server.url("shop"));
    let head = block_on(ours.head(&main())).unwrap();
    let planned = |files: &[(&str, Option<&str>)]| {
        try_plan(&ours, draft(head, files)).map_err(|error| error.to_string())
    };
    let message = planned(&[("a", Some("x"))]).unwrap_err();
    assert!(message.contains("a folder is there"), "{message}");
    let message = planned(&[("three/below", Some("x"))]).unwrap_err();
    assert!(message.contains("a file is in the way"), "{message}");
    // A file becomes a folder where the same edit deletes the file, and the other way round.
    assert!(planned(&[("three", None), ("three/below", Some("x"))]).is_ok());
    assert!(planned(&[("a/b/one", None), ("a/b", Some("x"))]).is_ok());
}

#[test]
fn a_link_is_not_written_through() {
    let (server, repository) = started();
    let blob = repository.git_with(&["hash-object", "-w", "--stdin"], b"/etc");
    repository.git(&["read-tree", "main"]);
    repository.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{blob},link")]);
    let tree = repository.git(&["write-tree"]);
    let linked = repository.git(&["commit-tree", "-m", "link", &tree]);
    repository.git(&["update-ref", "refs/heads/main", &linked]);
    let ours = ours(&server.url("shop"));
    let planned = try_plan(&ours, draft(Some(oid(&linked)), &[("link/passwd", Some("x"))]));
    let message = planned.unwrap_err().to_string();
    assert!(message.contains("links are never written through"), "{message}");
}
