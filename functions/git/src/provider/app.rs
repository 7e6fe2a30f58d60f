//! A GitHub App as who asks: it proves who it is with a key, and gets a token for one repository that lasts an hour.

use std::cell::{Cell, RefCell};
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairlead_fetch::{Address, Fetch, Guarded};
use futures_core::future::LocalBoxFuture;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::call::Call;
use super::dialect::{Dialect, json as read};
use super::github::Github;
use super::kind::{Kind, Place};
use super::{ProviderError, error};
use crate::push::{Credential, Renew, RenewError};

/// Signs with an App's key. Hosts have this: ring or the like natively, WebCrypto at the edge.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait JwtSigner {
    /// The signature of `text` by RS256: RSASSA-PKCS1-v1_5 with SHA-256.
    async fn sign(&self, text: &[u8]) -> Result<Vec<u8>, JwtError>;
}

/// Why nothing was signed, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the App's key cannot sign: {0}")]
pub struct JwtError(pub String);

/// How long before now a proof is valid, for clocks that are behind ours.
const BEFORE: i64 = 60;

/// How long after now: GitHub takes ten minutes at most, by its own clock.
const AFTER: i64 = 8 * 60;

/// How far the clocks may be apart without anybody minding.
const APART: i64 = 30;

/// An App, where it is installed on one repository.
pub struct App<F, S> {
    api: Api<F>,
    place: Place,
    id: String,
    signer: S,
    now: Box<dyn Fn() -> i64>,
    /// How far the server's clock is ahead of ours, once it said so.
    ahead: Cell<i64>,
    installation: Cell<Option<u64>>,
    current: RefCell<Option<Credential>>,
}

impl<F, S> fmt::Debug for App<F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

impl<F: Fetch, S: JwtSigner> App<F, S> {
    /// The App `id` (or its client id) for the repository that git knows by `repository`; `now` is seconds since 1970.
    ///
    /// # Errors
    /// Where the address names no repository on GitHub.
    pub fn new(
        fetch: Guarded<F>,
        repository: &Address,
        id: &str,
        signer: S,
        now: impl Fn() -> i64 + 'static,
    ) -> Result<App<F, S>, ProviderError> {
        let place = Kind::Github.place(repository)?;
        let headers = Github::new(&place).headers(None)?;
        Ok(App {
            api: Api::new(fetch, place.api.clone(), repository.to_string(), headers),
            place,
            id: id.to_owned(),
            signer,
            now: Box::new(now),
            ahead: Cell::new(0),
            installation: Cell::new(None),
            current: RefCell::default(),
        })
    }

    /// A token for the repository and for nothing else.
    async fn token(&self) -> Result<Credential, RenewError> {
        let known = self.installation.get();
        let installation = match known {
            Some(installation) => installation,
            None => self.find().await?,
        };
        let token = match self.token_of(installation).await {
            // It was installed anew: the one that was known is gone.
            Err(ProviderError::NotFound { .. }) if known.is_some() => self.token_of(self.find().await?).await,
            token => token,
        };
        let told =
            |error: ProviderError| RenewError(format!("the GitHub App {} gets no token: {error}", self.id));
        Ok(Credential::token(token.map_err(told)?.token))
    }

    async fn find(&self) -> Result<u64, RenewError> {
        let Place { owner, name, .. } = &self.place;
        let call = Call::get("find the App's installation", format!("repos/{owner}/{name}/installation"));
        let told = |error| match error {
            ProviderError::NotFound { repository, .. } => format!(
                "the GitHub App {} is not installed on {repository}, or there is no such repository: install it there, or check the address",
                self.id
            ),
            ProviderError::Unauthorized { .. } => format!(
                "GitHub does not take the proof of the GitHub App {}: check its id and that the key is one of its own",
                self.id
            ),
            error => format!("the GitHub App {} cannot be found: {error}", self.id),
        };
        let found: Installation = self.ask(&call).await.map_err(|error| RenewError(told(error)))?;
        self.installation.set(Some(found.id));
        Ok(found.id)
    }

    async fn token_of(&self, installation: u64) -> Result<Token, ProviderError> {
        // The name as the address has it, which is as GitHub's own pages write it.
        let body = json!({ "repositories": [self.place.name] });
        let path = format!("app/installations/{installation}/access_tokens");
        self.ask(&Call::send("make a token", Method::POST, path, body)).await
    }

    /// Asks as the App itself; once more by the server's clock where ours is wrong.
    async fn ask<T: serde::de::DeserializeOwned>(&self, call: &Call) -> Result<T, ProviderError> {
        self.api.authorize(&self.proof().await?)?;
        match self.api.ask(call, read).await {
            Err(ProviderError::Unauthorized { clock: Some(clock), .. })
                if (clock - (self.now)() - self.ahead.get()).abs() > APART =>
            {
                self.ahead.set(clock - (self.now)());
                self.api.authorize(&self.proof().await?)?;
                self.api.ask(call, read).await
            }
            answer => answer,
        }
    }

    /// A JSON Web Token that says who asks, and for a few minutes.
    async fn proof(&self) -> Result<Credential, ProviderError> {
        let now = (self.now)() + self.ahead.get();
        let claims = json!({ "iat": now - BEFORE, "exp": now + AFTER, "iss": self.id }).to_string();
        let text = format!("{}.{}", encoded(br#"{"alg":"RS256","typ":"JWT"}"#), encoded(claims.as_bytes()));
        let failed = |error: JwtError| ProviderError::Renew {
            repository: self.api.repository().to_owned(),
            why: error::line(&error.to_string()),
        };
        let signature = self.signer.sign(text.as_bytes()).await.map_err(failed)?;
        Ok(Credential::Bearer(format!("{text}.{}", encoded(&signature))))
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl<F: Fetch, S: JwtSigner> Renew for App<F, S> {
    fn renew<'a>(
        &'a self,
        refused: Option<&'a Credential>,
    ) -> LocalBoxFuture<'a, Result<Credential, RenewError>> {
        Box::pin(async move {
            let current = self.current.borrow().clone();
            if let Some(current) = current.filter(|current| Some(current) != refused) {
                return Ok(current);
            }
            let token = self.token().await?;
            self.current.replace(Some(token.clone()));
            Ok(token)
        })
    }
}
