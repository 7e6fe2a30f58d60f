//! What git providers have beside git: pull requests, commit statuses and webhooks.
//!
//! [`Provider`] is one repository on GitHub, GitLab, or Gitea or Forgejo. It sends the requests and judges the answers; what
//! they look like is told by a `Dialect`, one provider a file, which is pure. Everything goes through a [`Guarded`] `Fetch`,
//! so that it runs wherever that does.
//!
//! Whatever is asked for can be asked for again: an open pull request is updated and not opened twice, a status that is
//! set already is left alone, a webhook is found by its address. Where the answer to a request that makes something is
//! lost, it is looked for.

mod api;
mod app;
mod call;
mod dialect;
mod error;
mod gitea;
mod github;
mod gitlab;
mod kind;
mod land;
mod pull_request;
mod read;
mod recognize;
mod status;
mod time;
mod webhook;

use std::rc::Rc;

use fairlead_fetch::{Address, Fetch, Guarded};

use crate::push::{Credential, Renew, Traffic};
use api::Api;
use dialect::Dialect;

pub use app::{App, JwtError, JwtSigner};
pub use error::ProviderError;
pub use kind::Kind;
pub use land::{ByApi, Detour, Terms};
pub use pull_request::{MAX_BODY, Proposal, Proposed, PullRequest};
pub use read::ApiReader;
pub use recognize::recognize;
pub use status::{Said, State, Status};
pub use webhook::{Event, Registered, Webhook};

/// One repository at a provider.
pub struct Provider<F> {
    api: Api<F>,
    dialect: Box<dyn Dialect>,
    kind: Kind,
    /// `repos/OWNER/NAME`, on GitLab `projects/GROUP%2FNAME`.
    repository: String,
}

impl<F> std::fmt::Debug for Provider<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl<F: Fetch> Provider<F> {
    /// The repository that git knows by `repository`, such as `https://git.example.com/team/shop.git`.
    ///
    /// # Errors
    /// Where the address names no repository of such a provider, or the credential cannot be sent.
    pub fn new(
        fetch: Guarded<F>,
        kind: Kind,
        repository: &Address,
        credential: Option<&Credential>,
    ) -> Result<Provider<F>, ProviderError> {
        let place = kind.place(repository)?;
        let dialect: Box<dyn Dialect> = match kind {
            Kind::Github => Box::new(github::Github::new(&place)),
            Kind::Gitlab => Box::new(gitlab::Gitlab::new(&place)),
            Kind::Gitea => Box::new(gitea::Gitea::new(&place)),
        };
        let headers = dialect.headers(credential)?;
        let below = match kind {
            Kind::Github | Kind::Gitea => format!("repos/{}/{}", place.owner, place.name),
            Kind::Gitlab => gitlab::project(&place),
        };
        Ok(Provider {
            api: Api::new(fetch, place.api, repository.to_string(), headers),
            dialect,
            kind,
            repository: below,
        })
    }

    /// The same with a credential that comes from `renew`, as `credential` did: renewed where the API no longer takes it.
    #[must_use]
    pub fn renewed_by(self, renew: Rc<dyn Renew>, credential: Option<Credential>) -> Provider<F> {
        Provider { api: self.api.renewed_by(renew, credential), ..self }
    }

    /// What was asked of its API so far.
    pub fn traffic(&self) -> Traffic {
        self.api.traffic()
    }

    /// Which provider it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}
