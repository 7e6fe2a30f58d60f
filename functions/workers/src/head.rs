//! Requests and answers between the runtime's types and the hub's.

use fairlead_fetch::Body;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use worker::{Request, Result};

/// The head of a request: its body stays with the runtime.
///
/// Headers and methods that HTTP does not have are passed over rather than believed to be impossible: the runtime lets
/// some of them through.
///
/// # Errors
/// Where its address is none.
pub(crate) fn head(request: &Request) -> Result<Parts> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.uri =
        request.inner().url().parse().map_err(|error| worker::Error::Http(http::Error::from(error)))?;
    parts.method = Method::from_bytes(request.inner().method().as_bytes()).unwrap_or_default();
    let headers = request.headers().entries().filter_map(|(name, value)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(&value).ok()?))
    });
    parts.headers = HeaderMap::from_iter(headers);
    Ok(parts)
}

/// The whole request, whose body comes piece by piece.
///
/// # Errors
/// See [`head`].
pub(crate) fn received(request: &Request) -> Result<http::Request<Body>> {
    let parts = head(request)?;
    let body = request.inner().body().map(worker::Body::new).map(Body::received).unwrap_or_default();
    Ok(http::Request::from_parts(parts, body))
}

/// The answer, whose body is taken piece by piece as it is sent.
///
/// # Errors
/// Where the runtime takes no such answer.
pub(crate) fn sent(response: Response<Body>) -> Result<worker::Response> {
    response.try_into()
}
