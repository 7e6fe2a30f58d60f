//! Whose a request is, on hosts where each repository has a database of its own.

use fairlead_fetch::Body;
use fairlead_git::hosted::RepositoryName;
use http::{HeaderMap, Request, Response};

use crate::access::Access;
use crate::problem::Problem;
use crate::routes::{Kept, repositories};

/// Who answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Whoever has it: it is about nothing that is kept.
    Anybody,
    /// The database of this repository.
    Repository(RepositoryName),
    /// That of the repository that the body names: see [`named`].
    Named,
}

impl Owner {
    /// Finds it by the path. Credentials are looked at first, so that nobody without them makes a database; what comes of
    /// a request beyond that is decided by whoever answers it.
    ///
    /// # Errors
    /// The answer, where there is one already.
    pub fn of(access: &Access, path: &str, headers: &HeaderMap) -> Result<Owner, Response<Body>> {
        let find = || {
            let caller = access.caller(headers)?;
            let Some(kept) = Kept::of(path) else { return access.shows(caller).map(|()| Owner::Anybody) };
            access.keeps()?;
            match kept {
                Kept::Repositories => caller.required().map(|()| Owner::Named),
                Kept::Git { name, .. } => match RepositoryName::parse(name) {
                    Ok(name) => Ok(Owner::Repository(name)),
                    Err(_) => caller.required().and(Err(Problem::RepositoryNotFound)),
                },
            }
        };
        find().map_err(|problem: Problem| problem.response().map(Body::from))
    }
}

/// The repository that a request is to make, and the request's body, which had to be read for that.
///
/// # Errors
/// The answer, where it names none.
pub async fn named(request: Request<Body>) -> Result<(RepositoryName, Vec<u8>), Response<Body>> {
    match repositories::read(request).await {
        Ok((new, body)) => Ok((new.name, body)),
        Err(problem) => Err(problem.response().map(Body::from)),
    }
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;
    use http::{StatusCode, header};

    use super::*;

    const TOKEN: &str = "0123456789abcdef";
    const REFS: &str = "/repo.git/info/refs";

    fn of(access: &Access, path: &str, token: Option<&str>) -> Result<Owner, StatusCode> {
        let value = token.map(|token| format!("Bearer {token}").parse().unwrap());
        let headers = value.map(|value| HeaderMap::from_iter([(header::AUTHORIZATION, value)]));
        Owner::of(access, path, &headers.unwrap_or_default()).map_err(|answer| answer.status())
    }

    #[test]
    fn a_repository_answers_for_itself() {
        let access = Access::of(Some(TOKEN));
        let shop = Owner::Repository(RepositoryName::parse("shop").unwrap());
        assert_eq!(of(&access, &format!("/git/r/shop{REFS}"), Some(TOKEN)), Ok(shop.clone()));
        assert_eq!(of(&access, &format!("/git/r/shop{REFS}"), None), Ok(shop), "it may be public");
        assert_eq!(of(&access, "/api/v2/repositories", Some(TOKEN)), Ok(Owner::Named));
        let preview = "/api/v2/projects/shop/delivery/preview";
        assert_eq!(of(&access, preview, Some(TOKEN)), Ok(Owner::Anybody));
        assert_eq!(of(&access, preview, None), Err(StatusCode::UNAUTHORIZED));
        assert_eq!(of(&Access::of(None), preview, None), Ok(Owner::Anybody));
    }

    #[test]
    fn nothing_is_opened_for_those_who_may_not() {
        let access = Access::of(Some(TOKEN));
        assert_eq!(of(&access, &format!("/git/r/shop{REFS}"), Some("wrong")), Err(StatusCode::UNAUTHORIZED));
        assert_eq!(of(&access, &format!("/git/r/Sh..op{REFS}"), None), Err(StatusCode::UNAUTHORIZED));
        assert_eq!(of(&access, &format!("/git/r/Sh..op{REFS}"), Some(TOKEN)), Err(StatusCode::NOT_FOUND));
        assert_eq!(of(&access, "/api/v2/repositories", None), Err(StatusCode::UNAUTHORIZED));
        for closed in [Access::of(None), Access::of(Some("too short"))] {
            for path in ["/api/v2/repositories", &format!("/git/r/shop{REFS}")] {
                for token in [None, Some(TOKEN), Some("too short"), Some("")] {
                    assert_eq!(of(&closed, path, token), Err(StatusCode::SERVICE_UNAVAILABLE), "{path}");
                }
            }
        }
    }

    #[test]
    fn a_body_names_its_repository() {
        let asked = |kind: &str, body: &str| {
            let request = Request::post("/api/v2/repositories").header(header::CONTENT_TYPE, kind);
            let named = block_on(named(request.body(Body::from(body.to_owned())).unwrap()));
            named.map(|(name, body)| (name.as_str().to_owned(), body)).map_err(|answer| answer.status())
        };
        let body = r#"{"name": "shop"}"#;
        assert_eq!(asked("application/json", body), Ok(("shop".to_owned(), body.as_bytes().to_vec())));
        assert_eq!(asked("text/plain", body), Err(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        assert_eq!(asked("application/json", "{}"), Err(StatusCode::BAD_REQUEST));
        assert_eq!(asked("application/json", &" ".repeat(70_000)), Err(StatusCode::PAYLOAD_TOO_LARGE));
    }
}
