//! What a provider's API looks like, without sending anything.

use std::fmt;

use fairlead_fetch::Address;
use http::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;

use super::call::Call;
use super::error::ProviderError;
use super::pull_request::{Proposal, PullRequest};
use super::status::Status;
use super::webhook::Webhook;
use crate::object::Oid;
use crate::push::{Credential, CredentialError};
use crate::said;

/// The requests of a provider's API and its answers. Each provider has a file of its own.
pub(super) trait Dialect {
    /// The value of `Authorization` for a token.
    fn authorization(&self, credential: &Credential) -> Result<HeaderValue, CredentialError>;

    /// The media type that is asked for.
    fn accept(&self) -> &'static str {
        "application/json"
    }

    /// What goes with every request.
    fn headers(&self, credential: Option<&Credential>) -> Result<HeaderMap, ProviderError> {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(crate::AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept()));
        // Nobody in between may answer from what it remembers: branches move.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Some(credential) = credential {
            let mut value = self.authorization(credential)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    /// A page of the open pull requests, of no others than from `head` to `base` where the API can choose.
    fn pull_requests(&self, proposal: &Proposal, page: usize) -> Call;

    /// The one among them that is from the proposal's branch of this repository to where it goes.
    fn find_pull_request(&self, page: &[u8], proposal: &Proposal) -> Result<Option<PullRequest>, Unreadable>;

    /// Opens a pull request.
    fn create_pull_request(&self, proposal: &Proposal) -> Call;

    /// Changes the texts of a pull request.
    fn update_pull_request(&self, number: u64, proposal: &Proposal) -> Call;

    /// The pull request that was opened or changed.
    fn pull_request(&self, answer: &[u8]) -> Result<PullRequest, Unreadable>;

    /// What is said about a commit, in the newest words of each context.
    fn statuses(&self, commit: Oid, status: &Status) -> Call;

    /// Whether this is said already.
    fn has_status(&self, answer: &[u8], status: &Status) -> Result<bool, Unreadable>;

    /// Says it.
    fn set_status(&self, commit: Oid, status: &Status) -> Call;

    /// A page of the repository's webhooks.
    fn webhooks(&self, page: usize) -> Call;

    /// The id of the one that goes to an address.
    fn find_webhook(&self, page: &[u8], url: &Address) -> Result<Option<u64>, Unreadable>;

    /// Makes a webhook.
    fn create_webhook(&self, webhook: &Webhook) -> Call;

    /// Makes a webhook what it should be, its secret included, which nobody can read back.
    fn update_webhook(&self, id: u64, webhook: &Webhook) -> Call;
}

/// Why an answer cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable(String);

impl Unreadable {
    pub(super) fn new(why: &str) -> Unreadable {
        Unreadable(said::line(why))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads an answer; fields that nobody asks for are passed over.
pub(super) fn json<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Unreadable> {
    if answer.trim_ascii_start().starts_with(b"<") {
        return Err(Unreadable::new("it is a page for browsers"));
    }
    serde_json::from_slice(answer).map_err(|error| Unreadable::new(&error.to_string()))
}

/// An address that an answer gives to people.
pub(super) fn link(text: &str) -> Result<Address, Unreadable> {
    Address::parse(text).map_err(|error| Unreadable::new(&error.to_string()))
}

/// A header from a token.
pub(super) fn with_token(scheme: &str, credential: &Credential) -> Result<HeaderValue, CredentialError> {
    HeaderValue::from_str(&format!("{scheme} {}", credential.secret())).map_err(|_| CredentialError)
}
