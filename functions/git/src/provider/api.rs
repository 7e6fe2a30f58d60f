//! Sends requests to an API, and believes of the answers what can be believed.

use fairlead_fetch::{Address, Body, Fetch, FetchError, Guarded, Redirects};
use http::header::{CONTENT_TYPE, LINK};
use http::{HeaderMap, HeaderValue, Method, Response};

use super::call::Call;
use super::dialect::Unreadable;
use super::error::ProviderError;

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
    headers: HeaderMap,
}

impl<F> Api<F> {
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
        Api { fetch, address, repository, headers }
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

    async fn answer(&self, call: &Call) -> Result<(HeaderMap, Vec<u8>), ProviderError> {
        let address = match call.path.strip_prefix('/') {
            None => self.address.below(&call.path),
            Some(_) => self.address.refer(&call.path).map_err(FetchError::from)?,
        };
        let answer: Response<Body> = if call.method == Method::GET {
            self.fetch.get(&address, &self.headers, Redirects::SameOrigin).await?.1
        } else {
            let mut headers = self.headers.clone();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
            self.fetch.send(call.method.clone(), &address, &headers, Body::from(body)).await?
        };
        let (head, body) = answer.into_parts();
        if !head.status.is_success() {
            // What cannot be read of a refusal is not needed to know that it is one.
            let bytes = body.collect(MAX_REFUSAL).await.unwrap_or_default();
            return Err(ProviderError::refused(
                &self.repository,
                call.action,
                head.status,
                &head.headers,
                &bytes,
            ));
        }
        let broken = |source| ProviderError::Body { repository: self.repository.clone(), source };
        Ok((head.headers, body.collect(MAX).await.map_err(broken)?))
    }

    fn unreadable(&self, error: Unreadable) -> ProviderError {
        ProviderError::Answer { repository: self.repository.clone(), why: error.to_string() }
    }
}

/// Whether a list goes on behind this page.
fn has_next(headers: &HeaderMap) -> bool {
    let links = headers.get_all(LINK).iter().filter_map(|link| link.to_str().ok());
    links.flat_map(|links| links.split(',')).any(|link| link.contains("rel=\"next\""))
}
