//! What answers that are none mean.

use fairlead_fetch::Body;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};

use crate::{RepositoryError, said};

/// How much of a refusal is read.
const MAX: usize = 16 << 10;

/// Reads an answer whose status says no.
pub(super) async fn refused(
    repository: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: Body,
) -> RepositoryError {
    let repository = repository.to_owned();
    // Providers say 403 for both, and tell them apart in the headers.
    let limited = headers.contains_key(RETRY_AFTER)
        || headers.get("x-ratelimit-remaining").is_some_and(|left| left.as_bytes() == b"0");
    match status {
        StatusCode::TOO_MANY_REQUESTS => RepositoryError::RateLimited { repository, wait: wait(headers) },
        StatusCode::FORBIDDEN if limited => RepositoryError::RateLimited { repository, wait: wait(headers) },
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            RepositoryError::Unauthorized { repository, status: status.as_u16() }
        }
        StatusCode::NOT_FOUND | StatusCode::GONE if !headers.contains_key(WWW_AUTHENTICATE) => {
            RepositoryError::NotFound { repository }
        }
        _ => RepositoryError::Server { repository, status: status.as_u16(), message: message(body).await },
    }
}

/// The seconds to wait. A date instead of a number is left to the caller's own patience.
fn wait(headers: &HeaderMap) -> Option<u64> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// The beginning of what the server says, on one line. Pages of markup say nothing that a terminal could show.
async fn message(body: Body) -> String {
    let bytes = body.collect(MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    if text.trim_start().starts_with('<') {
        return String::new();
    }
    said::line(&text)
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;
    use http::HeaderValue;

    use super::*;

    fn answer(status: u16, header: Option<(&'static str, &'static str)>, body: &str) -> RepositoryError {
        let headers = header.map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let status = StatusCode::from_u16(status).unwrap();
        let body = Body::from(body.to_owned());
        block_on(refused("https://git.example.com/r.git", status, &headers.into_iter().collect(), body))
    }

    #[test]
    fn a_limit_is_told_apart_from_a_refusal() {
        for (status, header, expected) in [
            (429, Some(("retry-after", "30")), Some(Some(30))),
            (429, None, Some(None)),
            (403, Some(("retry-after", "60")), Some(Some(60))),
            (403, Some(("x-ratelimit-remaining", "0")), Some(None)),
            (403, Some(("x-ratelimit-remaining", "12")), None),
            (403, None, None),
            (401, None, None),
        ] {
            let wait = match answer(status, header, "") {
                RepositoryError::RateLimited { wait, .. } => Some(wait),
                RepositoryError::Unauthorized { .. } => None,
                other => panic!("{other}"),
            };
            assert_eq!(wait, expected, "{status} {header:?}");
        }
    }

    #[test]
    fn what_the_server_says_is_shown_on_one_line_and_no_markup() {
        let error = answer(500, None, "pack\nexceeds\u{1b}[31m the limit");
        assert!(error.to_string().ends_with("500: pack exceeds [31m the limit"), "{error}");
        assert!(answer(502, None, "<html>Bad gateway").to_string().ends_with("answers 502"));
        assert!(matches!(answer(404, None, ""), RepositoryError::NotFound { .. }));
    }
}
