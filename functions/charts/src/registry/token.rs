//! What a registry is shown after it has asked: the credentials, or a token that its token service gives for them.

use fairlead_fetch::{Address, Fetch, Scheme};
use fairlead_template::go::url::query_escape;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;

use super::challenge::Challenge;
use super::reference::Reference;
use super::refused;
use crate::error::ChartError;
use crate::limits;
use crate::session::{Ask, Session, secret, wrong};

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
    #[serde(default)]
    access_token: String,
}

/// The header that answers a registry's challenge.
///
/// The token service may be another host than the registry, as with every large public registry, and gets the
/// credentials, as docker and helm do it: the registry itself has named it over its own connection. It has to be
/// spoken to by HTTPS unless the registry is not either.
pub(super) async fn authorization<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
    asked: &Address,
    challenge: Challenge,
) -> Result<HeaderValue, ChartError> {
    let (realm, service, scope) = match challenge {
        Challenge::Basic => {
            return session.basic().ok_or_else(|| ChartError::NoCredentials { address: asked.clone() });
        }
        Challenge::Bearer { realm, service, scope } => (realm, service, scope),
    };
    let realm = Address::parse(&realm)?;
    if asked.origin().scheme == Scheme::Https && realm.origin().scheme == Scheme::Http {
        return Err(wrong(
            asked,
            "the registry asks for tokens of a service without TLS, which is not asked",
        ));
    }
    let mut query = String::new();
    let scope = scope.unwrap_or_else(|| reference.scope());
    for (name, value) in [("service", service.unwrap_or_default()), ("scope", scope)] {
        if !value.is_empty() {
            query.push_str(&format!(
                "{}{name}={}",
                if query.is_empty() { "" } else { "&" },
                query_escape(&value)
            ));
        }
    }
    let mark = if realm.target().contains('?') { '&' } else { '?' };
    let address = Address::parse(&format!("{realm}{mark}{query}"))?;
    let ask = Ask {
        address: &address,
        accept: "application/json",
        authorization: session.basic(),
        limit: limits::DOCUMENT_BYTES,
    };
    let answer = session.get(ask).await?;
    if answer.status != StatusCode::OK {
        return Err(refused(&answer, answer.status, &realm));
    }
    // What a token service says may hold secrets: nothing of it is shown.
    let unreadable = || wrong(&realm, "the token service's answer has no token in it");
    let token: Token = serde_json::from_slice(&answer.body).map_err(|_| unreadable())?;
    let token = if token.token.is_empty() { token.access_token } else { token.token };
    let header = secret(&format!("Bearer {token}")).filter(|_| !token.is_empty());
    header.ok_or_else(unreadable)
}
