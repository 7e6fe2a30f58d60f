//! Commits that land through APIs, against the stand-in: once, whole, and as they were planned, whatever is answered.

use std::rc::Rc;

use fairlead_fetch::block_on;
use fairlead_git::landing::plan::operation_of;
use fairlead_git::landing::{Draft, OnceError, once};
use fairlead_git::object::Mode;
use fairlead_git::provider::{ApiReader, ByApi, Kind, Terms};
use fairlead_git::{Branch, LandError, Landed, Repository, RepositoryError, Strategy};
use fairlead_world::{Blob, Oid, RepoPath};
use serde_json::{Value, json};

use crate::land_stand_in::{Fault, Server, ann};

const SHARED: &str = "deploy/shop";
const OWN: &str = "fairlead/shop";

fn draft(parent: Option<Oid>, files: &[(&str, Option<&str>)]) -> Draft<'static> {
    let edits = files.iter().map(|(path, text)| {
        (RepoPath::parse(path).unwrap(), text.map(|text| Blob::from(text.as_bytes().to_vec())))
    });
    Draft {
        parent,
        edits: edits.collect(),
        author: ann(),
        committer: ann(),
        message: "delivery: generate\n\nWhy.\n\nFairlead-Project: shop\n".to_owned(),
        key: None,
    }
}

/// Changes one file, deletes one, makes one, and would delete one that is not there.
fn usual(parent: Option<Oid>) -> Draft<'static> {
    let files =
        [("out/a.yaml", Some("a: 2\n")), ("out/b.yaml", None), ("new.yaml", Some("n: 1\n")), ("gone", None)];
    draft(parent, &files)
}

fn land(server: &Server, branch: &str, terms: Terms, draft: &Draft<'_>) -> Result<Landed, OnceError> {
    let (provider, branch) = (server.provider(), Branch::parse(branch).unwrap());
    let head = server.head_of(branch.name());
    let repository = ByApi::new(server, &provider, terms);
    block_on(once(&repository, (&branch, head), draft, |_, _| true))
}

fn own() -> Terms {
    Terms { own_branch: true, verified: false }
}

/// Lands the usual change where each provider's API may, and returns what came of it.
fn land_usual(server: &Server, kind: Kind) -> (&'static str, Result<Landed, OnceError>) {
    let base = server.head_of(SHARED);
    match kind {
        Kind::Github => (SHARED, land(server, SHARED, Terms::default(), &usual(base))),
        _ => (OWN, land(server, OWN, own(), &usual(base))),
    }
}

const BOTH: [(Kind, Strategy); 2] =
    [(Kind::Github, Strategy::GithubCommit), (Kind::Gitlab, Strategy::GitlabCommits)];

#[test]
fn a_commit_lands_with_the_operation_in_its_message() {
    for (kind, strategy) in BOTH {
        let server = Server::new(kind);
        let base = server.head_of(SHARED).unwrap();
        let (branch, landed) = land_usual(&server, kind);
        let landed = landed.unwrap();
        assert_eq!(
            (landed.strategy, landed.commits.as_slice()),
            (strategy, &[server.head_of(branch).unwrap()][..])
        );
        let commit = server.read_commit(landed.commits[0]);
        assert_eq!(commit.parents, [base]);
        assert!(operation_of(&commit.message).is_some(), "{}", commit.message);
        assert!(
            commit.message.starts_with("delivery: generate\n\nWhy.\n\nFairlead-Project: shop\n"),
            "{}",
            commit.message
        );
        assert_eq!(server.requests.borrow().len(), 1, "{kind}");
    }
}

/// What an API makes of the mode of a file whose contents it replaces is not told; that a file goes is.
#[test]
fn an_executable_is_deleted_and_otherwise_left_to_a_push() {
    for (kind, strategy) in BOTH {
        let server = Server::new(kind);
        server.set_mode("b.yaml", Mode::Executable);
        let (branch, landed) = land_usual(&server, kind);
        assert_eq!(landed.unwrap().commits, [server.head_of(branch).unwrap()]);

        let server = Server::new(kind);
        for (mode, words) in [(Mode::Executable, "an executable file"), (Mode::File, "")] {
            server.set_mode("a.yaml", mode);
            let before = server.requests.borrow().len();
            match land_usual(&server, kind).1 {
                Ok(landed) => assert_eq!((mode, landed.strategy), (Mode::File, strategy)),
                Err(error) => {
                    let told = error.to_string();
                    assert!(told.contains(&format!("`out/a.yaml` is {words}, and")), "{told}");
                    assert_eq!((mode, server.requests.borrow().len()), (Mode::Executable, before));
                }
            }
        }
    }
}

/// A link is nobody's file: a delete of it changes nothing, by whichever way.
#[test]
fn a_link_is_not_deleted() {
    for (kind, _) in BOTH {
        let server = Server::new(kind);
        server.set_mode("b.yaml", Mode::Link);
        let (branch, landed) = land_usual(&server, kind);
        assert_eq!(landed.unwrap().commits, [server.head_of(branch).unwrap()]);
        assert!(!format!("{:?}", server.requests.borrow()).contains("out/b.yaml"), "{kind}");
    }
}

/// Where nothing but the API gets through, it is read by that too.
#[test]
fn a_commit_lands_where_everything_goes_through_the_api() {
    for (kind, strategy) in BOTH {
        let server = Server::new(kind);
        let reader = ApiReader::new(Rc::new(server.provider()));
        let (name, terms) = if kind == Kind::Github { (SHARED, Terms::default()) } else { (OWN, own()) };
        let branch = Branch::parse(name).unwrap();
        let head = block_on(reader.head(&branch)).unwrap();
        let base = block_on(reader.head(&Branch::parse(SHARED).unwrap())).unwrap();
        let repository = ByApi::new(&reader, reader.provider(), terms);
        let landed = block_on(once(&repository, (&branch, head), &usual(base), |_, _| true)).unwrap();
        assert_eq!(
            (landed.strategy, block_on(reader.head(&branch))),
            (strategy, Ok(Some(landed.commits[0])))
        );
        let commit = server.read_commit(landed.commits[0]);
        assert_eq!(commit.parents, [base.unwrap()]);
        assert_eq!(block_on(reader.root(landed.commits[0])), Ok(Some(commit.tree)), "{kind}");
        // Its answer is lost, and the history tells.
        let (provider, head) = (reader.provider(), block_on(reader.head(&branch)).unwrap());
        server.faults.borrow_mut().push(Fault::Lost(502, Value::Null));
        let next = draft(if kind == Kind::Github { head } else { base }, &[("next", Some("1\n"))]);
        let landed =
            block_on(once(&ByApi::new(&reader, provider, terms), (&branch, head), &next, |_, _| true))
                .unwrap();
        assert_eq!(block_on(reader.head(&branch)), Ok(Some(landed.commits[0])), "{kind}");
    }
}

#[test]
fn a_lost_answer_is_settled_by_the_operation_in_the_history() {
    let confused = json!({"errors": [{"message": "Something went wrong while executing your query."}]});
    for (kind, strategy) in BOTH {
        for (status, answer) in
            [(502, Value::Null), (504, json!({})), (200, json!({})), (200, confused.clone())]
        {
            let server = Server::new(kind);
            server.faults.borrow_mut().push(Fault::Lost(status, answer));
            let (branch, landed) = land_usual(&server, kind);
            let landed = landed.unwrap();
            assert_eq!((landed.strategy, landed.commits.last()), (strategy, server.head_of(branch).as_ref()));
            assert_eq!((server.length(branch), server.requests.borrow().len()), (2, 1), "{kind} {status}");
        }
    }
}

#[test]
fn what_did_not_arrive_is_sent_again() {
    for (kind, _) in BOTH {
        let server = Server::new(kind);
        server.faults.borrow_mut().push(Fault::Refused(503, Value::Null));
        let (branch, landed) = land_usual(&server, kind);
        landed.unwrap();
        assert_eq!((server.length(branch), server.requests.borrow().len()), (2, 2), "{kind}");
    }
}

#[test]
fn an_error_beside_the_commit_does_not_make_it_unmade() {
    let server = Server::new(Kind::Github);
    let base = server.head_of(SHARED);
    let landed = land(&server, SHARED, Terms::default(), &usual(base)).unwrap();
    let tree = server.read_commit(landed.commits[0]).tree.to_string();
    // What GitHub answers where it cannot read back what was selected.
    let made = json!({"commit": {"oid": landed.commits[0].to_string(), "tree": {"oid": tree}}});
    let answer = json!({"data": {"createCommitOnBranch": made}, "errors": [{"type": "INTERNAL", "message": "blob is too large"}]});
    let other = Server::new(Kind::Github);
    other.faults.borrow_mut().push(Fault::Refused(200, answer));
    let base = other.head_of(SHARED);
    assert_eq!(land(&other, SHARED, Terms::default(), &usual(base)).unwrap().commits, landed.commits);
}

#[test]
fn a_branch_that_moved_is_left_alone() {
    let server = Server::new(Kind::Github);
    let base = server.head_of(SHARED);
    server.faults.borrow_mut().push(Fault::Overtaken);
    let error = land(&server, SHARED, Terms::default(), &usual(base)).unwrap_err();
    let theirs = server.head_of(SHARED);
    assert!(matches!(&error, OnceError::Land(LandError::Moved { head, .. }) if *head == theirs), "{error}");
    assert_eq!(server.length(SHARED), 2);

    // GitLab's API compares nothing, so that the branch is looked at before.
    let server = Server::new(Kind::Gitlab);
    let base = server.head_of(SHARED);
    land(&server, OWN, own(), &usual(base)).unwrap();
    let stale = (Branch::parse(OWN).unwrap(), base);
    let provider = server.provider();
    let repository = ByApi::new(&server, &provider, own());
    let error = block_on(once(&repository, (&stale.0, stale.1), &usual(base), |_, _| true)).unwrap_err();
    assert!(matches!(error, OnceError::Land(LandError::Moved { .. })), "{error}");
    assert_eq!(server.requests.borrow().len(), 1);
}

/// Something in between sent the request twice, and this is the answer to the second.
#[test]
fn a_request_whose_repetition_is_refused_has_landed_once() {
    for (kind, _) in BOTH {
        for status in [401, 403, 404, 422, 429] {
            let server = Server::new(kind);
            server.faults.borrow_mut().push(Fault::Lost(status, json!({"message": "no"})));
            let (branch, landed) = land_usual(&server, kind);
            let landed = landed.unwrap_or_else(|error| panic!("{kind} {status}: {error}"));
            assert_eq!(landed.commits.last().copied(), server.head_of(branch), "{kind} {status}");
            assert_eq!(server.length(branch), 2, "{kind} {status}");
        }
    }
}

#[test]
fn a_commit_with_another_tree_is_told_by_its_name() {
    for (kind, _) in BOTH {
        let server = Server::new(kind);
        server.faults.borrow_mut().push(Fault::Altered);
        let (branch, landed) = land_usual(&server, kind);
        let error = landed.unwrap_err();
        let there = server.head_of(branch).unwrap();
        assert!(
            matches!(&error, OnceError::Land(LandError::Altered { commit, .. }) if *commit == there),
            "{error}"
        );
        assert!(error.to_string().contains(&there.to_string()), "{error}");
        assert_eq!(server.requests.borrow().len(), 1);
    }
}

#[test]
fn refusals_are_told_in_the_providers_words() {
    let graphql = |kind: &str| json!({"data": null, "errors": [{"type": kind, "message": "Changes must be made through a pull request."}]});
    for (kind, status, answer) in [
        (Kind::Github, 200, graphql("UNPROCESSABLE")),
        (Kind::Github, 200, graphql("FORBIDDEN")),
        (Kind::Gitlab, 400, json!({"message": "Changes must be made through a pull request."})),
        (Kind::Gitlab, 403, json!({"message": "Changes must be made through a pull request."})),
    ] {
        let server = Server::new(kind);
        server.faults.borrow_mut().push(Fault::Refused(status, answer));
        let (branch, landed) = land_usual(&server, kind);
        let error = landed.unwrap_err();
        assert!(matches!(error, OnceError::Land(LandError::Refused { .. })), "{kind} {error}");
        assert!(error.to_string().ends_with("Changes must be made through a pull request."), "{error}");
        assert!(server.length(branch) < 2);
    }
}

#[test]
fn a_limit_is_waited_for_and_then_it_lands_once() {
    for (kind, status, answer) in [
        (
            Kind::Github,
            200,
            json!({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}),
        ),
        (Kind::Github, 200, json!({"message": "You have exceeded a secondary rate limit"})),
        (Kind::Github, 200, json!({"errors": [{"message": "You have exceeded a secondary rate limit"}]})),
        (Kind::Github, 403, json!({"message": "You have exceeded a secondary rate limit"})),
        (Kind::Gitlab, 429, json!({"message": "Too many requests"})),
    ] {
        let server = Server::new(kind);
        server.faults.borrow_mut().push(Fault::Refused(status, answer));
        let base = server.head_of(SHARED);
        let (branch, terms) = if kind == Kind::Github { (SHARED, Terms::default()) } else { (OWN, own()) };
        let (provider, at) = (server.provider(), Branch::parse(branch).unwrap());
        let repository = ByApi::new(&server, &provider, terms);
        let mut waited = Vec::new();
        let wait = |seconds, why: Option<&LandError>| {
            waited.push((
                seconds,
                matches!(why, Some(LandError::Repository(RepositoryError::RateLimited { .. }))),
            ));
            true
        };
        block_on(once(&repository, (&at, server.head_of(branch)), &usual(base), wait)).unwrap();
        assert!(matches!(waited.as_slice(), [(60.., true)]), "{waited:?}");
        assert_eq!(server.length(branch), 2);
    }
}

#[test]
fn what_does_not_fit_is_not_sent() {
    let many: Vec<(String, Option<&str>)> = (0..101).map(|n| (format!("many/{n}.yaml"), Some("x"))).collect();
    let many: Vec<(&str, Option<&str>)> = many.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let large = "x".repeat(9 << 20);
    for (kind, terms) in [(Kind::Github, Terms { own_branch: false, verified: true }), (Kind::Gitlab, own())]
    {
        for files in [many.as_slice(), &[("large", Some(large.as_str()))]] {
            let server = Server::new(kind);
            let (branch, base) = (if kind == Kind::Github { SHARED } else { OWN }, server.head_of(SHARED));
            let error = land(&server, branch, terms, &draft(base, files)).unwrap_err();
            assert!(matches!(error, OnceError::Land(LandError::Unfit { .. })), "{error}");
            assert!(server.requests.borrow().is_empty());
        }
    }
    let server = Server::new(Kind::Gitlab);
    let base = server.head_of(SHARED);
    let error = land(&server, SHARED, Terms::default(), &usual(base)).unwrap_err().to_string();
    assert!(
        error.contains("cannot move a branch by compare-and-swap") && error.contains("--pull-request"),
        "{error}"
    );
    assert!(server.requests.borrow().is_empty());
}

#[test]
fn gitlab_replaces_what_is_on_its_own_branch_and_makes_no_second_one() {
    let server = Server::new(Kind::Gitlab);
    let base = server.head_of(SHARED);
    land(&server, OWN, own(), &usual(base)).unwrap();
    let second = draft(base, &[("out/a.yaml", Some("a: 3\n"))]);
    let landed = land(&server, OWN, own(), &second).unwrap();
    assert_eq!(server.head_of(OWN), landed.commits.last().copied());
    assert_eq!((server.length(OWN), server.length(SHARED)), (2, 1));
    // A branch that is made by somebody else meanwhile is left to them.
    let provider = server.provider();
    let repository = ByApi::new(&server, &provider, own());
    let branch = Branch::parse(OWN).unwrap();
    let error = block_on(once(&repository, (&branch, None), &usual(base), |_, _| true)).unwrap_err();
    assert!(matches!(error, OnceError::Land(LandError::Moved { .. })), "{error}");
}
