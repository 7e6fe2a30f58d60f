//! Refs, objects, history and snapshots.

use std::rc::Rc;

use fairlead_fetch::block_on;
use fairlead_git::object::Kind;
use fairlead_git::pack::Limits;
use fairlead_git::push::Credential;
use fairlead_git::{Branch, Cache, Repository, RepositoryError, Snapshot};
use fairlead_git_server::{Fault, Options, Server};
use fairlead_world::{Answer, Blob, Entry, Need, World};

use crate::support::{main, oid, ours, path, transport};

fn served(options: Options) -> (Server, fairlead_git_server::Repository) {
    let server = Server::with(options);
    let repository = server.repository("shop");
    repository.commit("main", &[("a/b/one", Some("one\n")), ("a/two", Some("two\n")), ("three", Some("3"))]);
    (server, repository)
}

/// Both protocols, and a server that cannot leave objects out.
fn everywhere(check: impl Fn(&Server, &fairlead_git_server::Repository)) {
    for (old, filter) in [(false, "true"), (false, "false"), (true, "true"), (true, "false")] {
        let (server, repository) = served(Options { old, ..Options::default() });
        repository.git(&["config", "uploadpack.allowFilter", filter]);
        if old && filter == "false" {
            repository.git(&["config", "uploadpack.allowAnySHA1InWant", "false"]);
        }
        check(&server, &repository);
    }
}

#[test]
fn heads_are_read_and_the_branch_that_a_clone_checks_out() {
    everywhere(|server, repository| {
        let ours = ours(&server.url("shop"));
        assert_eq!(block_on(ours.head(&main())), Ok(Some(oid(&repository.head("main")))));
        assert_eq!(block_on(ours.head(&Branch::parse("mai").unwrap())), Ok(None));
        assert_eq!(block_on(ours.default_branch()), Ok(Some(main())));
        repository.commit("main", &[("four", Some("4"))]);
        assert_eq!(block_on(ours.head(&main())), Ok(Some(oid(&repository.head("main")))), "never remembered");
    });
}

#[test]
fn an_empty_repository_has_no_head() {
    for old in [false, true] {
        let server = Server::with(Options { old, ..Options::default() });
        server.repository("empty");
        let ours = ours(&server.url("empty"));
        assert_eq!(block_on(ours.head(&main())), Ok(None));
    }
}

#[test]
fn a_snapshot_answers_what_the_engine_needs() {
    everywhere(|server, repository| {
        let ours = ours(&server.url("shop"));
        block_on(async {
            let head = ours.head(&main()).await.unwrap().unwrap();
            assert_eq!(head, oid(&repository.head("main")));
            let mut snapshot = Snapshot::of(&ours, head).await.unwrap();
            let needs = [
                Need::File(path("a/b/one")),
                Need::File(path("a/b")),
                Need::File(path("three/below")),
                Need::Folder(path("a")),
                Need::Folder(path("not/there")),
            ];
            snapshot.supply(&ours, &needs).await.unwrap();
            let world = snapshot.world();
            assert_eq!(world.read(&path("a/b/one")), Answer::Found(Blob::from("one\n")));
            assert_eq!(world.read(&path("a/b")), Answer::Absent);
            assert_eq!(world.read(&path("three/below")), Answer::Absent);
            assert_eq!(world.list(&path("not/there")), Answer::Absent);
            let Answer::Found(entries) = world.list(&path("a")) else { panic!() };
            let names: Vec<&str> = entries.iter().map(|entry: &Entry| &*entry.name).collect();
            assert_eq!(names, ["b", "two"]);
            assert_eq!(world.read(&path("a/two")), Answer::Found(Blob::from("two\n")), "read along");
        });
    });
}

#[test]
fn all_files_are_listed_or_those_of_some_folders() {
    everywhere(|server, repository| {
        repository.commit("main", &[("c/d", Some("d")), ("C/twin", Some("t")), ("other/x", Some("x"))]);
        let ours = ours(&server.url("shop"));
        let listed = |within: Option<&[fairlead_world::RepoPath]>| {
            block_on(async {
                let head = ours.head(&main()).await.unwrap().unwrap();
                let mut snapshot = Snapshot::of(&ours, head).await.unwrap();
                let files = snapshot.files(&ours, within).await.unwrap();
                let mut paths: Vec<String> = files.into_iter().map(|file| file.path).collect();
                paths.sort();
                paths
            })
        };
        assert_eq!(listed(None), ["C/twin", "a/b/one", "a/two", "c/d", "other/x", "three"]);
        assert_eq!(
            listed(Some(&[path("a/b"), path("c")])),
            ["C/twin", "a/b/one", "a/two", "c/d", "three"],
            "with the files on the way, and a folder that looks the same"
        );
    });
}

#[test]
fn history_comes_newest_first_and_no_further_than_asked() {
    everywhere(|server, repository| {
        let mut commits = vec![repository.head("main")];
        for number in 0..5 {
            commits.insert(0, repository.commit("main", &[("n", Some(&number.to_string()))]));
        }
        let ours = ours(&server.url("shop"));
        let history = |at_most| {
            block_on(async {
                let head = ours.head(&main()).await.unwrap().unwrap();
                let history = ours.history(head, at_most).await.unwrap();
                history.into_iter().map(|(oid, _)| oid.to_string()).collect::<Vec<_>>()
            })
        };
        assert_eq!(history(3), commits[..3]);
        assert_eq!(history(100), commits);
    });
}

#[test]
fn what_is_not_there_is_left_out() {
    let (server, repository) = served(Options::default());
    let ours = ours(&server.url("shop"));
    let nowhere = oid("1234567890123456789012345678901234567890");
    let head = oid(&repository.head("main"));
    let objects = block_on(ours.objects(&[nowhere, head])).unwrap();
    assert_eq!(objects.keys().collect::<Vec<_>>(), [&head]);
}

/// Git leaves out a wanted tree that another wanted tree holds.
#[test]
fn trees_inside_each_other_all_come() {
    let (server, repository) = served(Options::default());
    let ours = ours(&server.url("shop"));
    let wanted: Vec<_> = ["main^{tree}", "main:a", "main:a/b"]
        .into_iter()
        .map(|name| oid(&repository.git(&["rev-parse", name])))
        .collect();
    assert_eq!(block_on(ours.objects(&wanted)).unwrap().len(), 3);
}

#[test]
fn an_unchanged_repository_is_read_from_the_cache_but_for_its_head() {
    let (server, _repository) = served(Options::default());
    let cache = Rc::new(Cache::default());
    let read = || {
        let ours = ours(&server.url("shop")).with_cache(cache.clone());
        block_on(async {
            let head = ours.head(&main()).await.unwrap().unwrap();
            let mut snapshot = Snapshot::of(&ours, head).await.unwrap();
            snapshot.supply(&ours, &[Need::File(path("a/b/one"))]).await.unwrap();
            ours.history(head, 10).await.unwrap();
            snapshot.files(&ours, None).await.unwrap();
        });
        server.requests().iter().map(|request| request.method.clone()).collect::<Vec<_>>()
    };
    assert_eq!(read().len(), 4, "what the server offers, the head, all trees, one file");
    assert_eq!(read(), ["GET", "POST"], "what the server offers, and the head");
}

#[test]
fn deltas_that_git_sends_are_resolved() {
    let (server, repository) = served(Options::default());
    let long: String = (0..2000).map(|line| format!("line {line}\n")).collect();
    let versions = [long.clone(), long.replace("line 7\n", "line seven\n"), format!("first\n{long}")];
    let names = ["v/0", "v/1", "v/2"];
    let files: Vec<_> =
        names.iter().zip(&versions).map(|(name, text)| (*name, Some(text.as_str()))).collect();
    repository.commit("main", &files);
    repository.git(&["repack", "-adfq"]);
    let oids: Vec<_> =
        names.iter().map(|name| oid(&repository.git(&["rev-parse", &format!("main:{name}")]))).collect();
    let ours = ours(&server.url("shop"));
    let objects = block_on(ours.objects(&oids)).unwrap();
    assert!(oids.iter().zip(&versions).all(|(oid, text)| objects[oid].bytes == text.as_bytes()));
    assert!(ours.traffic().received < 2 * long.len(), "git has made deltas");
}

#[test]
fn blobs_do_not_come_along_with_trees() {
    let (server, repository) = served(Options::default());
    let ours = ours(&server.url("shop"));
    let head = oid(&repository.head("main"));
    let trees = block_on(ours.trees(&[head], 100)).unwrap().unwrap();
    let kinds: Vec<Kind> = trees.values().map(|object| object.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Tree).count(), 3);
    assert!(!kinds.contains(&Kind::Blob), "{kinds:?}");
    let ours = crate::support::ours(&server.url("shop"));
    assert_eq!(block_on(ours.trees(&[head], 3)), Ok(None), "a commit and three trees are more");
}

#[test]
fn a_server_that_sends_everything_is_bounded() {
    let (server, repository) = served(Options::default());
    repository.git(&["config", "uploadpack.allowFilter", "false"]);
    repository.commit("main", &[("large", Some(&"x".repeat(100_000)))]);
    let limits = Limits { object: 50_000, ..Limits::default() };
    let ours = ours(&server.url("shop")).with_limits(limits);
    let read = block_on(async {
        let head = ours.head(&main()).await?.unwrap();
        Snapshot::of(&ours, head).await.map(drop)
    });
    assert!(matches!(read, Err(RepositoryError::Pack { .. })), "{read:?}");
}

#[test]
fn sha256_is_refused_by_name() {
    for old in [false, true] {
        let server = Server::with(Options { old, ..Options::default() });
        let repository = server.repository("shop");
        std::fs::remove_dir_all(repository.folder()).unwrap();
        std::fs::create_dir_all(repository.folder()).unwrap();
        repository.git(&["init", "-q", "--bare", "-b", "main", "--object-format=sha256", "."]);
        repository.commit("main", &[("x", Some("x"))]);
        let read = block_on(ours(&server.url("shop")).head(&main()));
        let Err(RepositoryError::Format { format, .. }) = read else { panic!("{read:?}") };
        assert_eq!(format, "sha256");
    }
}

#[test]
fn a_credential_is_sent_to_its_server_and_a_wrong_one_is_told() {
    let authorization = Some("Basic eC1hY2Nlc3MtdG9rZW46czNjcmV0".to_owned());
    let (server, _repository) = served(Options { authorization, ..Options::default() });
    for (token, allowed) in [(Some("s3cret"), true), (Some("other"), false), (None, false)] {
        let credential = token.map(Credential::token);
        let ours = fairlead_git::push::Remote::new(transport(&server.url("shop"), credential.as_ref()));
        let head = block_on(ours.head(&main()));
        assert_eq!(head.is_ok(), allowed, "{head:?}");
        if !allowed {
            assert!(matches!(head, Err(RepositoryError::Unauthorized { status: 401, .. })), "{head:?}");
        }
    }
}

#[test]
fn a_redirect_is_followed_on_the_same_server_alone() {
    let (server, repository) = served(Options::default());
    let other = Server::start();
    let moved = format!("{}/info/refs?service=git-upload-pack", server.url("shop"));
    server.fail("/old.git/info/refs", Fault::redirect(&moved));
    let ours = ours(&server.url("old"));
    assert_eq!(block_on(ours.head(&main())), Ok(Some(oid(&repository.head("main")))));
    let asked: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(asked, ["/old.git/info/refs", "/shop.git/info/refs", "/shop.git/git-upload-pack"]);
    let elsewhere = format!("{}/info/refs?service=git-upload-pack", other.url("shop"));
    server.fail("/old.git/info/refs", Fault::redirect(&elsewhere));
    let read = block_on(crate::support::ours(&server.url("old")).head(&main()));
    assert!(matches!(read, Err(RepositoryError::Fetch(_))), "{read:?}");
    assert!(other.requests().is_empty(), "the other server is not even asked");
    // Where a POST is redirected nobody could say who carries it out.
    server.fail("/shop.git/git-upload-pack", Fault::redirect(&elsewhere));
    let read = block_on(crate::support::ours(&server.url("shop")).head(&main()));
    assert!(read.is_err() && other.requests().is_empty(), "{read:?}");
}

#[test]
fn statuses_mean_what_they_mean() {
    let (server, _repository) = served(Options::default());
    let read = || block_on(ours(&server.url("shop")).head(&main()));
    server.fail("info/refs", Fault::status(404));
    assert!(matches!(read(), Err(RepositoryError::NotFound { .. })));
    let headers = vec![("Retry-After".to_owned(), "7".to_owned())];
    server.fail("info/refs", Fault::Answer { status: 429, headers, body: Vec::new() });
    assert!(matches!(read(), Err(RepositoryError::RateLimited { wait: Some(7), .. })));
    server.fail("info/refs", Fault::status(502));
    assert!(matches!(read(), Err(RepositoryError::Server { status: 502, .. })));
    let page = vec![("Content-Type".to_owned(), "text/html".to_owned())];
    server.fail("info/refs", Fault::Answer { status: 200, headers: page, body: b"<html>".to_vec() });
    let message = read().unwrap_err().to_string();
    assert!(message.contains("is that the address of a git repository?"), "{message}");
}
