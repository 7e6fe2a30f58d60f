//! Against `emulate`, a program that stands in for GitHub's REST API: `tests/run github` starts it and names a repository in
//! the environment. It knows no commit statuses, and lets pull requests be
//! opened from branches that are not there.

use fairlead_fetch::{Body, Fetch, FetchError, Guarded, Native, Policy, block_on};
use fairlead_git::provider::{Event, Kind, Proposed, Provider, ProviderError, Registered};
use fairlead_git::push::Credential;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use serde_json::{Value, json};

use crate::support::{address, proposal, webhook};

/// The emulation has its API at its root, as api.github.com has; a server of any other name has it below `/api/v3`.
pub(crate) struct AtRoot {
    native: Native,
    /// The status that a moved branch is answered with, though it was moved.
    lost: Option<u16>,
    /// The most entries of a tree, and what more of them is answered with.
    heavy: Option<(usize, u16)>,
}

impl Fetch for AtRoot {
    async fn fetch(&self, mut request: Request<Body>) -> Result<Response<Body>, FetchError> {
        let uri = request.uri().to_string().replacen("/api/v3/", "/", 1);
        *request.uri_mut() = uri.parse::<Uri>().unwrap();
        if let Some((most, status)) = self.heavy.filter(|_| request.uri().path().ends_with("/git/trees")) {
            let (head, body) = request.into_parts();
            let bytes = body.collect(32 << 20).await.unwrap();
            let tree: Value = serde_json::from_slice(&bytes).unwrap();
            if tree["tree"].as_array().unwrap().len() > most {
                let words = json!({"message": "Sorry, your request timed out. It's likely that your input was too large to process."});
                return Ok(Response::builder().status(status).body(Body::from(words.to_string())).unwrap());
            }
            request = Request::from_parts(head, Body::from(bytes));
        }
        let moves = request.method() == Method::PATCH && request.uri().path().contains("/git/refs/");
        let mut answer = self.native.fetch(request).await?;
        if let Some(lost) = self.lost.filter(|_| moves) {
            *answer.status_mut() = StatusCode::from_u16(lost).unwrap();
        }
        Ok(answer)
    }
}

fn url() -> String {
    std::env::var("FAIRLEAD_GITHUB_URL").expect("tests/run sets it")
}

fn guarded(lost: Option<u16>) -> Guarded<AtRoot> {
    let policy = Policy::own_machine();
    Guarded::new(AtRoot { native: Native::new(policy.clone()), lost, heavy: None }, policy)
}

pub(crate) fn ours() -> Provider<AtRoot> {
    at(guarded(None), &url())
}

/// The same, whose moved branches are answered with a status that says nothing.
pub(crate) fn losing(status: u16) -> Provider<AtRoot> {
    at(guarded(Some(status)), &url())
}

/// The same, which takes so many entries of a tree and answers more of them with a status.
pub(crate) fn heavy(most: usize, status: u16) -> Provider<AtRoot> {
    let policy = Policy::own_machine();
    let heavy = AtRoot { native: Native::new(policy.clone()), lost: None, heavy: Some((most, status)) };
    at(Guarded::new(heavy, policy), &url())
}

fn at(fetch: Guarded<AtRoot>, url: &str) -> Provider<AtRoot> {
    Provider::new(fetch, Kind::Github, &address(url), Some(&Credential::token("t0ken"))).unwrap()
}

/// Asks the API without any code of ours that is tested.
pub(crate) fn api(method: Method, path: &str, body: &Value) -> Value {
    let repository = address(&url());
    let target = repository.target().trim_end_matches(".git");
    let at = repository.refer(&format!("/repos{target}{path}")).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("authorization", "Bearer t0ken".parse().unwrap());
    headers.insert("content-type", "application/json".parse().unwrap());
    let body = if body.is_null() { Body::default() } else { Body::from(body.to_string()) };
    let answer = block_on(guarded(None).send(method, &at, &headers, body)).unwrap();
    serde_json::from_slice(&block_on(answer.into_body().collect(1 << 20)).unwrap()).unwrap()
}

/// A branch at the head of `main`.
pub(crate) fn branch(name: &str) {
    let main = api(Method::GET, "/git/ref/heads/main", &Value::Null);
    let body = json!({"ref": format!("refs/heads/{name}"), "sha": main["object"]["sha"]});
    assert!(api(Method::POST, "/git/refs", &body)["object"]["sha"].is_string());
}

#[test]
#[ignore = "needs the emulation of GitHub"]
fn github_opens_one_pull_request_and_updates_it() {
    branch("fairlead/one");
    branch("fairlead/two");
    let first = proposal("fairlead/one", "main", "first", "a\n");
    let Proposed::Opened(opened) = block_on(ours().propose(&first)).unwrap() else { panic!("it was there") };
    assert_eq!(opened.url.target(), format!("/admin/shop/pull/{}", opened.number));
    assert_eq!(block_on(ours().propose(&first)).unwrap(), Proposed::Unchanged(opened.clone()));
    let second = proposal("fairlead/one", "main", "second", "b\n");
    let Proposed::Updated(updated) = block_on(ours().propose(&second)).unwrap() else {
        panic!("not updated")
    };
    assert_eq!((updated.number, updated.title.as_str()), (opened.number, "second"));
    let pull = api(Method::GET, &format!("/pulls/{}", opened.number), &Value::Null);
    assert_eq!(
        (&pull["title"], &pull["body"], &pull["state"]),
        (&json!("second"), &json!("b\n"), &json!("open"))
    );
    let other = block_on(ours().propose(&proposal("fairlead/two", "main", "other", ""))).unwrap();
    assert_ne!(other.pull_request().number, opened.number);
    // One that is closed is not brought back.
    api(Method::PATCH, &format!("/pulls/{}", opened.number), &json!({"state": "closed"}));
    let again = block_on(ours().propose(&second)).unwrap();
    assert!(matches!(&again, Proposed::Opened(new) if new.number > opened.number), "{again:?}");
}

#[test]
#[ignore = "needs the emulation of GitHub"]
fn github_says_why_there_is_no_pull_request() {
    let ours = at(guarded(None), &url().replace("shop", "missing"));
    let error = block_on(ours.propose(&proposal("a", "main", "t", "b"))).unwrap_err();
    assert!(matches!(error, ProviderError::NotFound { .. }), "{error}");
}

#[test]
#[ignore = "needs the emulation of GitHub"]
fn github_has_one_webhook_for_an_address() {
    let first = webhook("one", &[Event::Push]);
    assert_eq!(block_on(ours().register(&first)), Ok(Registered::Created));
    let second = webhook("two", &[Event::Push, Event::PullRequest]);
    assert_eq!(block_on(ours().register(&second)), Ok(Registered::Updated));
    let hooks = api(Method::GET, "/hooks", &Value::Null);
    assert_eq!(hooks.as_array().map(Vec::len), Some(1));
    assert_eq!(hooks[0]["events"], json!(["push", "pull_request"]));
}
