//! Servers that answer what no provider answers.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fairlead_fetch::{Body, BodyError, Fetch, FetchError, Guarded, Policy, block_on};
use fairlead_git::landing::{Draft, once};
use fairlead_git::provider::{ApiReader, ByApi, Kind, Proposal, Provider, ProviderError, Terms, recognize};
use fairlead_git::push::Credential;
use fairlead_git::{Branch, LandError, Repository, Snapshot};
use fairlead_world::{Blob, Oid, RepoPath};
use http::{Request, Response};

use crate::land_stand_in;
use crate::support::{address, proposal};

/// Answers everything alike, and remembers who was asked with which credential.
struct Server {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Box<dyn Fn() -> Body>,
    asked: RefCell<Vec<(String, bool)>>,
}

impl Server {
    fn says(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Server {
        let body = move || Body::from(body.to_owned());
        Server { status, headers: headers.to_vec(), body: Box::new(body), asked: RefCell::default() }
    }

    fn propose(&self, kind: Kind) -> ProviderError {
        let url = address("https://git.example.com/team/shop.git");
        let fetch = Guarded::new(self, Policy::public());
        let ours = Provider::new(fetch, kind, &url, Some(&Credential::token("s3cret"))).unwrap();
        let error = block_on(ours.propose(&wanted())).unwrap_err();
        assert!(!error.to_string().contains("s3cret") && !error.to_string().contains('\u{1b}'), "{error}");
        error
    }
}

impl Fetch for Server {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        let credential = request.headers().contains_key("authorization");
        self.asked.borrow_mut().push((request.uri().to_string(), credential));
        let mut answer = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            answer = answer.header(*name, *value);
        }
        Ok(answer.body((self.body)()).unwrap())
    }
}

fn wanted() -> Proposal {
    proposal("fairlead/shop", "deploy/shop", "t", "b")
}

const ALL: [Kind; 3] = [Kind::Github, Kind::Gitlab, Kind::Gitea];

#[test]
fn a_token_follows_no_redirect_to_another_server() {
    for kind in ALL {
        let server = Server::says(302, &[("location", "https://evil.example/?x=1")], "");
        let error = server.propose(kind);
        assert!(matches!(error, ProviderError::Fetch(FetchError::Redirect { .. })), "{error}");
        let asked = server.asked.borrow();
        assert!(asked.iter().all(|(url, _)| url.starts_with("https://git.example.com/")), "{asked:?}");
    }
}

#[test]
fn answers_of_the_wrong_kind_are_told() {
    let page = "<!DOCTYPE html><title>Sign in</title>";
    for body in
        ["", "null", "{}", "[1]", "[{}]", "\"x\"", "[", page, r#"[{"number":"1"}]"#, r#"[{"iid":-1}]"#]
    {
        for kind in ALL {
            let error = Server::says(200, &[], body).propose(kind);
            assert!(matches!(error, ProviderError::Answer { .. }), "{kind} {body}: {error}");
        }
    }
    let error = Server::says(200, &[], page).propose(Kind::Github);
    assert!(error.to_string().ends_with("it is a page for browsers"), "{error}");
}

#[test]
fn an_address_for_people_must_be_one() {
    for url in ["javascript:alert(1)", "https://a.example/\\u001b[31m", "https://ann:pw@a.example/", ""] {
        let body = format!(
            r#"[{{"number":1,"html_url":"{url}","title":"t","body":"b",
              "head":{{"ref":"fairlead/shop","repo":{{"id":1}}}},"base":{{"ref":"deploy/shop","repo":{{"id":1}}}}}}]"#
        );
        let server = Server { body: Box::new(move || body.clone().into()), ..Server::says(200, &[], "") };
        let error = server.propose(Kind::Github);
        assert!(matches!(error, ProviderError::Answer { .. }), "{url}: {error}");
    }
}

#[test]
fn nesting_does_not_bring_the_reader_down() {
    for text in ["[", "{\"a\":"] {
        let body = text.repeat(200_000);
        let body = move || Body::from(body.clone());
        let server = Server { body: Box::new(body), ..Server::says(200, &[], "") };
        assert!(matches!(server.propose(Kind::Gitea), ProviderError::Answer { .. }));
        let refused = Server { status: 422, ..server };
        assert!(matches!(refused.propose(Kind::Gitea), ProviderError::Rejected { .. }));
    }
}

#[test]
fn an_answer_without_end_is_left_alone() {
    let endless = || {
        let pieces = futures_util::stream::repeat_with(|| Ok::<_, BodyError>(vec![b'['; 1 << 20]));
        Body::stream(pieces)
    };
    for status in [200, 403, 500] {
        let server = Server { body: Box::new(endless), ..Server::says(status, &[], "") };
        let error = server.propose(Kind::Gitlab);
        match status {
            200 => assert!(matches!(error, ProviderError::Body { .. }), "{error}"),
            403 => assert!(matches!(error, ProviderError::Forbidden { .. }), "{error}"),
            _ => assert!(matches!(error, ProviderError::Server { .. }), "{error}"),
        }
    }
}

#[test]
fn a_list_without_end_is_left_alone() {
    let server = Server::says(200, &[("link", "<https://git.example.com/next>; rel=\"next\"")], "[]");
    let error = server.propose(Kind::Gitea);
    assert!(error.to_string().ends_with("its list has too many pages"), "{error}");
    assert_eq!(server.asked.borrow().len(), 50);
    // Where the next page is, is not taken from the server.
    assert!(server.asked.borrow().iter().all(|(url, _)| !url.ends_with("/next")));
}

#[test]
fn a_limit_says_how_long_it_lasts() {
    let error = Server::says(403, &[("retry-after", "60")], "{}").propose(Kind::Github);
    assert_eq!(
        error.to_string(),
        "the API of https://git.example.com/team/shop.git asks to be left alone for 60 s"
    );
}

#[test]
fn a_token_that_cannot_be_sent_is_refused() {
    let server = Server::says(200, &[], "[]");
    let url = address("https://git.example.com/team/shop.git");
    for kind in ALL {
        let fetch = Guarded::new(&server, Policy::public());
        let token = Credential::token("a\r\nx-evil: 1");
        let refused = Provider::new(fetch, kind, &url, Some(&token)).map(drop).unwrap_err();
        assert!(matches!(refused, ProviderError::Credential(_)), "{refused}");
    }
}

#[test]
fn a_server_that_is_no_provider_is_told_and_sees_no_token() {
    for (status, body) in [(200, "<html>"), (200, "{}"), (404, "{}"), (401, "{}"), (302, "")] {
        let server = Server::says(status, &[("location", "https://login.example/")], body);
        let url = address("https://git.example.com/team/shop.git");
        let found = block_on(recognize(&Guarded::new(&server, Policy::public()), &url));
        assert!(matches!(found, Err(ProviderError::Unrecognized { .. })), "{status} {body}: {found:?}");
        assert!(server.asked.borrow().iter().all(|(_, credential)| !credential));
    }
}

/// A server by the answers that its API gives to strangers.
struct Stranger {
    path: &'static str,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    asked: Cell<usize>,
}

impl Fetch for Stranger {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        self.asked.set(self.asked.get() + 1);
        if request.uri().path() != self.path {
            return Ok(Response::builder().status(404).body(Body::from("<html>".to_owned())).unwrap());
        }
        let headers = self.headers.iter();
        let answer = headers.fold(Response::builder().status(self.status), |answer, (name, value)| {
            answer.header(*name, *value)
        });
        Ok(answer.body(Body::from(self.body.to_owned())).unwrap())
    }
}

#[test]
fn a_provider_is_known_by_what_it_tells_strangers() {
    for (kind, path, status, headers, body) in [
        (Kind::Gitea, "/api/v1/version", 200, &[][..], r#"{"version":"1.26.0"}"#),
        (Kind::Gitlab, "/api/v4/version", 401, &[], r#"{"message":"401 Unauthorized"}"#),
        (Kind::Gitlab, "/api/v4/version", 200, &[], r#"{"version":"18.1.0","revision":"abc"}"#),
        (Kind::Github, "/api/v3/meta", 200, &[], r#"{"installed_version":"3.18.0"}"#),
        (
            Kind::Github,
            "/api/v3/meta",
            401,
            &[("x-github-request-id", "1")],
            r#"{"message":"Must authenticate"}"#,
        ),
    ] {
        let server = Stranger { path, status, headers, body, asked: Cell::new(0) };
        let url = address("https://git.example.com/team/shop.git");
        assert_eq!(block_on(recognize(&Guarded::new(&server, Policy::public()), &url)), Ok(kind), "{body}");
        assert!(server.asked.get() <= 3);
    }
}

/// Lands a commit through an API that answers so, and returns why it did not land.
fn land(server: &Server, kind: Kind, own_branch: bool) -> String {
    let reader = land_stand_in::Server::new(Kind::Github);
    let head = reader.head_of("deploy/shop");
    let url = address("https://git.example.com/team/shop.git");
    let fetch = Guarded::new(server, Policy::public());
    let ours = Provider::new(fetch, kind, &url, Some(&Credential::token("s3cret"))).unwrap();
    let repository = ByApi::new(&reader, &ours, Terms { own_branch, verified: false });
    let draft = Draft {
        parent: head,
        edits: [(RepoPath::parse("out/a.yaml").unwrap(), Some(Blob::from("a: 2\n")))].into(),
        author: land_stand_in::ann(),
        committer: land_stand_in::ann(),
        message: "m\n".to_owned(),
        key: None,
    };
    let branch = Branch::parse("deploy/shop").unwrap();
    // A limit is waited for as long as somebody has patience.
    let mut patience = 5;
    let wait = |_, _: Option<&LandError>| {
        patience -= 1;
        patience > 0
    };
    let landed = block_on(once(&repository, (&branch, head), &draft, wait));
    let error = landed.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    assert!(server.asked.borrow().len() <= 60, "{kind}: {} requests", server.asked.borrow().len());
    error.to_string()
}

/// Whatever may come instead of an answer.
fn bodies() -> Vec<String> {
    let other = "1".repeat(40);
    vec![
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        "<html>".to_owned(),
        r#"{"data":null,"errors":null}"#.to_owned(),
        r#"{"data":{"createCommitOnBranch":{"commit":null}},"errors":[{}]}"#.to_owned(),
        r#"{"errors":[{"type":7,"message":{"a":"b"}}]}"#.to_owned(),
        r#"{"errors":[{"type":"STALE_DATA"}]}"#.to_owned(),
        r#"{"sha":"x","id":"x","tree":{"sha":"x"},"commit":{"sha":"x","tree":{"sha":"x"}}}"#.to_owned(),
        format!(
            r#"{{"sha":"{other}","id":"{other}","tree":{{"sha":"{other}"}},"object":{{"sha":"{other}"}},
              "commit":{{"sha":"{other}","tree":{{"sha":"{other}"}},"parents":null}},
              "data":{{"createCommitOnBranch":{{"commit":{{"oid":"{other}","tree":{{"oid":"{other}"}}}}}}}}}}"#
        ),
        "[".repeat(200_000),
    ]
}

#[test]
fn whatever_an_api_answers_a_landing_ends_and_is_no_success() {
    for kind in ALL {
        for status in [200, 201, 204, 301, 400, 401, 403, 404, 405, 409, 422, 429, 500, 502] {
            for body in &bodies() {
                let body = body.clone();
                let body = move || Body::from(body.clone());
                let server = Server { body: Box::new(body), ..Server::says(status, &[], "") };
                for own_branch in [false, true] {
                    land(&server, kind, own_branch);
                    server.asked.borrow_mut().clear();
                }
            }
        }
    }
}

#[test]
fn a_commit_that_cannot_be_read_back_is_not_taken_for_landed() {
    let body = r#"{"id":"1111111111111111111111111111111111111111"}"#;
    let error = land(&Server::says(201, &[], body), Kind::Gitlab, true);
    assert!(error.starts_with("it is not known whether the commit"), "{error}");
}

/// Reads everything that can be read, within so many requests.
fn read(server: &Server, kind: Kind) {
    let url = address("https://git.example.com/team/shop.git");
    let fetch = Guarded::new(server, Policy::public());
    let ours = Provider::new(fetch, kind, &url, Some(&Credential::token("s3cret"))).unwrap();
    let ours = ApiReader::new(Rc::new(ours)).with_most(250);
    let some = Oid::parse(&"1".repeat(40)).unwrap();
    let told = [
        block_on(ours.default_branch()).map(drop),
        block_on(ours.head(&Branch::parse("main").unwrap())).map(drop),
        block_on(ours.root(some)).map(drop),
        block_on(ours.history(some, 100)).map(drop),
        // No answer of these is such an object.
        block_on(ours.objects(&[some])).map(|found| assert!(found.is_empty(), "{found:?}")),
        block_on(ours.trees(&[some], 100)).map(|found| assert!(found.is_none_or(|found| found.is_empty()))),
        block_on(ours.survey(some)).map(drop),
        block_on(Snapshot::of(&ours, some)).map(drop),
    ];
    for error in told.into_iter().filter_map(Result::err) {
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
    assert!(server.asked.borrow().len() <= 250, "{kind}: {} requests", server.asked.borrow().len());
}

#[test]
fn whatever_an_api_answers_reading_ends_and_no_object_is_another() {
    for kind in ALL {
        for status in [200, 301, 400, 401, 403, 404, 409, 422, 429, 500] {
            for body in bodies() {
                let body = move || Body::from(body.clone());
                read(&Server { body: Box::new(body), ..Server::says(status, &[], "") }, kind);
            }
        }
    }
}

#[test]
fn folders_and_histories_without_end_are_left_alone() {
    let next = [("link", "<https://git.example.com/x?page_token=again>; rel=\"next\"")];
    let one = r#"{"sha":"1111111111111111111111111111111111111111","path":"a","mode":"040000","id":"1111111111111111111111111111111111111111"}"#;
    for body in [
        format!(r#"{{"tree":[{one}],"truncated":true,"page":1,"total_count":1000000000}}"#),
        format!(r#"{{"tree":[{one}],"truncated":true,"page":18446744073709551615,"total_count":0}}"#),
        r#"{"tree":null,"truncated":true,"page":1,"total_count":9}"#.to_owned(),
        r#"{"tree":[],"truncated":true,"page":0,"total_count":9}"#.to_owned(),
        format!("[{one}]"),
        "[]".to_owned(),
        // A commit that comes before itself.
        r#"{"sha":"1111111111111111111111111111111111111111","id":"1111111111111111111111111111111111111111","message":"m",
          "tree":{"sha":"1111111111111111111111111111111111111111"},"commit":{"message":"m"},
          "parents":[{"sha":"1111111111111111111111111111111111111111"}],"parent_ids":["1111111111111111111111111111111111111111"]}"#
            .to_owned(),
    ] {
        for kind in ALL {
            let body = body.clone();
            let body = move || Body::from(body.clone());
            read(&Server { body: Box::new(body), ..Server::says(200, &next, "") }, kind);
        }
    }
}

#[test]
fn a_file_larger_than_an_answer_is_told_with_what_to_do() {
    let endless =
        || Body::stream(futures_util::stream::repeat_with(|| Ok::<_, BodyError>(vec![b'x'; 1 << 20])));
    for kind in ALL {
        let server = Server { body: Box::new(endless), ..Server::says(200, &[], "") };
        let url = address("https://git.example.com/team/shop.git");
        let ours = Provider::new(Guarded::new(&server, Policy::public()), kind, &url, None).unwrap();
        let error = block_on(ApiReader::new(Rc::new(ours)).objects(&[Oid::ZERO])).unwrap_err();
        assert!(error.to_string().contains("let git's own protocol through"), "{kind}: {error}");
    }
}
