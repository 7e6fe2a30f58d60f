//! One GET over HTTP, bounded.

use std::time::Duration;

/// The longest answer that is read: the index of a large chart repository, or a large package.
const MAX_BYTES: u64 = 64 << 20;

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How many times a request is sent on to another address.
const REDIRECTS: u32 = 5;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// An address that is not HTTP.
    #[error("`{0}` is no address to fetch from: use https:// (http:// reaches this machine alone)")]
    Address(String),
    /// No connection, or one that broke.
    #[error("{url}: {source}")]
    Transport {
        /// The address.
        url: String,
        /// What went wrong.
        source: Box<ureq::Error>,
    },
    /// An answer that says no.
    #[error("{url} answers {status}")]
    Status {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
}

/// An answer.
pub(super) struct Response {
    pub(super) status: u16,
    /// The `WWW-Authenticate` header of a 401.
    pub(super) challenge: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Gets `url`. No credentials but `authorization` are sent, and on a redirect not even that one.
pub(super) fn get(url: &str, accept: &str, authorization: Option<&str>) -> Result<Response, HttpError> {
    check(url)?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(REDIRECTS)
        .timeout_global(Some(TIMEOUT))
        .redirect_auth_headers(ureq::config::RedirectAuthHeaders::Never)
        .build()
        .into();
    let failed = |source| HttpError::Transport { url: shown(url), source: Box::new(source) };
    let mut request = agent.get(url).header("Accept", accept);
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    let mut response = request.call().map_err(failed)?;
    let header = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    let (status, challenge) = (response.status().as_u16(), header("www-authenticate"));
    let body = response.body_mut().with_config().limit(MAX_BYTES).read_to_vec().map_err(failed)?;
    Ok(Response { status, challenge, body })
}

/// Gets `url`, and takes nothing but a 200 for an answer.
pub(super) fn body(url: &str, accept: &str) -> Result<Vec<u8>, HttpError> {
    let response = get(url, accept, None)?;
    match response.status {
        200 => Ok(response.body),
        status => Err(HttpError::Status { url: shown(url), status }),
    }
}

/// Gets `url`; `None` where the server says that nothing is there.
pub(super) fn found(url: &str, accept: &str) -> Result<Option<Vec<u8>>, HttpError> {
    match body(url, accept) {
        Ok(body) => Ok(Some(body)),
        Err(HttpError::Status { status: 404 | 410, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn check(url: &str) -> Result<(), HttpError> {
    let wrong = || HttpError::Address(shown(url));
    if url.chars().any(|c| c.is_control() || c == ' ' || c == '\\') {
        return Err(wrong());
    }
    let rest = match url.split_once("://") {
        Some(("https", rest)) => rest,
        Some(("http", rest)) if is_loopback(host(rest)) => rest,
        _ => return Err(wrong()),
    };
    if host(rest).is_empty() { Err(wrong()) } else { Ok(()) }
}

/// The host of what follows `://`, its port taken away.
pub(super) fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Whether a host is this machine, where plain HTTP is no risk.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address without the credentials that it may carry.
fn shown(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => url.chars().take(200).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_reaches_this_machine_alone() {
        for good in [
            "https://charts.example.com/x",
            "http://localhost:8080/x",
            "http://127.0.0.1",
            "http://[::1]:80/x",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        let bad = [
            "http://charts.example.com",
            "file:///etc/passwd",
            "https:///x",
            "ftp://x",
            "https://a\nb",
            "http://localhost@evil.example/",
        ];
        for bad in bad {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn credentials_are_not_shown() {
        assert_eq!(shown("https://ann:secret@charts.example.com/a?b"), "https://charts.example.com/a?b");
    }
}
