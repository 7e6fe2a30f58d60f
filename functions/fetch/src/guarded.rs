//! What holds for every request.

use http::header::{AUTHORIZATION, COOKIE, LOCATION};
use http::{HeaderMap, Method, Request, Response, StatusCode};

use crate::{Address, Body, Fetch, FetchError, Policy};

/// How many redirects one request may follow.
const MAX_REDIRECTS: usize = 5;

/// Where a redirect of a `GET` may lead. Redirects of other requests are never followed: nobody could say which server
/// carried them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redirects {
    /// Nowhere: a redirect is an answer like any other.
    #[default]
    None,
    /// To the same server, as for a repository that was renamed.
    SameOrigin,
    /// Anywhere that the policy allows, as registries send to where they store their blobs. Credentials do not follow to
    /// another server, and nothing goes from TLS to plain HTTP.
    Anywhere,
}

/// A [`Fetch`] that keeps to a policy.
#[derive(Debug, Clone)]
pub struct Guarded<F> {
    inner: F,
    policy: Policy,
}

impl<F: Fetch> Guarded<F> {
    /// Wraps what carries the requests.
    pub fn new(inner: F, policy: Policy) -> Guarded<F> {
        Guarded { inner, policy }
    }

    /// Gets `address`, following redirects as far as they are allowed. Returns where the answer came from with it.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get(
        &self,
        address: &Address,
        headers: &HeaderMap,
        redirects: Redirects,
    ) -> Result<(Address, Response<Body>), FetchError> {
        let mut at = address.clone();
        let mut headers = headers.clone();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.send(Method::GET, &at, &headers, Body::default()).await?;
            let location = answer.headers().get(LOCATION).filter(|_| is_redirect(answer.status()));
            let (Some(location), true) = (location, redirects != Redirects::None) else {
                return Ok((at, answer));
            };
            let location = location.to_str().unwrap_or_default();
            let refused = |why| FetchError::Redirect { from: at.origin().clone(), to: shown(location), why };
            let to = at.refer(location).map_err(|_| refused("which is no address that can be trusted"))?;
            if to.origin() != at.origin() {
                if redirects == Redirects::SameOrigin {
                    return Err(refused("another server: write that address if it is the right one"));
                }
                if to.origin().scheme < at.origin().scheme {
                    return Err(refused("which is plain HTTP"));
                }
                headers.remove(AUTHORIZATION);
                headers.remove(COOKIE);
            }
            at = to;
        }
        Err(FetchError::Redirect {
            from: address.origin().clone(),
            to: shown(&at.to_string()),
            why: "which redirects on and on",
        })
    }

    /// Sends one request to `address`; a redirect is an answer like any other.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn send(
        &self,
        method: Method,
        address: &Address,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Response<Body>, FetchError> {
        self.policy.check(address.origin())?;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        // An `Address` has no character that an `Uri` refuses.
        *request.uri_mut() = address.to_string().parse().map_err(|_| crate::AddressError::Long)?;
        *request.headers_mut() = headers.clone();
        self.inner.fetch(request).await
    }
}

/// A target for a message: a query may hold a signature that opens what it leads to.
fn shown(target: &str) -> String {
    let (target, query) = target.split_once('?').map_or((target, ""), |(target, _)| (target, "?…"));
    target.chars().take(200).chain(query.chars()).collect()
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_executor::block_on;
    use http::HeaderValue;

    use super::*;

    /// Answers `GET`s by a table of redirects, and remembers who was asked with which credential.
    struct Servers {
        redirects: Vec<(&'static str, &'static str)>,
        asked: RefCell<Vec<(String, bool)>>,
    }

    impl Fetch for Servers {
        async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
            let address = request.uri().to_string();
            let credential = request.headers().contains_key(AUTHORIZATION);
            let to = self.redirects.iter().find(|(from, _)| *from == address).map(|(_, to)| *to);
            self.asked.borrow_mut().push((address, credential));
            let mut answer = Response::new(Body::default());
            if let Some(to) = to {
                *answer.status_mut() = StatusCode::FOUND;
                answer.headers_mut().insert(LOCATION, HeaderValue::from_static(to));
            }
            Ok(answer)
        }
    }

    fn get(
        redirects: Vec<(&'static str, &'static str)>,
        follow: Redirects,
    ) -> (Result<Address, FetchError>, Vec<(String, bool)>) {
        let servers = Servers { redirects, asked: RefCell::default() };
        let headers = [(AUTHORIZATION, HeaderValue::from_static("Basic c2VjcmV0"))].into_iter().collect();
        let from = Address::parse("https://a.example/x").unwrap();
        let guarded = Guarded::new(&servers, Policy::public());
        let result = block_on(guarded.get(&from, &headers, follow)).map(|(address, _)| address);
        (result, servers.asked.into_inner())
    }

    #[test]
    fn a_credential_stays_with_its_server() {
        let chain = vec![("https://a.example/x", "/y"), ("https://a.example/y", "https://b.example/z")];
        let (result, asked) = get(chain.clone(), Redirects::Anywhere);
        assert_eq!(result.unwrap().to_string(), "https://b.example/z");
        let credentials: Vec<bool> = asked.into_iter().map(|(_, credential)| credential).collect();
        assert_eq!(credentials, [true, true, false]);
        let (result, asked) = get(chain, Redirects::SameOrigin);
        assert!(matches!(result, Err(FetchError::Redirect { .. })));
        assert_eq!(asked.len(), 2, "the other server is not even asked");
    }

    #[test]
    fn a_redirect_leads_nowhere_that_the_policy_forbids() {
        for to in [
            "http://b.example/",
            "https://169.254.169.254/latest",
            "https://x@b.example/",
            "file:///etc/passwd",
        ] {
            let (result, asked) = get(vec![("https://a.example/x", to)], Redirects::Anywhere);
            assert!(result.is_err(), "{to}");
            assert_eq!(asked.len(), 1, "{to}");
        }
    }

    #[test]
    fn what_a_redirect_is_signed_with_is_not_told() {
        let to = "https://b.example/x?signature=secret";
        let (result, _) = get(vec![("https://a.example/x", to)], Redirects::SameOrigin);
        let told = result.unwrap_err().to_string();
        assert!(told.contains("https://b.example/x?…") && !told.contains("secret"), "{told}");
    }

    #[test]
    fn redirects_in_a_circle_end() {
        let (result, asked) = get(vec![("https://a.example/x", "/x")], Redirects::SameOrigin);
        assert!(matches!(result, Err(FetchError::Redirect { why: "which redirects on and on", .. })));
        assert_eq!(asked.len(), MAX_REDIRECTS + 1);
    }

    #[test]
    fn without_redirects_they_are_answers() {
        let (result, _) = get(vec![("https://a.example/x", "/y")], Redirects::None);
        assert_eq!(result.unwrap().to_string(), "https://a.example/x");
    }
}
