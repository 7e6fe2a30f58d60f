//! GitHub's REST API. Much of Gitea's is the same, which reads these answers too.

use fairlead_fetch::Address;
use http::{HeaderValue, Method};
use serde::Deserialize;
use serde_json::json;

use super::call::{Call, escaped};
use super::dialect::{Dialect, Unreadable, json as read, link, with_token};
use super::kind::Place;
use super::pull_request::{Proposal, PullRequest};
use super::status::{State, Status};
use super::webhook::{Event, Webhook};
use crate::object::Oid;
use crate::push::{Credential, CredentialError};

/// A repository on GitHub.
pub(super) struct Github {
    owner: String,
    /// `repos/OWNER/NAME`.
    repository: String,
}

impl Github {
    pub(super) fn new(place: &Place) -> Github {
        let Place { owner, name, .. } = place;
        Github { owner: owner.clone(), repository: format!("repos/{owner}/{name}") }
    }
}

impl Dialect for Github {
    fn authorization(&self, credential: &Credential) -> Result<HeaderValue, CredentialError> {
        with_token("Bearer", credential)
    }

    fn accept(&self) -> &'static str {
        "application/vnd.github+json"
    }

    fn pull_requests(&self, proposal: &Proposal, page: usize) -> Call {
        let Github { owner, repository } = self;
        let (head, base) = (escaped(proposal.head.name()), escaped(proposal.base.name()));
        let query = format!("state=open&head={owner}:{head}&base={base}&per_page=100&page={page}");
        Call::get("read the pull requests", format!("{repository}/pulls?{query}"))
    }

    fn find_pull_request(&self, page: &[u8], proposal: &Proposal) -> Result<Option<PullRequest>, Unreadable> {
        Listed::find(page, proposal)
    }

    fn create_pull_request(&self, proposal: &Proposal) -> Call {
        create_pull_request(&self.repository, proposal)
    }

    fn update_pull_request(&self, number: u64, proposal: &Proposal) -> Call {
        update_pull_request(&self.repository, number, proposal)
    }

    fn pull_request(&self, answer: &[u8]) -> Result<PullRequest, Unreadable> {
        read::<Listed>(answer)?.pull_request()
    }

    fn statuses(&self, commit: Oid, _: &Status) -> Call {
        statuses(&self.repository, commit, "per_page=100")
    }

    fn has_status(&self, answer: &[u8], status: &Status) -> Result<bool, Unreadable> {
        Combined::has(answer, status)
    }

    fn set_status(&self, commit: Oid, status: &Status) -> Call {
        set_status(&self.repository, commit, status)
    }

    fn webhooks(&self, page: usize) -> Call {
        let path = format!("{}/hooks?per_page=100&page={page}", self.repository);
        Call::get("read the webhooks", path)
    }

    fn find_webhook(&self, page: &[u8], url: &Address) -> Result<Option<u64>, Unreadable> {
        Hook::find(page, url)
    }

    fn create_webhook(&self, webhook: &Webhook) -> Call {
        let mut body = hook(webhook);
        body["name"] = json!("web");
        Call::send("make a webhook", Method::POST, format!("{}/hooks", self.repository), body)
    }

    fn update_webhook(&self, id: u64, webhook: &Webhook) -> Call {
        let path = format!("{}/hooks/{id}", self.repository);
        Call::send("change a webhook", Method::PATCH, path, hook(webhook))
    }
}

pub(super) fn create_pull_request(repository: &str, proposal: &Proposal) -> Call {
    let Proposal { head, base, title, body } = proposal;
    let body = json!({ "title": title, "body": body, "head": head.name(), "base": base.name() });
    Call::send("open a pull request", Method::POST, format!("{repository}/pulls"), body)
}

pub(super) fn update_pull_request(repository: &str, number: u64, proposal: &Proposal) -> Call {
    let body = json!({ "title": proposal.title, "body": proposal.body });
    Call::send("change a pull request", Method::PATCH, format!("{repository}/pulls/{number}"), body)
}

pub(super) fn statuses(repository: &str, commit: Oid, query: &str) -> Call {
    Call::get("read the commit statuses", format!("{repository}/commits/{commit}/status?{query}"))
}

pub(super) fn set_status(repository: &str, commit: Oid, status: &Status) -> Call {
    let Status { state, context, description, url } = status;
    let mut body = json!({ "state": word(*state), "context": context, "description": description });
    if let Some(url) = url {
        body["target_url"] = json!(url.to_string());
    }
    Call::send("set a commit status", Method::POST, format!("{repository}/statuses/{commit}"), body)
}

/// A webhook as both describe it.
pub(super) fn hook(webhook: &Webhook) -> serde_json::Value {
    let Webhook { url, secret, events } = webhook;
    let event = |event: &Event| match event {
        Event::Push => "push",
        Event::PullRequest => "pull_request",
    };
    let events: Vec<&str> = events.iter().map(event).collect();
    let config =
        json!({ "url": url.to_string(), "content_type": "json", "secret": secret, "insecure_ssl": "0" });
    json!({ "active": true, "events": events, "config": config })
}

fn word(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Success => "success",
        State::Failure => "failure",
        State::Error => "error",
    }
}

/// A pull request in an answer.
#[derive(Deserialize)]
pub(super) struct Listed {
    number: u64,
    html_url: String,
    title: String,
    body: Option<String>,
    head: End,
    base: End,
}

/// One of a pull request's two ends.
#[derive(Deserialize)]
struct End {
    #[serde(rename = "ref")]
    branch: String,
    /// Is `null` where the fork is gone.
    repo: Option<Repository>,
}

#[derive(Deserialize, PartialEq)]
struct Repository {
    id: u64,
}

impl Listed {
    /// The proposal's among those of a page. A filter that the server does not know would let others through.
    pub(super) fn find(page: &[u8], proposal: &Proposal) -> Result<Option<PullRequest>, Unreadable> {
        let is_it = |listed: &Listed| {
            listed.head.branch == proposal.head.name()
                && listed.base.branch == proposal.base.name()
                && listed.head.repo.is_some()
                && listed.head.repo == listed.base.repo
        };
        let found = read::<Vec<Listed>>(page)?.into_iter().find(is_it);
        found.map(Listed::pull_request).transpose()
    }

    pub(super) fn pull_request(self) -> Result<PullRequest, Unreadable> {
        let Listed { number, html_url, title, body, .. } = self;
        Ok(PullRequest { number, url: link(&html_url)?, title, body: body.unwrap_or_default() })
    }
}

/// The newest status of each context.
#[derive(Deserialize)]
pub(super) struct Combined {
    /// Gitea says `null` where there is none.
    statuses: Option<Vec<Said>>,
}

#[derive(Deserialize)]
struct Said {
    /// Gitea calls it by the second name.
    #[serde(alias = "status")]
    state: String,
    context: String,
    description: Option<String>,
    target_url: Option<String>,
}

impl Combined {
    pub(super) fn has(answer: &[u8], status: &Status) -> Result<bool, Unreadable> {
        let url = status.url.as_ref().map(Address::to_string).unwrap_or_default();
        let is_it = |said: &Said| {
            said.context == status.context
                && said.state == word(status.state)
                && said.description.as_deref().unwrap_or_default() == status.description
                && said.target_url.as_deref().unwrap_or_default() == url
        };
        Ok(read::<Combined>(answer)?.statuses.iter().flatten().any(is_it))
    }
}

/// A webhook in an answer.
#[derive(Deserialize)]
pub(super) struct Hook {
    id: u64,
    config: Config,
}

#[derive(Deserialize)]
struct Config {
    url: Option<String>,
}

impl Hook {
    pub(super) fn find(page: &[u8], url: &Address) -> Result<Option<u64>, Unreadable> {
        let url = url.to_string();
        let found = read::<Vec<Hook>>(page)?.into_iter().find(|hook| hook.config.url.as_ref() == Some(&url));
        Ok(found.map(|hook| hook.id))
    }
}
