//! A GitHub App, against a stand-in for the few requests that GitHub has for one, by the words of its documentation.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairlead_fetch::{Body, Fetch, FetchError, Guarded, Policy, block_on};
use fairlead_git::provider::{App, JwtError, JwtSigner, Kind, Provider, ProviderError};
use fairlead_git::push::{Credential, Http, Renew, Transport};
use fairlead_git::wire::Service;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::support::{address, proposal};

const NOW: i64 = 1_700_000_000;
const URL: &str = "https://github.com/team/shop.git";

/// GitHub, where the App is installed.
struct Github {
    /// What the server's clock says.
    clock: i64,
    installation: Cell<Option<u64>>,
    /// How many tokens were given; the last one is valid for so many requests.
    tokens: Cell<usize>,
    valid: Cell<usize>,
    asked: RefCell<Vec<String>>,
}

impl Github {
    fn new(clock: i64) -> Github {
        let (tokens, valid) = (Cell::new(0), Cell::new(usize::MAX));
        Github { clock, installation: Cell::new(Some(7)), tokens, valid, asked: RefCell::default() }
    }

    /// Whether a proof is good by the server's clock.
    fn takes(&self, proof: &str) -> bool {
        let parts: Vec<&str> = proof.split('.').collect();
        let [head, claims, signature] = parts.as_slice() else { return false };
        let read =
            |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
        assert_eq!(read(head), json!({"alg": "RS256", "typ": "JWT"}));
        let signed = format!("signed {head}.{claims}");
        assert_eq!(URL_SAFE_NO_PAD.decode(signature).unwrap(), signed.as_bytes());
        let claims = read(claims);
        assert_eq!(claims["iss"], "12345");
        let (from, to) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        from <= self.clock && self.clock < to && to <= self.clock + 600
    }

    fn answer(&self, path: &str, token: &str) -> (u16, Value) {
        let last = format!("t0ken-{}", self.tokens.get());
        let of_app = path.ends_with("/installation") || path.starts_with("/app/");
        match path {
            _ if of_app && !self.takes(token) => (
                401,
                json!({"message": "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"}),
            ),
            "/repos/team/shop/installation" => match self.installation.get() {
                Some(id) => (200, json!({"id": id, "app_id": 12345})),
                None => (404, json!({"message": "Not Found"})),
            },
            _ if of_app
                && self
                    .installation
                    .get()
                    .is_some_and(|id| path == format!("/app/installations/{id}/access_tokens")) =>
            {
                self.tokens.set(self.tokens.get() + 1);
                (
                    201,
                    json!({"token": format!("t0ken-{}", self.tokens.get()), "expires_at": "2023-11-14T23:13:20Z"}),
                )
            }
            _ if of_app => (404, json!({"message": "Not Found"})),
            _ if token == last && self.valid.get() > 0 => {
                self.valid.set(self.valid.get() - 1);
                (200, json!([]))
            }
            _ => (401, json!({"message": "Bad credentials"})),
        }
    }
}

impl Fetch for &Github {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        let header = request.headers()["authorization"].to_str().unwrap().to_owned();
        self.asked.borrow_mut().push(format!("{} {}", request.method(), request.uri().path()));
        let of_git = header.strip_prefix("Basic ").map(|coded| {
            let plain = base64::engine::general_purpose::STANDARD.decode(coded).unwrap();
            String::from_utf8(plain).unwrap().replace("x-access-token:", "")
        });
        let token = of_git.clone().unwrap_or_else(|| header.replace("Bearer ", ""));
        let (status, body) = self.answer(request.uri().path(), &token);
        let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(self.clock as u64);
        let kind =
            if of_git.is_some() { "application/x-git-upload-pack-advertisement" } else { "application/json" };
        let answer = Response::builder().status(status).header("date", httpdate::fmt_http_date(date));
        Ok(answer.header("content-type", kind).body(Body::from(body.to_string())).unwrap())
    }
}

struct Signer;

impl JwtSigner for Signer {
    async fn sign(&self, text: &[u8]) -> Result<Vec<u8>, JwtError> {
        Ok([b"signed ", text].concat())
    }
}

fn fetch(github: &'static Github) -> Guarded<&'static Github> {
    Guarded::new(github, Policy::public())
}

/// The App, on a server that lives as long as the test's process.
fn app(github: Github) -> (&'static Github, Rc<dyn Renew>) {
    let github: &Github = Box::leak(Box::new(github));
    (github, Rc::new(App::new(fetch(github), &address(URL), "12345", Signer, || NOW).unwrap()))
}

fn provider(github: &'static Github, app: &Rc<dyn Renew>) -> Provider<&'static Github> {
    let token = block_on(app.renew(None)).unwrap();
    let provider = Provider::new(fetch(github), Kind::Github, &address(URL), Some(&token)).unwrap();
    provider.renewed_by(app.clone(), Some(token))
}

fn ask(provider: &Provider<&'static Github>) -> Result<(), ProviderError> {
    block_on(provider.open_pull_request(&proposal("a", "b", "t", "b"))).map(drop)
}

#[test]
fn an_app_gets_a_token_and_one_more_when_it_expires() {
    let (github, app) = app(Github::new(NOW));
    let provider = provider(github, &app);
    ask(&provider).unwrap();
    assert_eq!(github.tokens.get(), 1);
    github.valid.set(0);
    let error = ask(&provider).unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "no third one is asked for: {error}");
    assert_eq!(github.tokens.get(), 2);
    github.valid.set(5);
    ask(&provider).unwrap();
    assert_eq!(github.tokens.get(), 2);
}

#[test]
fn git_and_the_api_share_what_was_renewed() {
    let (github, app) = app(Github::new(NOW));
    let provider = provider(github, &app);
    let first = block_on(app.renew(None)).unwrap();
    let http = Http::new(fetch(github), address(URL), Some(&first)).unwrap().renewed_by(app.clone());
    // The first token is revoked in favour of another.
    let second = block_on(app.renew(Some(&first))).unwrap();
    assert!(second != first);
    block_on(http.advertisement(Service::UploadPack)).unwrap();
    block_on(http.request(Service::UploadPack, Body::from(b"0000".to_vec()))).unwrap_err();
    ask(&provider).unwrap();
    assert_eq!(github.tokens.get(), 2);
}

#[test]
fn clocks_that_are_apart_are_set_by_the_server() {
    for apart in [-900, -300, 0, 55, 300, 900] {
        let (github, app) = app(Github::new(NOW + apart));
        ask(&provider(github, &app)).unwrap();
        let asked = github.asked.borrow();
        let finds = asked.iter().filter(|line| line.ends_with("/installation")).count();
        assert!(finds <= 2, "{apart}: {asked:?}");
    }
}

#[test]
fn an_app_that_is_not_installed_is_told_apart_from_one_that_is_not_known() {
    let (github, app) = app(Github::new(NOW));
    github.installation.set(None);
    let error = block_on(app.renew(None)).unwrap_err().to_string();
    assert!(
        error.contains("is not installed on https://github.com/team/shop.git, or there is no such"),
        "{error}"
    );
    let stranger = App::new(fetch(github), &address(URL), "12345", Signer, || NOW - 100_000).unwrap();
    // Its proof is as old by the server's clock as it could be, once: after that the key is at fault.
    github.installation.set(Some(7));
    block_on(stranger.renew(None)).unwrap();
    struct Wrong;
    impl JwtSigner for Wrong {
        async fn sign(&self, _: &[u8]) -> Result<Vec<u8>, JwtError> {
            Err(JwtError("it is no RSA key".to_owned()))
        }
    }
    let wrong = App::new(fetch(github), &address(URL), "12345", Wrong, || NOW).unwrap();
    let error = block_on(wrong.renew(None)).unwrap_err().to_string();
    assert!(error.contains("the App's key cannot sign: it is no RSA key"), "{error}");
}

#[test]
fn an_app_that_was_installed_anew_is_found_again() {
    let (github, app) = app(Github::new(NOW));
    let first = block_on(app.renew(None)).unwrap();
    github.installation.set(Some(8));
    let second = block_on(app.renew(Some(&first))).unwrap();
    assert_ne!(format!("{:?}", first == second), "true");
    github.installation.set(None);
    let error = block_on(app.renew(Some(&second))).unwrap_err().to_string();
    assert!(error.contains("is not installed"), "{error}");
}

#[test]
fn no_token_is_shown() {
    let (_, app) = app(Github::new(NOW));
    let token: Credential = block_on(app.renew(None)).unwrap();
    assert!(!format!("{app:?} {token:?}").contains("t0ken"));
}
