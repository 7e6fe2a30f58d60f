//! `POST /api/v2/repositories`: creates a hosted repository.

mod wire;

use fairlead_fetch::{Body, BodyError};
use fairlead_git::Branch;
use fairlead_git::hosted::{CreateError, New, RepositoryName};
use fairlead_sql::Sql;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};

use super::{allow, json};
use crate::keeper::Keeper;
use crate::problem::Problem;

/// The longest body.
const MAX_BODY: usize = 64 << 10;

pub(super) async fn answer<S: Sql + 'static>(
    keeper: &Keeper<S>,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    let (new, _) = read(request).await?;
    match keeper.create(&new).await {
        Ok(_) => created(&new),
        Err(error @ CreateError::Exists(_)) => Err(Problem::Exists(error.to_string())),
        Err(error @ (CreateError::Name(_) | CreateError::Branch(_))) => {
            Err(Problem::InvalidRequest(error.to_string()))
        }
        Err(CreateError::Sql(_)) => Err(Problem::Internal),
    }
}

/// The repository that is asked for, and the body that asks for it.
pub(crate) async fn read(request: Request<Body>) -> Result<(New, Vec<u8>), Problem> {
    allow(request.method(), &Method::POST, "POST")?;
    // No form of a page can send this type without asking first.
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
        return Err(Problem::MediaType("application/json"));
    }
    let body = request.into_body().collect(MAX_BODY).await.map_err(|error| match error {
        BodyError::Long(_) => Problem::TooLarge,
        BodyError::Broken(why) => Problem::InvalidRequest(why),
    })?;
    let asked: wire::Create =
        serde_json::from_slice(&body).map_err(|error| Problem::InvalidRequest(error.to_string()))?;
    let invalid = |error: &dyn std::fmt::Display| Problem::InvalidRequest(error.to_string());
    let new = New {
        name: RepositoryName::parse(&asked.name).map_err(|error| invalid(&error))?,
        branch: Branch::parse(asked.branch.as_deref().unwrap_or("main")).map_err(|error| invalid(&error))?,
        public: asked.public,
    };
    Ok((new, body))
}

fn created(new: &New) -> Result<Response<Body>, Problem> {
    let path = format!("/git/r/{}/repo.git", new.name.as_str());
    let created =
        wire::Created { name: new.name.as_str(), branch: new.branch.name(), public: new.public, path: &path };
    let mut response = json(StatusCode::CREATED, &created);
    let location = HeaderValue::try_from(path).map_err(|_| Problem::Internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response.map(Body::from))
}
