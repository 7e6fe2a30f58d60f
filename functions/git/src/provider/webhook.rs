//! Webhooks: how a provider tells that something happened.

use std::collections::BTreeSet;
use std::fmt;

use fairlead_fetch::{Address, Fetch};

use super::{Provider, ProviderError};

/// A webhook that is to be there.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where it goes; no repository has two that go to one address.
    pub url: Address,
    /// What its requests are signed with; GitLab sends it along.
    pub secret: String,
    /// What it tells.
    pub events: BTreeSet<Event>,
}

/// What a webhook tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A branch or tag moved.
    Push,
    /// Something about a pull request changed.
    PullRequest,
}

/// What became of a webhook. Its id is the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// It is new.
    Created,
    /// It was there, and is as it should be now.
    Updated,
}

impl<F: Fetch> Provider<F> {
    /// Makes a webhook, or makes the one that goes to the same address what it should be.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn register(&self, webhook: &Webhook) -> Result<Registered, ProviderError> {
        if let Some(id) = self.webhook_to(&webhook.url).await? {
            self.api.tell(&self.dialect.update_webhook(id, webhook)).await?;
            return Ok(Registered::Updated);
        }
        let error = match self.api.tell(&self.dialect.create_webhook(webhook)).await {
            Ok(()) => return Ok(Registered::Created),
            Err(error) => error,
        };
        // Where the answer was lost it may be there, with the secret and all.
        match error.may_have_arrived() {
            true if matches!(self.webhook_to(&webhook.url).await, Ok(Some(_))) => Ok(Registered::Created),
            _ => Err(error),
        }
    }

    /// The id of the webhook that goes to an address.
    async fn webhook_to(&self, url: &Address) -> Result<Option<u64>, ProviderError> {
        let page = |number| self.dialect.webhooks(number);
        self.api.search(page, |page| self.dialect.find_webhook(page, url)).await
    }
}

impl fmt::Debug for Webhook {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("url", &self.url)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}
