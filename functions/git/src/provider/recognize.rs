//! Finds out which provider a server is.

use fairlead_fetch::{Address, Fetch, FetchError, Guarded, Redirects};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::error::ProviderError;
use super::kind::Kind;

/// How much of an answer is read.
const MAX: usize = 256 << 10;

/// The provider of a repository: by its host's name, or by what the server answers without any credential.
///
/// # Errors
/// Where the server cannot be reached, or is none that is known here.
pub async fn recognize<F: Fetch>(fetch: &Guarded<F>, repository: &Address) -> Result<Kind, ProviderError> {
    if let Some(kind) = Kind::of_host(&repository.origin().host) {
        return Ok(kind);
    }
    for (kind, path) in [(Kind::Gitea, "version"), (Kind::Gitlab, "version"), (Kind::Github, "meta")] {
        let Ok(place) = kind.place(repository) else { continue };
        if answers(fetch, &place.api.below(path), kind).await? {
            return Ok(kind);
        }
    }
    Err(ProviderError::Unrecognized { server: repository.origin().to_string() })
}

async fn answers<F: Fetch>(fetch: &Guarded<F>, address: &Address, kind: Kind) -> Result<bool, ProviderError> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(crate::AGENT));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = match fetch.get(address, &headers, Redirects::SameOrigin).await {
        Ok((_, answer)) => answer,
        // Some servers send strangers elsewhere to sign in.
        Err(FetchError::Redirect { .. }) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let (head, body) = answer.into_parts();
    let Ok(bytes) = body.collect(MAX).await else { return Ok(false) };
    let Ok(Value::Object(answer)) = serde_json::from_slice(&bytes) else { return Ok(false) };
    let says = |name: &str| answer.get(name).is_some_and(Value::is_string);
    Ok(match (kind, head.status.as_u16()) {
        (Kind::Gitea, 200) => says("version"),
        // It wants a token, and names its documentation as nobody else does.
        (Kind::Gitea, 401 | 403) => {
            answer.get("url").and_then(Value::as_str).is_some_and(|url| url.ends_with("/api/swagger"))
        }
        (Kind::Gitlab, 200) => says("version") && says("revision"),
        (Kind::Gitlab, 401) => answer.get("message").is_some_and(|message| message == "401 Unauthorized"),
        (Kind::Github, 200) => says("installed_version"),
        // In private mode.
        (Kind::Github, 401 | 403) => head.headers.contains_key("x-github-request-id"),
        _ => false,
    })
}
