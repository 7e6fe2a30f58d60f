//! Errors on the wire: RFC 9457 problems, sorted into HTTP statuses here and nowhere else.

use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use crate::driver::DriverError;

/// Why a request has no better answer. The texts are part of the API.
#[derive(Debug)]
pub(crate) enum Problem {
    /// No route has this path.
    NoRoute,
    /// The path has a route, for other methods.
    Method(&'static str),
    /// No project has this slug.
    ProjectNotFound,
    /// The query does not say what the route can do.
    InvalidRequest(String),
    /// No repository has this name, or none that the caller may see.
    RepositoryNotFound,
    /// A repository has this name already.
    Exists(String),
    /// The caller has to say who it is, or said it wrongly.
    Unauthorized,
    /// The host's own name is not one that this server may be reached under.
    Misdirected,
    /// The body is not of the type that the route takes.
    MediaType(&'static str),
    /// The body is longer than the route takes.
    TooLarge,
    /// Nothing is kept here, for want of a token.
    Unavailable,
    /// It is not the caller's doing.
    Internal,
}

impl From<DriverError> for Problem {
    fn from(_: DriverError) -> Problem {
        Problem::Internal
    }
}

impl Problem {
    /// The response that says so.
    pub(crate) fn response(&self) -> Response<String> {
        let status = self.status();
        let body = Body {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: self.detail(),
            reason: match self {
                Problem::InvalidRequest(reason) | Problem::Exists(reason) => Some(reason.as_str()),
                Problem::MediaType(expected) => Some(*expected),
                _ => None,
            },
        };
        let mut response = super::routes::json(status, &body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self {
            Problem::Method(allowed) => {
                headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
            }
            Problem::Unauthorized => {
                let basic = HeaderValue::from_static("Basic realm=\"Fairlead\", charset=\"UTF-8\"");
                headers.insert(header::WWW_AUTHENTICATE, basic);
            }
            _ => {}
        }
        response
    }

    fn status(&self) -> StatusCode {
        match self {
            Problem::NoRoute | Problem::ProjectNotFound | Problem::RepositoryNotFound => {
                StatusCode::NOT_FOUND
            }
            Problem::Exists(_) => StatusCode::CONFLICT,
            Problem::Unauthorized => StatusCode::UNAUTHORIZED,
            Problem::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Problem::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Problem::InvalidRequest(_) => StatusCode::BAD_REQUEST,
            Problem::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn detail(&self) -> &'static str {
        match self {
            Problem::NoRoute => "not found",
            Problem::Method(_) => "method not allowed",
            Problem::ProjectNotFound => "project not found",
            Problem::RepositoryNotFound => "repository not found",
            Problem::Exists(_) => "conflict",
            Problem::Unauthorized => {
                "a token is needed: as the password of Basic authentication, or as Bearer"
            }
            Problem::Misdirected => {
                "without a token this server answers under the names of this machine's loopback alone"
            }
            Problem::MediaType(_) => "the body's content type is not the route's",
            Problem::TooLarge => "the body is too long",
            Problem::Unavailable => {
                "no repositories are hosted here: whoever runs this server has to give it a token of at least 16 characters"
            }
            Problem::InvalidRequest(_) => "invalid request body",
            Problem::Internal => "internal error",
        }
    }
}

/// The members of RFC 9457, and `reason` where there is more to say about the request.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}
