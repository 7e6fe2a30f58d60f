//! Sends requests to an API, and believes of the answers what can be believed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fairlead_fetch::{Address, Body, Fetch, FetchError, Guarded, Redirects};
use http::header::{AUTHORIZATION, CONTENT_TYPE, LINK};
use http::{HeaderMap, HeaderValue, Method, Response};

use super::call::Call;
use super::dialect::{Unreadable, with_token};
use super::error::ProviderError;
use crate::push::{Credential, CredentialError, Renew, Traffic};

/// The longest answer that is read: a page of a hundred pull requests, each with a body of the largest size, is shorter.
const MAX: usize = 16 << 20;

/// How much of a refusal is read.
const MAX_REFUSAL: usize = 64 << 10;

/// How many pages of a list are read.
const MAX_PAGES: usize = 50;

/// An API, and who asks.
pub(super) struct Api<F> {
    fetch: Guarded<F>,
    address: Address,
    repository: String,
    headers: RefCell<HeaderMap>,
    credential: RefCell<Option<Credential>>,
    renew: Option<Rc<dyn Renew>>,
    traffic: Cell<Traffic>,
}

impl<F> Api<F> {
    /// What was asked of it so far.
    pub(super) fn traffic(&self) -> Traffic {
        self.traffic.get()
    }

    /// What messages call the repository.
    pub(super) fn repository(&self) -> &str {
        &self.repository
    }

    /// Whether the API stands below this path of its server.
    pub(super) fn is_below(&self, path: &str) -> bool {
        self.address.target().trim_matches('/').ends_with(path)
    }
}

impl<F: Fetch> Api<F> {
    /// The API at `address`; `repository` is what messages call it, and `headers` go with every request.
    pub(super) fn new(fetch: Guarded<F>, address: Address, repository: String, headers: HeaderMap) -> Api<F> {
        let (headers, credential) = (RefCell::new(headers), RefCell::default());
        Api { fetch, address, repository, headers, credential, renew: None, traffic: Cell::default() }
    }

    /// The same with a credential that is renewed once a request where the API no longer takes it.
    pub(super) fn renewed_by(self, renew: Rc<dyn Renew>, credential: Option<Credential>) -> Api<F> {
        Api { renew: Some(renew), credential: RefCell::new(credential), ..self }
    }

    /// Says from now on who asks, by a token alone.
    pub(super) fn authorize(&self, credential: &Credential) -> Result<(), CredentialError> {
        let mut value = with_token("Bearer", credential)?;
        value.set_sensitive(true);
        self.headers.borrow_mut().insert(AUTHORIZATION, value);
        Ok(())
    }

    /// Sends a request and reads its answer.
    pub(super) async fn ask<T>(
        &self,
        call: &Call,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<T, ProviderError> {
        let (_, bytes) = self.answer(call).await?;
        read(&bytes).map_err(|error| self.unreadable(error))
    }

    /// Sends a request whose answer says nothing beyond that it was carried out.
    pub(super) async fn tell(&self, call: &Call) -> Result<(), ProviderError> {
        self.answer(call).await.map(drop)
    }

    /// Reads a list page by page until `find` finds something.
    pub(super) async fn search<T>(
        &self,
        page: impl Fn(usize) -> Call,
        find: impl Fn(&[u8]) -> Result<Option<T>, Unreadable>,
    ) -> Result<Option<T>, ProviderError> {
        for number in 1..=MAX_PAGES {
            let (headers, bytes) = self.answer(&page(number)).await?;
            let found = find(&bytes).map_err(|error| self.unreadable(error))?;
            if found.is_some() || !has_next(&headers) {
                return Ok(found);
            }
        }
        Err(self.unreadable(Unreadable::new("its list has too many pages")))
    }

    /// Sends a request, and once more with a new credential where the one it has is not taken.
    pub(super) async fn answer(&self, call: &Call) -> Result<(HeaderMap, Vec<u8>), ProviderError> {
        match (self.send(call).await, &self.renew) {
            // It was not carried out.
            (Err(ProviderError::Unauthorized { .. }), Some(renew)) => {
                let refused = self.credential.borrow().clone();
                let repository = self.repository.clone();
                let renewed = renew.renew(refused.as_ref()).await;
                let credential =
                    renewed.map_err(|error| ProviderError::Renew { repository, why: error.to_string() })?;
                self.authorize(&credential)?;
                self.credential.replace(Some(credential));
                self.send(call).await
            }
            (answer, _) => answer,
        }
    }

    async fn send(&self, call: &Call) -> Result<(HeaderMap, Vec<u8>), ProviderError> {
        let address = match call.path.strip_prefix('/') {
            None => self.address.below(&call.path),
            Some(_) => self.address.refer(&call.path).map_err(FetchError::from)?,
        };
        let mut headers = self.headers.borrow().clone();
        let mut sent = 0;
        let answer: Response<Body> = if call.method == Method::GET {
            self.fetch.get(&address, &headers, Redirects::SameOrigin).await?.1
        } else {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
            sent = body.len();
            self.fetch.send(call.method.clone(), &address, &headers, Body::from(body)).await?
        };
        let (head, body) = answer.into_parts();
        if !head.status.is_success() {
            // What cannot be read of a refusal is not needed to know that it is one.
            let bytes = body.collect(MAX_REFUSAL).await.unwrap_or_default();
            self.traffic.set(self.traffic.get().plus(1, sent, bytes.len()));
            return Err(ProviderError::refused(
                &self.repository,
                call.action,
                head.status,
                &head.headers,
                &bytes,
            ));
        }
        let broken = |source| ProviderError::Body { repository: self.repository.clone(), source };
        let bytes = body.collect(MAX).await.map_err(broken)?;
        self.traffic.set(self.traffic.get().plus(1, sent, bytes.len()));
        Ok((head.headers, bytes))
    }

    pub(super) fn unreadable(&self, error: Unreadable) -> ProviderError {
        ProviderError::Answer { repository: self.repository.clone(), why: error.to_string() }
    }
}

/// Whether a list goes on behind this page.
pub(super) fn has_next(headers: &HeaderMap) -> bool {
    let links = headers.get_all(LINK).iter().filter_map(|link| link.to_str().ok());
    links.flat_map(|links| links.split(',')).any(|link| link.contains("rel=\"next\""))
}
