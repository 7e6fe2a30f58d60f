//! One source, asked with one set of credentials: redirects, and what may go along with a request.

use std::cell::RefCell;
use std::collections::BTreeMap;

use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, LOCATION};
use http::{HeaderMap, HeaderValue, Request, StatusCode};

use crate::access::Access;
use crate::address::{Address, Scheme};
use crate::carrier::{Carrier, CarryError};
use crate::error::ChartError;
use crate::limits;
use crate::policy::Policy;

/// A source's carrier, the policy that its addresses are held against, and its credentials.
///
/// Make one for each chart repository or registry. It keeps the tokens that a registry gives out, by their scope.
#[derive(Debug)]
pub struct Session<'c, C> {
    carrier: &'c C,
    pub(crate) policy: Policy,
    pub(crate) access: Access,
    pub(crate) tokens: RefCell<BTreeMap<String, HeaderValue>>,
}

/// A request.
pub(crate) struct Ask<'a> {
    pub(crate) address: &'a Address,
    pub(crate) accept: &'static str,
    /// Goes to the origin of `address`, and to no other.
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) limit: u64,
}

/// The answer at the end of all redirects.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether it comes from the origin that was asked.
    pub(crate) own: bool,
}

impl<'c, C: Carrier> Session<'c, C> {
    /// A session with a source.
    pub fn new(carrier: &'c C, policy: Policy, access: Access) -> Session<'c, C> {
        Session { carrier, policy, access, tokens: RefCell::default() }
    }

    /// The same for another source, which gets the credentials only where they may go everywhere.
    pub(crate) fn elsewhere(&self) -> Session<'c, C> {
        let access = if self.access.everywhere { self.access.clone() } else { Access::anonymous() };
        Session::new(self.carrier, self.policy, access)
    }

    /// The credentials as a header.
    pub(crate) fn basic(&self) -> Option<HeaderValue> {
        self.access.credentials.as_ref().and_then(|credentials| secret(&credentials.basic()))
    }

    /// Asks, and follows redirects as far as they are harmless.
    pub(crate) async fn get(&self, ask: Ask<'_>) -> Result<Answer, ChartError> {
        let mut at = ask.address.clone();
        let mut own = true;
        for _ in 0..limits::REDIRECTS {
            if let Some(refusal) = self.policy.refusal(&at) {
                let address = if own {
                    at.to_string()
                } else {
                    format!("{}, which redirects to {},", ask.address, at.host())
                };
                return Err(ChartError::Refused { address, refusal });
            }
            let authorization = ask.authorization.clone().filter(|_| own);
            let answer = self.carry(&ask, &at, authorization).await?;
            let location = answer.headers().get(LOCATION).filter(|_| is_redirect(answer.status()));
            let Some(location) = location else {
                let (head, body) = answer.into_parts();
                return Ok(Answer { status: head.status, headers: head.headers, body, own });
            };
            let next = location.to_str().ok().map(|location| at.join(location));
            let next = next.ok_or_else(|| wrong(ask.address, "it redirects to what is no address"))??;
            if at.scheme() == Scheme::Https && next.scheme() == Scheme::Http {
                return Err(ChartError::Downgrade { address: ask.address.clone() });
            }
            // Once elsewhere, always elsewhere: a way back would be one to be steered by.
            own &= next.same_origin(ask.address);
            at = next;
        }
        Err(ChartError::Redirects { address: ask.address.clone() })
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

    async fn carry(
        &self,
        ask: &Ask<'_>,
        at: &Address,
        authorization: Option<HeaderValue>,
    ) -> Result<http::Response<Vec<u8>>, ChartError> {
        let failed = |source| ChartError::Carry { address: ask.address.clone(), source };
        let mut request =
            Request::get(at.to_string()).header(ACCEPT, ask.accept).header(ACCEPT_ENCODING, "identity");
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.body(()).map_err(|error| failed(CarryError::Transport(error.to_string())))?;
        let answer = self.carrier.carry(request, ask.limit).await.map_err(failed)?;
        if answer.body().len() as u64 > ask.limit {
            return Err(failed(CarryError::TooLong { limit: ask.limit }));
        }
        Ok(answer)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
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
