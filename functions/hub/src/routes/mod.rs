//! The routes: which request is answered where.

mod git;
mod preview;
pub(crate) mod repositories;

use fairlead_fetch::Body;
use fairlead_sql::Sql;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use serde::Serialize;

use crate::host::Host;
use crate::keeper::Keeper;
use crate::problem::Problem;

/// Answers one request. Whatever goes wrong is a response too: an RFC 9457 problem.
pub async fn respond(host: &impl Host, method: &Method, uri: &Uri) -> Response<String> {
    match answer(host, method, uri).await {
        Ok(response) => response,
        Err(problem) => problem.response(),
    }
}

/// Answers one request where the host also keeps something itself: repositories, in SQL. Who may do what is decided here,
/// before anything else is looked at.
pub async fn serve<S: Sql + 'static>(
    host: &impl Host,
    keeper: &Keeper<S>,
    request: Request<Body>,
) -> Response<Body> {
    if Kept::of(request.uri().path()).is_some() {
        return keep(keeper, request).await;
    }
    let access = &keeper.access;
    match access.caller(request.headers()).and_then(|caller| access.shows(caller)) {
        Ok(()) => respond(host, request.method(), request.uri()).await.map(Body::from),
        Err(problem) => problem.response().map(Body::from),
    }
}

/// Likewise, where nothing but what is kept is asked for.
pub async fn keep<S: Sql + 'static>(keeper: &Keeper<S>, request: Request<Body>) -> Response<Body> {
    kept(keeper, request).await.unwrap_or_else(|problem| problem.response().map(Body::from))
}

async fn kept<S: Sql + 'static>(
    keeper: &Keeper<S>,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    let caller = keeper.access.caller(request.headers())?;
    keeper.access.keeps()?;
    match Kept::of(request.uri().path()) {
        Some(Kept::Git { name, rest }) => {
            let (name, rest) = (name.to_owned(), rest.to_owned());
            git::answer(keeper, caller, &name, &rest, request).await
        }
        Some(Kept::Repositories) => {
            caller.required()?;
            repositories::answer(keeper, request).await
        }
        None => Err(Problem::NoRoute),
    }
}

/// A path of what is kept here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kept<'a> {
    /// `/git/r/{name}/repo.git/{rest}`
    Git { name: &'a str, rest: &'a str },
    /// `/api/v2/repositories`
    Repositories,
}

impl Kept<'_> {
    pub(crate) fn of(path: &str) -> Option<Kept<'_>> {
        if path == "/api/v2/repositories" {
            return Some(Kept::Repositories);
        }
        let (name, rest) = path.strip_prefix("/git/r/")?.split_once('/')?;
        let rest = rest.strip_prefix("repo.git")?;
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
        Some(Kept::Git { name, rest })
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
    use super::{Kept, Route};

    #[test]
    fn a_repository_is_below_its_own_address() {
        let git = |rest| Some(Kept::Git { name: "shop", rest });
        assert_eq!(Kept::of("/git/r/shop/repo.git/info/refs"), git("info/refs"));
        assert_eq!(Kept::of("/git/r/shop/repo.git"), git(""));
        for path in
            ["/git/r/shop", "/git/r/shop/other.git/info/refs", "/git/r/shop/repo.gitx/info/refs", "/git/x"]
        {
            assert_eq!(Kept::of(path), None, "{path}");
        }
    }

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
