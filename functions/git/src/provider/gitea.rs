//! Gitea's and Forgejo's API.

use fairlead_fetch::Address;
use http::{HeaderValue, Method};
use serde_json::json;

use super::call::{Call, escaped};
use super::dialect::{Dialect, Unreadable, json as read, with_token};
use super::github::{self, Combined, Hook, Listed};
use super::kind::Place;
use super::pull_request::{Proposal, PullRequest};
use super::status::Status;
use super::webhook::Webhook;
use crate::object::Oid;
use crate::push::{Credential, CredentialError};

/// A repository on a Gitea.
pub(super) struct Gitea {
    /// `repos/OWNER/NAME`.
    repository: String,
}

impl Gitea {
    pub(super) fn new(place: &Place) -> Gitea {
        Gitea { repository: format!("repos/{}/{}", place.owner, place.name) }
    }
}

impl Dialect for Gitea {
    /// A token goes as one; with a user's name it may be a password as well, which Gitea takes as git sends it.
    fn authorization(&self, credential: &Credential) -> Result<HeaderValue, CredentialError> {
        if credential.is_token() { with_token("token", credential) } else { credential.header() }
    }

    /// There is no filter by head; a server that knows none by base either lists all that are open.
    fn pull_requests(&self, proposal: &Proposal, page: usize) -> Call {
        let base = escaped(proposal.base.name());
        let query = format!("state=open&base_branch={base}&limit=50&page={page}");
        Call::get("read the pull requests", format!("{}/pulls?{query}", self.repository))
    }

    fn find_pull_request(&self, page: &[u8], proposal: &Proposal) -> Result<Option<PullRequest>, Unreadable> {
        Listed::find(page, proposal)
    }

    fn create_pull_request(&self, proposal: &Proposal) -> Call {
        github::create_pull_request(&self.repository, proposal)
    }

    fn update_pull_request(&self, number: u64, proposal: &Proposal) -> Call {
        github::update_pull_request(&self.repository, number, proposal)
    }

    fn pull_request(&self, answer: &[u8]) -> Result<PullRequest, Unreadable> {
        read::<Listed>(answer)?.pull_request()
    }

    fn statuses(&self, commit: Oid, _: &Status) -> Call {
        github::statuses(&self.repository, commit, "limit=50")
    }

    fn has_status(&self, answer: &[u8], status: &Status) -> Result<bool, Unreadable> {
        Combined::has(answer, status)
    }

    fn set_status(&self, commit: Oid, status: &Status) -> Call {
        github::set_status(&self.repository, commit, status)
    }

    fn webhooks(&self, page: usize) -> Call {
        Call::get("read the webhooks", format!("{}/hooks?limit=50&page={page}", self.repository))
    }

    fn find_webhook(&self, page: &[u8], url: &Address) -> Result<Option<u64>, Unreadable> {
        Hook::find(page, url)
    }

    fn create_webhook(&self, webhook: &Webhook) -> Call {
        let mut body = github::hook(webhook);
        body["type"] = json!("gitea");
        Call::send("make a webhook", Method::POST, format!("{}/hooks", self.repository), body)
    }

    fn update_webhook(&self, id: u64, webhook: &Webhook) -> Call {
        let path = format!("{}/hooks/{id}", self.repository);
        Call::send("change a webhook", Method::PATCH, path, github::hook(webhook))
    }
}
