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
                Problem::InvalidRequest(reason) => Some(reason),
                _ => None,
            },
        };
        let mut response = super::routes::json(status, &body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Problem::Method(allowed) = self {
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        response
    }

    fn status(&self) -> StatusCode {
        match self {
            Problem::NoRoute | Problem::ProjectNotFound => StatusCode::NOT_FOUND,
            Problem::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Problem::InvalidRequest(_) => StatusCode::BAD_REQUEST,
            Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn detail(&self) -> &'static str {
        match self {
            Problem::NoRoute => "not found",
            Problem::Method(_) => "method not allowed",
            Problem::ProjectNotFound => "project not found",
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
