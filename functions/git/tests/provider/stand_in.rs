//! GitHub and GitLab, whose servers cannot be had: each is a small stand-in that knows what these tests ask, by the words of
//! the providers' documentation. That the real ones answer so is not tested here.

use std::cell::RefCell;

use fairlead_fetch::{Body, Fetch, FetchError, Guarded, Policy, block_on};
use fairlead_git::provider::{
    Event, Kind, Proposed, Provider, ProviderError, Registered, Said, State, Status, recognize,
};
use fairlead_git::push::Credential;
use fairlead_world::Oid;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{address, proposal, status, webhook};

/// A provider's server with one repository.
struct StandIn {
    kind: Kind,
    requests: RefCell<Vec<String>>,
    pulls: RefCell<Vec<Value>>,
    statuses: RefCell<Vec<Value>>,
    hooks: RefCell<Vec<Value>>,
    /// What the next request that makes something gets instead of its answer, after it was carried out.
    lost: RefCell<Option<u16>>,
}

impl StandIn {
    fn new(kind: Kind) -> StandIn {
        StandIn {
            kind,
            requests: RefCell::default(),
            pulls: RefCell::default(),
            statuses: RefCell::default(),
            hooks: RefCell::default(),
            lost: RefCell::default(),
        }
    }

    fn host(&self) -> &'static str {
        match self.kind {
            Kind::Github => "https://github.com/team/shop.git",
            _ => "https://gitlab.com/acme/team/shop.git",
        }
    }

    fn ours(&self) -> Provider<&StandIn> {
        let fetch = Guarded::new(self, Policy::public());
        Provider::new(fetch, self.kind, &address(self.host()), Some(&Credential::token("t0ken"))).unwrap()
    }

    /// How often something was asked whose method and address begin so.
    fn asked(&self, words: &str) -> usize {
        self.requests.borrow().iter().filter(|request| request.starts_with(words)).count()
    }

    fn github(&self, method: &Method, path: &str, query: &str, body: &Value) -> (u16, Value) {
        let repository = "/repos/team/shop";
        let Some(path) = path.strip_prefix(repository) else { return (404, json!({"message": "Not Found"})) };
        match (method.as_str(), path) {
            ("GET", "/pulls") => {
                let is_asked = |pull: &&Value| {
                    let (head, base) = (text(&pull["head"]["ref"]), text(&pull["base"]["ref"]));
                    let escaped = |text: &str| text.replace('/', "%2F");
                    query.contains(&format!("head=team:{}&", escaped(head)))
                        && query.contains(&format!("base={}&", escaped(base)))
                };
                (200, self.pulls.borrow().iter().filter(is_asked).cloned().collect())
            }
            ("POST", "/pulls") => {
                let mut pulls = self.pulls.borrow_mut();
                let double = pulls
                    .iter()
                    .any(|pull| pull["head"]["ref"] == body["head"] && pull["base"]["ref"] == body["base"]);
                if double {
                    let why = "A pull request already exists for team:x.";
                    return (422, json!({"message": "Validation Failed", "errors": [{"message": why}]}));
                }
                let number = pulls.len() + 1;
                pulls.push(json!({
                    "number": number, "html_url": format!("https://github.com/team/shop/pull/{number}"),
                    "title": body["title"], "body": body["body"],
                    "head": {"ref": body["head"], "repo": {"id": 7}}, "base": {"ref": body["base"], "repo": {"id": 7}},
                }));
                (201, pulls[number - 1].clone())
            }
            ("PATCH", path) if path.starts_with("/pulls/") => {
                changed(&mut self.pulls.borrow_mut(), path, body)
            }
            ("GET", path) if path.ends_with("/status") => {
                // The newest of each context: these tests have one.
                let newest: Vec<Value> = self.statuses.borrow().last().cloned().into_iter().collect();
                (200, json!({"state": "pending", "statuses": newest}))
            }
            ("POST", path) if path.starts_with("/statuses/") => {
                let length = text(&body["description"]).chars().count();
                if length > 140 {
                    return (422, json!({"message": "description is too long (maximum is 140 characters)"}));
                }
                self.statuses.borrow_mut().push(body.clone());
                (201, body.clone())
            }
            ("GET", "/hooks") => (200, self.hooks.borrow().clone().into()),
            ("POST", "/hooks") => {
                let mut hook = body.clone();
                assert_eq!(hook["name"], "web");
                hook["id"] = json!(self.hooks.borrow().len() + 1);
                self.hooks.borrow_mut().push(hook.clone());
                (201, hook)
            }
            ("PATCH", path) if path.starts_with("/hooks/") => {
                changed(&mut self.hooks.borrow_mut(), path, body)
            }
            _ => (404, json!({"message": "Not Found"})),
        }
    }

    fn gitlab(&self, method: &Method, path: &str, query: &str, body: &Value) -> (u16, Value) {
        let project = "/api/v4/projects/acme%2Fteam%2Fshop";
        let Some(path) = path.strip_prefix(project) else {
            return (404, json!({"message": "404 Project Not Found"}));
        };
        match (method.as_str(), path) {
            ("GET", "/merge_requests") => {
                assert!(
                    query.starts_with(
                        "state=opened&source_branch=fairlead%2Fshop&target_branch=deploy%2Fshop&"
                    )
                );
                (200, self.pulls.borrow().clone().into())
            }
            ("POST", "/merge_requests") => {
                let mut pulls = self.pulls.borrow_mut();
                if !pulls.is_empty() {
                    return (409, json!({"message": ["Another open merge request already exists: !1"]}));
                }
                let mut pull = body.clone();
                pull["iid"] = json!(1);
                pull["web_url"] = json!("https://gitlab.com/acme/team/shop/-/merge_requests/1");
                pull["source_project_id"] = json!(5);
                pull["target_project_id"] = json!(5);
                pulls.push(pull.clone());
                (201, pull)
            }
            ("PUT", path) if path.starts_with("/merge_requests/") => {
                changed(&mut self.pulls.borrow_mut(), path, body)
            }
            ("GET", path) if path.ends_with("/statuses") => {
                assert!(query.starts_with("name=fairlead%2Fshop&"));
                (200, self.statuses.borrow().last().cloned().into_iter().collect())
            }
            ("POST", path) if path.starts_with("/statuses/") => {
                let mut status = body.clone();
                status["status"] = body["state"].clone();
                let mut statuses = self.statuses.borrow_mut();
                if statuses.last().is_some_and(|last| last["status"] == status["status"]) {
                    return (400, json!({"message": "Cannot transition status via :enqueue from :pending"}));
                }
                statuses.push(status.clone());
                (201, status)
            }
            ("GET", "/hooks") => (200, self.hooks.borrow().clone().into()),
            ("POST", "/hooks") => {
                let mut hook = body.clone();
                hook["id"] = json!(self.hooks.borrow().len() + 1);
                self.hooks.borrow_mut().push(hook.clone());
                (201, hook)
            }
            ("PUT", path) if path.starts_with("/hooks/") => changed(&mut self.hooks.borrow_mut(), path, body),
            _ => (404, json!({"message": "404 Not Found"})),
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Changes the one that a path names by its number.
fn changed(all: &mut [Value], path: &str, body: &Value) -> (u16, Value) {
    let number: usize = path.rsplit('/').next().unwrap().parse().unwrap();
    let one = &mut all[number - 1];
    for (name, value) in body.as_object().unwrap() {
        one[name] = value.clone();
    }
    (200, one.clone())
}

impl Fetch for StandIn {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        let (head, body) = request.into_parts();
        self.requests.borrow_mut().push(format!("{} {}", head.method, head.uri));
        let authorization = head.headers.get("authorization").map(|value| value.to_str().unwrap());
        let host = head.uri.host().unwrap();
        assert_eq!(host, if self.kind == Kind::Github { "api.github.com" } else { "gitlab.com" });
        let body = body.collect(1 << 20).await.unwrap();
        let body: Value = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
        let (mut status, mut answer) = match (authorization, self.kind) {
            (Some("Bearer t0ken"), Kind::Github) => self.github(&head.method, path, query, &body),
            (Some("Bearer t0ken"), _) => self.gitlab(&head.method, path, query, &body),
            _ => (401, json!({"message": "401 Unauthorized"})),
        };
        if head.method == Method::POST
            && let Some(lost) = self.lost.take()
        {
            (status, answer) = (lost, Value::Null);
        }
        let mut response = Response::new(Body::from(answer.to_string()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        Ok(response)
    }
}

const BOTH: [Kind; 2] = [Kind::Github, Kind::Gitlab];

#[test]
fn one_pull_request_is_opened_left_alone_and_updated() {
    for kind in BOTH {
        let server = StandIn::new(kind);
        let ours = server.ours();
        let first = proposal("fairlead/shop", "deploy/shop", "first", "a\n");
        let Proposed::Opened(opened) = block_on(ours.propose(&first)).unwrap() else { panic!("{kind}") };
        let page = if kind == Kind::Github { "/pull/1" } else { "/-/merge_requests/1" };
        assert!(opened.number == 1 && opened.url.to_string().ends_with(page), "{}", opened.url);
        assert_eq!(block_on(ours.propose(&first)).unwrap(), Proposed::Unchanged(opened));
        let second = proposal("fairlead/shop", "deploy/shop", "second", "b\n");
        let Proposed::Updated(updated) = block_on(ours.propose(&second)).unwrap() else { panic!("{kind}") };
        assert_eq!((updated.number, updated.title.as_str(), updated.body.as_str()), (1, "second", "b\n"));
        assert_eq!(server.pulls.borrow().len(), 1);
        assert_eq!(server.asked("POST"), 1);
    }
}

#[test]
fn a_pull_request_from_elsewhere_is_not_taken_for_ours() {
    let server = StandIn::new(Kind::Github);
    server.pulls.borrow_mut().push(json!({
        "number": 1, "html_url": "https://github.com/team/shop/pull/1", "title": "theirs", "body": null,
        "head": {"ref": "fairlead/shop", "repo": {"id": 8}}, "base": {"ref": "deploy/shop", "repo": {"id": 7}},
    }));
    let wanted = proposal("fairlead/shop", "deploy/shop", "ours", "");
    assert_eq!(block_on(server.ours().open_pull_request(&wanted)), Ok(None));
    server.pulls.borrow_mut()[0]["head"]["repo"] = Value::Null;
    assert_eq!(block_on(server.ours().open_pull_request(&wanted)), Ok(None));
}

#[test]
fn a_lost_answer_makes_no_second_pull_request() {
    for kind in BOTH {
        let server = StandIn::new(kind);
        let wanted = proposal("fairlead/shop", "deploy/shop", "first", "a");
        server.lost.replace(Some(502));
        let opened = block_on(server.ours().propose(&wanted)).unwrap();
        assert!(matches!(opened, Proposed::Opened(_)), "{opened:?}");
        assert_eq!((server.pulls.borrow().len(), server.asked("POST")), (1, 1));
    }
}

#[test]
fn what_a_provider_refuses_is_told_in_its_words() {
    let server = StandIn::new(Kind::Github);
    server.lost.replace(Some(422));
    // The stand-in has made it, as somebody who was faster would have.
    let wanted = proposal("fairlead/shop", "deploy/shop", "first", "a");
    assert!(matches!(block_on(server.ours().propose(&wanted)), Ok(Proposed::Unchanged(_))));
    let fetch = Guarded::new(&server, Policy::public());
    let wrong = Credential::token("wrong");
    let wrong = Provider::new(fetch, Kind::Github, &address(server.host()), Some(&wrong)).unwrap();
    let error = block_on(wrong.propose(&wanted)).unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error}");
}

#[test]
fn a_status_is_said_once_until_it_changes() {
    for kind in BOTH {
        let server = StandIn::new(kind);
        let (ours, commit) = (server.ours(), Oid::parse(&"a".repeat(40)).unwrap());
        for (state, expected) in [
            (State::Pending, Said::New),
            (State::Pending, Said::Already),
            (State::Success, Said::New),
            (State::Success, Said::Already),
            (State::Failure, Said::New),
        ] {
            assert_eq!(block_on(ours.set_status(commit, &status(state))), Ok(expected), "{kind} {state:?}");
        }
        let short = Status { description: "other".to_owned(), url: None, ..status(State::Pending) };
        assert_eq!(block_on(ours.set_status(commit, &short)), Ok(Said::New));
        assert_eq!(server.statuses.borrow().len(), 4);
    }
}

#[test]
fn an_address_has_one_webhook() {
    for kind in BOTH {
        let server = StandIn::new(kind);
        assert_eq!(
            block_on(server.ours().register(&webhook("one", &[Event::Push]))),
            Ok(Registered::Created)
        );
        let second = webhook("two", &[Event::Push, Event::PullRequest]);
        assert_eq!(block_on(server.ours().register(&second)), Ok(Registered::Updated));
        let hooks = server.hooks.borrow();
        let secret = if kind == Kind::Github { &hooks[0]["config"]["secret"] } else { &hooks[0]["token"] };
        assert_eq!((hooks.len(), secret), (1, &json!("two")));
        if kind == Kind::Github {
            assert_eq!(hooks[0]["events"], json!(["push", "pull_request"]));
        } else {
            assert_eq!(hooks[0]["merge_requests_events"], true);
        }
        assert!(!format!("{second:?}").contains("two"));
    }
}

#[test]
fn known_hosts_are_not_asked_who_they_are() {
    for kind in BOTH {
        let server = StandIn::new(kind);
        let fetch = Guarded::new(&server, Policy::public());
        assert_eq!(block_on(recognize(&fetch, &address(server.host()))), Ok(kind));
        assert!(server.requests.borrow().is_empty());
    }
}
