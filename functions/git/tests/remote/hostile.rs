//! Servers that answer what no server should.

use std::time::{Duration, Instant};

use fairlead_fetch::block_on;
use fairlead_git::landing::OnceError;
use fairlead_git::pack::Limits;
use fairlead_git::{LandError, Repository, RepositoryError, Snapshot};
use fairlead_git_server::{Fault, Server};
use fairlead_world::{Answer, Need, World};

use crate::support::{commit, main, oid, ours, path, tree};

fn started() -> (Server, fairlead_git_server::Repository) {
    let server = Server::start();
    let repository = server.repository("shop");
    repository.commit("main", &[("a/one", Some("one\n")), ("two", Some("two\n"))]);
    (server, repository)
}

fn read(server: &Server) -> Result<usize, RepositoryError> {
    let ours = ours(&server.url("shop"));
    block_on(async {
        let Some(head) = ours.head(&main()).await? else { return Ok(0) };
        let mut snapshot = Snapshot::of(&ours, head).await?;
        Ok(snapshot.files(&ours, None).await?.len())
    })
}

#[test]
fn an_answer_that_is_cut_is_never_taken_for_all_there_is() {
    let (server, _repository) = started();
    assert_eq!(read(&server), Ok(2));
    for words in ["GET /shop.git/info/refs", "POST /shop.git/git-upload-pack"] {
        for cut in (0..400).step_by(7) {
            server.fail(words, Fault::Cut(cut));
            match read(&server) {
                Err(_) | Ok(2) => {}
                Ok(files) => panic!("{words} cut at {cut}: {files} files"),
            }
        }
    }
}

#[test]
fn an_object_that_is_another_than_was_asked_for_does_not_pass_for_it() {
    let (server, repository) = started();
    let other = repository.commit("other", &[("evil", Some("evil\n"))]);
    let ours = ours(&server.url("shop"));
    let head = oid(&repository.head("main"));
    block_on(ours.head(&main())).unwrap();
    let folder = repository.folder().to_owned();
    // The server answers truly, for another commit.
    let pack = move |_| {
        let git = |arguments: &[&str], input: String| {
            fairlead_git_server::Repository::at(&folder).git_bytes(arguments, input.as_bytes())
        };
        let pack = git(&["pack-objects", "--stdout", "--revs", "-q"], format!("{other}\n"));
        let mut answer = b"000dpackfile\n".to_vec();
        for piece in pack.chunks(60_000) {
            answer.extend_from_slice(format!("{:04x}\x01", piece.len() + 5).as_bytes());
            answer.extend_from_slice(piece);
        }
        answer.extend_from_slice(b"0000");
        answer
    };
    server.fail("POST /shop.git/git-upload-pack", Fault::Changed(Box::new(pack)));
    let snapshot = block_on(Snapshot::of(&ours, head));
    let message = snapshot.unwrap_err().to_string();
    assert!(message.contains("does not hand out the commit"), "{message}");
}

#[test]
fn an_answer_without_an_end_is_cut_off() {
    let (server, _repository) = started();
    let progress = b"000c\x02hello..".to_vec();
    for (words, kind, begin) in [
        (
            "GET /shop.git/info/refs",
            "application/x-git-upload-pack-advertisement",
            b"000eversion 2\n".to_vec(),
        ),
        ("POST /shop.git/git-upload-pack", "application/x-git-upload-pack-result", Vec::new()),
    ] {
        let begun = Instant::now();
        let piece = progress.repeat(5000);
        server.fail(words, Fault::Endless { kind: kind.to_owned(), begin, piece });
        assert!(read(&server).is_err(), "{words}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{words}");
    }
}

#[test]
fn a_fetch_without_an_end_is_cut_off_at_its_limit() {
    let (server, repository) = started();
    let ours = ours(&server.url("shop")).with_limits(Limits { total: 1 << 20, ..Limits::default() });
    block_on(ours.head(&main())).unwrap();
    server.fail(
        "POST /shop.git/git-upload-pack",
        Fault::Endless {
            kind: "application/x-git-upload-pack-result".to_owned(),
            begin: b"000dpackfile\n".to_vec(),
            piece: b"000c\x02hello..".repeat(5000),
        },
    );
    let objects = block_on(ours.objects(&[oid(&repository.head("main"))]));
    assert!(matches!(objects, Err(RepositoryError::Body { .. })), "{objects:?}");
}

#[test]
fn a_report_that_cannot_be_read_is_no_success_and_no_failure() {
    let (server, repository) = started();
    for report in [&b"0000"[..], b"", b"<html>", b"0030\x01000eunpack ok\n0019ng refs/heads/main x\n0000"] {
        let (words, report) = ("POST /shop.git/git-receive-pack", report.to_vec());
        // git carries it out each time; the report alone is another.
        server.fail(words, Fault::Changed(Box::new(move |_| report)));
        let before: u32 = repository.git(&["rev-list", "--count", "main"]).parse().unwrap();
        let landed = commit(&ours(&server.url("shop")), &[("x", Some(&before.to_string()))]);
        match landed {
            Ok(landed) => assert_eq!(landed.commits.last().unwrap().to_string(), repository.head("main")),
            Err(OnceError::Land(LandError::Refused { .. })) => {}
            Err(other) => panic!("{other}"),
        }
        let after: u32 = repository.git(&["rev-list", "--count", "main"]).parse().unwrap();
        assert_eq!(after, before + 1);
    }
    repository.check();
}

/// Forty trees, each of which holds the next one twice: 2^40 folders.
#[test]
fn few_trees_that_make_folders_without_end_are_refused() {
    for (leaf, within) in [(None, None), (Some("120000"), Some(path("b/b"))), (Some("100644"), None)] {
        let server = Server::start();
        let repository = server.repository("shop");
        let write =
            |bytes: Vec<u8>| repository.git_with(&["hash-object", "-t", "tree", "-w", "--stdin"], &bytes);
        let blob = repository.git_with(&["hash-object", "-w", "--stdin"], b"x");
        let mut at = write(leaf.map(|mode| tree(&[(mode, "leaf", &blob)])).unwrap_or_default());
        for _ in 0..40 {
            at = write(tree(&[("40000", "a", &at), ("40000", "b", &at)]));
        }
        let commit = repository.git(&["commit-tree", "-m", "bomb", &at]);
        repository.git(&["update-ref", "refs/heads/main", &commit]);
        let ours = ours(&server.url("shop"));
        block_on(async {
            let mut snapshot = Snapshot::of(&ours, oid(&commit)).await.unwrap();
            snapshot.supply(&ours, &[Need::Folder(path("a/b")), Need::Folder(path("b"))]).await.unwrap();
            let Answer::Found(listed) = snapshot.world().list(&path("a/b")) else { panic!() };
            assert_eq!(listed.len(), 2, "what is asked for one by one is there");
            let error = snapshot.files(&ours, within.as_ref().map(std::slice::from_ref)).await.unwrap_err();
            assert!(matches!(error, RepositoryError::Endless { .. }) && error.is_lasting(), "{error}");
            assert!(error.to_string().contains("more than 2000000 files and folders"), "{error}");
        });
    }
}

fn put(lines: &[&str]) -> Vec<u8> {
    let mut answer = Vec::new();
    for line in lines {
        answer.extend_from_slice(format!("{:04x}{line}", line.len() + 4).as_bytes());
    }
    [&answer[..], b"0000"].concat()
}

#[test]
fn what_a_server_says_has_no_commands_for_a_terminal_and_is_bounded() {
    let evil = format!("\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}1A\u{202e}{}", "x".repeat(60_000));
    let (offer, fetch, push) =
        ("GET /shop.git/info/refs", "POST /shop.git/git-upload-pack", "POST /shop.git/git-receive-pack");
    let offered = |line: String| [put(&["# service=git-upload-pack\n"]), put(&[&line])].concat();
    let reported = |line: String, messages: &str| {
        let report = String::from_utf8(put(&["unpack ok\n", &line])).unwrap();
        put(&[&format!("\u{1}{report}"), &format!("\u{2}{messages}")])
    };
    let format = format!("object-format={}", &evil[..40]);
    for (words, answer) in [
        (offer, offered(format!("ERR {evil}"))),
        (offer, offered(format!("{evil} refs/heads/main"))),
        (offer, [put(&["# service=git-upload-pack\n"]), put(&["version 2\n", &format])].concat()),
        (fetch, put(&[&format!("ERR {evil}")])),
        (fetch, put(&[&evil])),
        (push, put(&[&format!("\u{1}{}", String::from_utf8(put(&[&format!("unpack {evil}")])).unwrap())])),
        (push, put(&[&format!("\u{3}{evil}")])),
        (push, reported(format!("ng refs/heads/main {evil}"), "")),
        (push, reported("ng refs/heads/main no".to_owned(), &evil)),
        (push, reported("ok refs/heads/main".to_owned(), &evil)),
    ] {
        let (server, repository) = started();
        let ours = ours(&server.url("shop"));
        let parent = oid(&repository.head("main"));
        let draft = crate::support::draft(Some(parent), &[("x", Some("x"))]);
        let planned = (words == push).then(|| crate::support::planned(&ours, draft));
        let kind = if words == push { "receive-pack-result" } else { "upload-pack-result" };
        let kind = if words == offer { "upload-pack-advertisement" } else { kind };
        let headers = vec![("Content-Type".to_owned(), format!("application/x-git-{kind}"))];
        server.fail(words, Fault::Answer { status: 200, headers, body: answer });
        let told = match planned {
            None => block_on(ours.head(&main())).unwrap_err().to_string(),
            Some(planned) => match block_on(ours.land(&crate::support::landing(Some(parent), planned))) {
                Ok(landed) => landed.messages,
                Err(error) => error.to_string(),
            },
        };
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(told.contains("xxx") && !told.contains(acts) && told.len() < 2500, "{words}: {told:?}");
    }
}
