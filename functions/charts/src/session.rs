//! One source, asked with one set of credentials.

use std::cell::RefCell;
use std::collections::BTreeMap;

use fairlead_fetch::{Address, Fetch, Guarded, Origin, Policy, Redirects};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::access::Access;
use crate::error::ChartError;

/// A source's way to the network, the policy that its addresses are held against, and its credentials.
///
/// Make one for each chart repository or registry. It keeps the tokens that a registry gives out, by their scope.
#[derive(Debug)]
pub struct Session<'f, F> {
    fetch: &'f F,
    policy: Policy,
    plain: PlainRegistries,
    pub(crate) access: Access,
    pub(crate) tokens: RefCell<BTreeMap<String, HeaderValue>>,
}

/// Which registries are spoken to by plain HTTP: their references do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainRegistries {
    /// None.
    Never,
    /// Those on this machine.
    Here,
    /// All.
    Always,
}

/// A request.
#[derive(Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) address: &'a Address,
    pub(crate) accept: &'static str,
    /// Goes to the origin of `address`, and to no other.
    pub(crate) authorization: Option<HeaderValue>,
    /// The longest answer that is read.
    pub(crate) limit: usize,
}

/// The answer at the end of all redirects.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether it comes from the origin that was asked.
    pub(crate) own: bool,
}

impl<'f, F: Fetch> Session<'f, F> {
    /// A session with a source. Registries on this machine are spoken to by plain HTTP where the policy lets it be reached.
    pub fn new(fetch: &'f F, policy: Policy, access: Access) -> Session<'f, F> {
        let plain = if policy.private { PlainRegistries::Here } else { PlainRegistries::Never };
        Session { fetch, policy, plain, access, tokens: RefCell::default() }
    }

    /// The same with other registries spoken to by plain HTTP.
    #[must_use]
    pub fn with_plain_registries(self, plain: PlainRegistries) -> Session<'f, F> {
        Session { plain, ..self }
    }

    /// The same for another source, which gets the credentials only where they may go everywhere.
    pub(crate) fn elsewhere(&self) -> Session<'f, F> {
        let access = if self.access.everywhere { self.access.clone() } else { Access::anonymous() };
        Session {
            access,
            plain: self.plain,
            ..Session::new(self.fetch, self.policy.clone(), Access::anonymous())
        }
    }

    /// Whether a registry is spoken to by plain HTTP.
    pub(crate) fn is_plain(&self, registry: &Origin) -> bool {
        match self.plain {
            PlainRegistries::Never => false,
            PlainRegistries::Here => {
                registry.host == "localhost"
                    || registry.ip().is_some_and(|ip| ip.to_canonical().is_loopback())
            }
            PlainRegistries::Always => true,
        }
    }

    /// The credentials as a header.
    pub(crate) fn basic(&self) -> Option<HeaderValue> {
        self.access.credentials.as_ref().and_then(|credentials| secret(&credentials.basic()))
    }

    /// Asks, and follows redirects as far as they are harmless.
    pub(crate) async fn get(&self, ask: Ask<'_>) -> Result<Answer, ChartError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(ask.accept));
        // A package is its bytes as they are kept, whatever a server makes of `.gz`.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.extend(ask.authorization.map(|authorization| (AUTHORIZATION, authorization)));
        let guarded = Guarded::new(self.fetch, self.policy.clone());
        let answer = guarded.get(ask.address, &headers, Redirects::Anywhere).await;
        let address = || ask.address.clone();
        let (at, answer) = answer.map_err(|source| ChartError::Fetch { address: address(), source })?;
        let own = at.origin() == ask.address.origin();
        let (head, body) = answer.into_parts();
        let body = body.collect(ask.limit).await;
        let body = body.map_err(|source| ChartError::Body { address: address(), source })?;
        Ok(Answer { status: head.status, headers: head.headers, body, own })
    }

    /// Asks, and takes nothing but a 200 for an answer.
    pub(crate) async fn body(&self, ask: Ask<'_>) -> Result<Vec<u8>, ChartError> {
        let address = ask.address.clone();
        let answer = self.get(ask).await?;
        match answer.status {
            StatusCode::OK => Ok(answer.body),
            status => Err(ChartError::Status { address, status }),
        }
    }
}

/// A header that is left out of what is printed; `None` for text that no header may hold.
pub(crate) fn secret(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// An answer that is not what it should be.
pub(crate) fn wrong(address: &Address, reason: impl Into<String>) -> ChartError {
    ChartError::Answer { address: address.clone(), reason: reason.into() }
}
