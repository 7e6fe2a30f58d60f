//! GitLab's API, version 4.

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

/// A project on GitLab.
pub(super) struct Gitlab {
    /// `projects/GROUP%2FNAME`.
    project: String,
}

impl Gitlab {
    pub(super) fn new(place: &Place) -> Gitlab {
        Gitlab { project: project(place) }
    }
}

/// What the API calls a project: `projects/GROUP%2FNAME`.
pub(super) fn project(place: &Place) -> String {
    let path = format!("{}/{}", place.owner, place.name);
    format!("projects/{}", path.replace('/', "%2F"))
}

impl Dialect for Gitlab {
    /// Every kind of token is taken so, and `Authorization` is what no redirect takes to another server.
    fn authorization(&self, credential: &Credential) -> Result<HeaderValue, CredentialError> {
        with_token("Bearer", credential)
    }

    fn pull_requests(&self, proposal: &Proposal, page: usize) -> Call {
        let (head, base) = (escaped(proposal.head.name()), escaped(proposal.base.name()));
        let query =
            format!("state=opened&source_branch={head}&target_branch={base}&per_page=100&page={page}");
        Call::get("read the merge requests", format!("{}/merge_requests?{query}", self.project))
    }

    fn find_pull_request(&self, page: &[u8], proposal: &Proposal) -> Result<Option<PullRequest>, Unreadable> {
        let is_it = |listed: &Listed| {
            listed.source_branch == proposal.head.name()
                && listed.target_branch == proposal.base.name()
                && listed.source_project_id == Some(listed.target_project_id)
        };
        let found = read::<Vec<Listed>>(page)?.into_iter().find(is_it);
        found.map(Listed::pull_request).transpose()
    }

    fn create_pull_request(&self, proposal: &Proposal) -> Call {
        let Proposal { head, base, title, body } = proposal;
        let body = json!({
            "title": title, "description": body, "source_branch": head.name(), "target_branch": base.name(),
        });
        Call::send("open a merge request", Method::POST, format!("{}/merge_requests", self.project), body)
    }

    fn update_pull_request(&self, number: u64, proposal: &Proposal) -> Call {
        let body = json!({ "title": proposal.title, "description": proposal.body });
        let path = format!("{}/merge_requests/{number}", self.project);
        Call::send("change a merge request", Method::PUT, path, body)
    }

    fn pull_request(&self, answer: &[u8]) -> Result<PullRequest, Unreadable> {
        read::<Listed>(answer)?.pull_request()
    }

    fn statuses(&self, commit: Oid, status: &Status) -> Call {
        let name = escaped(&status.context);
        let path = format!("{}/repository/commits/{commit}/statuses?name={name}&per_page=100", self.project);
        Call::get("read the commit statuses", path)
    }

    fn has_status(&self, answer: &[u8], status: &Status) -> Result<bool, Unreadable> {
        let url = status.url.as_ref().map(Address::to_string).unwrap_or_default();
        let is_it = |said: &Said| {
            said.name == status.context
                && said.status == word(status.state)
                && said.description.as_deref().unwrap_or_default() == status.description
                && said.target_url.as_deref().unwrap_or_default() == url
        };
        Ok(read::<Vec<Said>>(answer)?.iter().any(is_it))
    }

    fn set_status(&self, commit: Oid, status: &Status) -> Call {
        let Status { state, context, description, url } = status;
        let mut body = json!({ "state": word(*state), "name": context, "description": description });
        if let Some(url) = url {
            body["target_url"] = json!(url.to_string());
        }
        Call::send("set a commit status", Method::POST, format!("{}/statuses/{commit}", self.project), body)
    }

    fn webhooks(&self, page: usize) -> Call {
        Call::get("read the webhooks", format!("{}/hooks?per_page=100&page={page}", self.project))
    }

    fn find_webhook(&self, page: &[u8], url: &Address) -> Result<Option<u64>, Unreadable> {
        let url = url.to_string();
        let found = read::<Vec<Hook>>(page)?.into_iter().find(|hook| hook.url == url);
        Ok(found.map(|hook| hook.id))
    }

    fn create_webhook(&self, webhook: &Webhook) -> Call {
        Call::send("make a webhook", Method::POST, format!("{}/hooks", self.project), hook(webhook))
    }

    fn update_webhook(&self, id: u64, webhook: &Webhook) -> Call {
        let path = format!("{}/hooks/{id}", self.project);
        Call::send("change a webhook", Method::PUT, path, hook(webhook))
    }
}

fn hook(webhook: &Webhook) -> serde_json::Value {
    let Webhook { url, secret, events } = webhook;
    json!({
        "url": url.to_string(),
        "token": secret,
        "push_events": events.contains(&Event::Push),
        "merge_requests_events": events.contains(&Event::PullRequest),
        "enable_ssl_verification": true,
    })
}

/// GitLab tells no failure from an error.
fn word(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Success => "success",
        State::Failure | State::Error => "failed",
    }
}

/// A merge request in an answer.
#[derive(Deserialize)]
struct Listed {
    iid: u64,
    web_url: String,
    title: String,
    description: Option<String>,
    source_branch: String,
    target_branch: String,
    /// Is `null` where the fork is gone.
    source_project_id: Option<u64>,
    target_project_id: u64,
}

impl Listed {
    fn pull_request(self) -> Result<PullRequest, Unreadable> {
        let Listed { iid, web_url, title, description, .. } = self;
        Ok(PullRequest { number: iid, url: link(&web_url)?, title, body: description.unwrap_or_default() })
    }
}

#[derive(Deserialize)]
struct Said {
    name: String,
    status: String,
    description: Option<String>,
    target_url: Option<String>,
}

#[derive(Deserialize)]
struct Hook {
    id: u64,
    url: String,
}
