//! The routes: which request is answered where.

mod preview;

use http::{HeaderValue, Method, Response, StatusCode, Uri, header};
use serde::Serialize;

use crate::host::Host;
use crate::problem::Problem;

/// Answers one request. Whatever goes wrong is a response too: an RFC 9457 problem.
pub async fn respond(host: &impl Host, method: &Method, uri: &Uri) -> Response<String> {
    match answer(host, method, uri).await {
        Ok(response) => response,
        Err(problem) => problem.response(),
    }
}

async fn answer(host: &impl Host, method: &Method, uri: &Uri) -> Result<Response<String>, Problem> {
    match Route::of(uri.path()).ok_or(Problem::NoRoute)? {
        Route::Preview { slug } => {
            allow(method, &Method::GET, "GET")?;
            preview::answer(host, slug, uri.query()).await
        }
    }
}

/// A path that the API has.
#[derive(Debug, PartialEq, Eq)]
enum Route<'a> {
    /// `/api/v2/projects/{slug}/delivery/preview`
    Preview { slug: &'a str },
}

impl Route<'_> {
    fn of(path: &str) -> Option<Route<'_>> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        match segments.as_slice() {
            ["api", "v2", "projects", slug, "delivery", "preview"] => Some(Route::Preview { slug }),
            _ => None,
        }
    }
}

fn allow(method: &Method, allowed: &Method, list: &'static str) -> Result<(), Problem> {
    if method == allowed { Ok(()) } else { Err(Problem::Method(list)) }
}

/// A response with a JSON body, indented for people, with a final line end.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response<String> {
    let mut response = match serde_json::to_string_pretty(body) {
        Ok(mut text) => {
            text.push('\n');
            Response::new(text)
        }
        Err(_) => return Problem::Internal.response(),
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // A preview shows the repository as it is now.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn a_route_is_its_whole_path() {
        let shop = Some(Route::Preview { slug: "shop" });
        assert_eq!(Route::of("/api/v2/projects/shop/delivery/preview"), shop);
        for path in
            ["", "/", "/api/v2/projects/shop/delivery/preview/", "/api/v2/projects/a/b/delivery/preview"]
        {
            assert_eq!(Route::of(path), None, "{path}");
        }
    }
}
