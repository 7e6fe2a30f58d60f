//! Why a provider did not do what it was asked.

use std::time::UNIX_EPOCH;

use fairlead_fetch::{BodyError, FetchError};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::kind::Kind;
use crate::push::CredentialError;
use crate::repository::RepositoryError;
pub(super) use crate::said::line;

/// Why a provider did not do what it was asked. No text in it holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// No answer.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The credential cannot be sent.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The address is no repository's of that provider.
    #[error("{repository} is not the address of a repository on {kind}")]
    Place {
        /// The address.
        repository: String,
        /// The provider.
        kind: Kind,
    },
    /// The server is none that is known here.
    #[error(
        "{server} does not answer as GitHub, GitLab, Gitea or Forgejo do: say --provider if it is one of them"
    )]
    Unrecognized {
        /// The server.
        server: String,
    },
    /// An answer that broke off, or is too long.
    #[error("{repository}: {source}")]
    Body {
        /// Which repository.
        repository: String,
        /// What is wrong with the answer.
        source: BodyError,
    },
    /// The credentials are missing or wrong.
    #[error(
        "the API of {repository} refuses the credentials (401): set FAIRLEAD_TOKEN to a token that is valid"
    )]
    Unauthorized {
        /// Which repository.
        repository: String,
        /// What the server's clock says, in seconds since 1970, where it tells.
        clock: Option<i64>,
    },
    /// The credentials were refused, and there are no new ones.
    #[error("there is no new token for {repository}: {why}")]
    Renew {
        /// Which repository.
        repository: String,
        /// What stood in the way.
        why: String,
    },
    /// The credentials are right, and may not do this.
    #[error("the token may not {action} of {repository} (403){}", shown(message))]
    Forbidden {
        /// Which repository.
        repository: String,
        /// What was tried.
        action: &'static str,
        /// What the provider says, shortened.
        message: String,
    },
    /// There is nothing at the address, or nothing that these credentials may see.
    #[error("the API does not know {repository}, or the token may not {action} of it (404)")]
    NotFound {
        /// Which repository.
        repository: String,
        /// What was tried.
        action: &'static str,
    },
    /// The repository has another address now, and nobody follows there with a change.
    #[error("{repository} has moved{}: use its new address", to.as_deref().map_or(String::new(), |to| format!(" to {to}")))]
    Moved {
        /// Which repository.
        repository: String,
        /// Where it is, where the answer says.
        to: Option<String>,
    },
    /// Asked too often.
    #[error("the API of {repository} asks to be left alone{}", waiting(*wait, *reset))]
    RateLimited {
        /// Which repository.
        repository: String,
        /// For how many seconds, where it says.
        wait: Option<u64>,
        /// Until when, in seconds since 1970, where it says that instead.
        reset: Option<u64>,
    },
    /// The provider understood, and does not want to.
    #[error("{repository} does not let {action} ({status}){}", shown(message))]
    Rejected {
        /// Which repository.
        repository: String,
        /// What was tried.
        action: &'static str,
        /// The status of the answer.
        status: u16,
        /// What the provider says, shortened.
        message: String,
    },
    /// The server is not well, or something in between is not.
    #[error("the API of {repository} answers {status}{}", shown(message))]
    Server {
        /// Which repository.
        repository: String,
        /// The status of the answer.
        status: u16,
        /// What it says, shortened.
        message: String,
    },
    /// The answer is not what the API promises.
    #[error("the API of {repository} gives an answer that cannot be read: {why}")]
    Answer {
        /// Which repository.
        repository: String,
        /// What is wrong.
        why: String,
    },
}

impl ProviderError {
    /// Whether a request that changes something may have been carried out all the same.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            ProviderError::Fetch(error) => error.may_have_arrived(),
            ProviderError::Server { status, .. } => *status >= 500,
            ProviderError::Body { .. } | ProviderError::Answer { .. } => true,
            _ => false,
        }
    }

    /// The same of a repository that could not be read.
    pub(super) fn of_repository(self, name: String) -> RepositoryError {
        let repository = name;
        match self {
            ProviderError::Fetch(error) => RepositoryError::Fetch(error),
            ProviderError::Unauthorized { .. } => RepositoryError::Unauthorized { repository, status: 401 },
            ProviderError::Forbidden { .. } => RepositoryError::Unauthorized { repository, status: 403 },
            ProviderError::NotFound { .. } => RepositoryError::NotFound { repository },
            ProviderError::RateLimited { wait, .. } => RepositoryError::RateLimited { repository, wait },
            ProviderError::Server { status, message, .. }
            | ProviderError::Rejected { status, message, .. } => {
                RepositoryError::Server { repository, status, message }
            }
            ProviderError::Body { source, .. } => RepositoryError::Body { repository, source },
            ProviderError::Moved { .. } => RepositoryError::Moved { repository },
            error => RepositoryError::Answer { repository, why: error.to_string() },
        }
    }

    /// Reads an answer whose status says no.
    pub(super) fn refused(
        repository: &str,
        action: &'static str,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> ProviderError {
        let (repository, message) = (repository.to_owned(), message(body));
        // GitHub says 403 for limits too. Its secondary limit may have no header at all.
        let spent = ["x-ratelimit-remaining", "ratelimit-remaining"]
            .into_iter()
            .any(|name| number(headers, name) == Some(0));
        let limited = headers.contains_key(RETRY_AFTER) || spent || is_secondary(&message);
        match status.as_u16() {
            429 => {}
            403 if limited => {}
            401 => return ProviderError::Unauthorized { repository, clock: clock(headers) },
            403 => return ProviderError::Forbidden { repository, action, message },
            404 | 410 => return ProviderError::NotFound { repository, action },
            300..=399 => {
                let to = headers.get(http::header::LOCATION).and_then(|to| to.to_str().ok());
                let to = to.map(|to| line(to.split('?').next().unwrap_or_default()));
                return ProviderError::Moved { repository, to };
            }
            400..=499 => {
                return ProviderError::Rejected { repository, action, status: status.as_u16(), message };
            }
            status => return ProviderError::Server { repository, status, message },
        }
        ProviderError::limited(repository, headers)
    }

    /// What an answer says about how long to wait, whatever its status: GitHub's GraphQL has 200 for limits.
    pub(super) fn limited(repository: String, headers: &HeaderMap) -> ProviderError {
        let left =
            number(headers, "x-ratelimit-remaining").or_else(|| number(headers, "ratelimit-remaining"));
        let reset = number(headers, "x-ratelimit-reset").or_else(|| number(headers, "ratelimit-reset"));
        // While something is left the limit is another one, and that time is not about it.
        let reset = reset.filter(|_| left.is_none_or(|left| left == 0));
        // The server's own clock says how long it is until then.
        let until = |reset: u64| Some(reset.saturating_sub(u64::try_from(clock(headers)?).ok()?).max(1));
        let wait = number(headers, RETRY_AFTER.as_str()).or_else(|| until(reset?));
        ProviderError::RateLimited { repository, wait, reset: reset.filter(|_| wait.is_none()) }
    }
}

/// Whether words speak of GitHub's limit on how much is asked in a short time, which has no status of its own.
pub(super) fn is_secondary(words: &str) -> bool {
    words.contains("secondary rate limit")
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// What the server's clock says, in seconds since 1970.
fn clock(headers: &HeaderMap) -> Option<i64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// What an API says to people: `message`, `error` and `errors`, whatever shape they have, on one line. Pages of markup say
/// nothing.
fn message(body: &[u8]) -> String {
    let Ok(Value::Object(answer)) = serde_json::from_slice(body) else { return String::new() };
    let mut words = Vec::new();
    for name in ["message", "error", "error_description", "errors"] {
        texts(answer.get(name), &mut words);
    }
    words.dedup();
    line(&words.join("; "))
}

/// All texts in a value. Reading has bounded how deep it is.
fn texts(value: Option<&Value>, into: &mut Vec<String>) {
    match value {
        Some(Value::String(text)) if !text.trim().is_empty() => into.push(text.trim().to_owned()),
        Some(Value::Array(values)) => values.iter().for_each(|value| texts(Some(value), into)),
        Some(Value::Object(fields)) => {
            // GitHub's `documentation_url` and the like are for somebody else.
            let fields = fields.iter().filter(|(name, _)| !name.ends_with("url"));
            fields.for_each(|(_, value)| texts(Some(value), into));
        }
        _ => {}
    }
}

fn shown(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

fn waiting(wait: Option<u64>, reset: Option<u64>) -> String {
    match (wait, reset) {
        (Some(seconds), _) => format!(" for {seconds} s"),
        (None, Some(reset)) => format!(" until {reset} (seconds since 1970)"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn refused(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> ProviderError {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let (status, headers) = (StatusCode::from_u16(status).unwrap(), headers.collect());
        ProviderError::refused("r", "read the pull requests", status, &headers, body.as_bytes())
    }

    #[test]
    fn every_status_has_its_words() {
        for (status, headers, body, expected) in [
            (401, &[][..], "{}", "the API of r refuses the credentials (401)"),
            (
                403,
                &[],
                r#"{"message":"no scope"}"#,
                "the token may not read the pull requests of r (403): no scope",
            ),
            (404, &[], "", "the API does not know r, or the token may not"),
            (429, &[("retry-after", "30")], "", "left alone for 30 s"),
            (429, &[("ratelimit-reset", "1700000000")], "", "left alone until 1700000000"),
            (403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "17")], "", "left alone until 17"),
            (403, &[], r#"{"message":"You have exceeded a secondary rate limit"}"#, "asks to be left alone"),
            (
                429,
                &[("x-ratelimit-reset", "1700000090"), ("date", "Tue, 14 Nov 2023 22:13:20 GMT")],
                "",
                "left alone for 90 s",
            ),
            (
                403,
                &[
                    ("x-ratelimit-remaining", "4900"),
                    ("x-ratelimit-reset", "1700003000"),
                    ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
                ],
                r#"{"message":"You have exceeded a secondary rate limit"}"#,
                "r asks to be left alone",
            ),
            (301, &[("location", "/repositories/1?t=secret")], "", "r has moved to /repositories/1: use"),
            (
                422,
                &[],
                r#"{"message":"Validation Failed","errors":[{"code":"custom","message":"No commits"}]}"#,
                "r does not let read the pull requests (422): Validation Failed; custom; No commits",
            ),
            (409, &[], r#"{"message":["Another open merge request"]}"#, "(409): Another open merge request"),
            (400, &[], r#"{"message":{"title":["is too long"]}}"#, "(400): is too long"),
            (502, &[], "<html>Bad gateway", "the API of r answers 502"),
        ] {
            let told = refused(status, headers, body).to_string();
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn what_a_provider_says_is_bounded_and_has_no_commands() {
        let told = refused(500, &[], &format!(r#"{{"message":"\u001b[31m{}"}}"#, "x".repeat(5000)));
        let ProviderError::Server { message, .. } = told else { panic!("{told}") };
        assert!(message.len() == 300 && !message.contains('\u{1b}'), "{message}");
        assert_eq!(super::message("[".repeat(100_000).as_bytes()), "");
    }

    #[test]
    fn only_what_may_have_arrived_is_looked_for() {
        assert!(refused(502, &[], "").may_have_arrived());
        for status in [401, 403, 404, 422, 429] {
            assert!(!refused(status, &[], "").may_have_arrived(), "{status}");
        }
    }
}
