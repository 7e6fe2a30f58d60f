//! `/git/r/{name}/repo.git`: a hosted repository, for the ordinary git client.

mod body;

use fairlead_fetch::Body;
use fairlead_git::hosted::{Hosted, Protocol, RepositoryName, Rules, ServeError, StoreError};
use fairlead_git::wire::Service;
use fairlead_sql::Sql;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};

use super::allow;
use crate::access::Caller;
use crate::keeper::Keeper;
use crate::problem::Problem;

/// The longest request to read: what a client wants and has, by id.
const MAX_READ: u64 = 16 << 20;
/// The longest push, beyond what the repository itself allows.
const MAX_PUSH: u64 = 4 << 30;

/// What those who cannot speak the protocol are told.
const DUMB: &str = "This repository is served over smart HTTP alone: use git 1.6.6 or later.\n";

pub(super) async fn answer<S: Sql + 'static>(
    keeper: &Keeper<S>,
    caller: Caller,
    name: &str,
    rest: &str,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    let hosted = open(keeper, caller, name).await?;
    match rest {
        "info/refs" => {
            allow(request.method(), &Method::GET, "GET")?;
            match request.uri().query().and_then(service) {
                Some(service) => advertise(&hosted, caller, service, &request).await,
                None => Ok(dumb()),
            }
        }
        "git-upload-pack" => upload_pack(&hosted, request).await,
        "git-receive-pack" => receive_pack(&hosted, caller, request).await,
        "HEAD" => Ok(dumb()),
        _ if rest.starts_with("objects/") => Ok(dumb()),
        _ => Err(Problem::NoRoute),
    }
}

/// Opens a repository for whoever may read it. Whoever may not cannot tell whether it is there.
async fn open<S: Sql + 'static>(
    keeper: &Keeper<S>,
    caller: Caller,
    name: &str,
) -> Result<Hosted<S>, Problem> {
    let hosted = match RepositoryName::parse(name) {
        Ok(name) => keeper.repository(&name).await.map_err(|_| Problem::Internal)?,
        Err(_) => None,
    };
    match hosted {
        Some(hosted) if hosted.is_public() => Ok(hosted),
        hosted => {
            caller.required()?;
            hosted.ok_or(Problem::RepositoryNotFound)
        }
    }
}

fn service(query: &str) -> Option<Service> {
    match query.split('&').find_map(|pair| pair.strip_prefix("service="))? {
        "git-upload-pack" => Some(Service::UploadPack),
        "git-receive-pack" => Some(Service::ReceivePack),
        _ => None,
    }
}

async fn advertise<S: Sql + 'static>(
    hosted: &Hosted<S>,
    caller: Caller,
    service: Service,
    request: &Request<Body>,
) -> Result<Response<Body>, Problem> {
    if service == Service::ReceivePack {
        caller.required()?;
    }
    let answer = hosted.advertise(service, protocol(request)).await.map_err(|error| failed(&error))?;
    Ok(response(service, "advertisement", Body::from(answer)))
}

async fn upload_pack<S: Sql + 'static>(
    hosted: &Hosted<S>,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    check(&request, "application/x-git-upload-pack-request")?;
    let protocol = protocol(&request);
    let body = body::decoded(request, MAX_READ)?;
    let answer = hosted.upload_pack(protocol, body).await.map_err(|error| failed(&error))?;
    Ok(response(Service::UploadPack, "result", answer))
}

async fn receive_pack<S: Sql + 'static>(
    hosted: &Hosted<S>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    caller.required()?;
    check(&request, "application/x-git-receive-pack-request")?;
    let body = body::decoded(request, MAX_PUSH)?;
    let answer = hosted.receive_pack(body, &Rules::default()).await.map_err(|error| failed(&error))?;
    Ok(response(Service::ReceivePack, "result", answer))
}

fn check(request: &Request<Body>, kind: &'static str) -> Result<(), Problem> {
    allow(request.method(), &Method::POST, "POST")?;
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok());
    if given == Some(kind) { Ok(()) } else { Err(Problem::MediaType(kind)) }
}

fn protocol(request: &Request<Body>) -> Protocol {
    let header = request.headers().get("git-protocol").and_then(|header| header.to_str().ok());
    header.map(Protocol::parse).unwrap_or_default()
}

fn failed(error: &ServeError) -> Problem {
    match error {
        ServeError::Source(error) => Problem::InvalidRequest(error.to_string()),
        ServeError::Refused(why) => Problem::InvalidRequest(why.clone()),
        ServeError::Store(StoreError::GivenUp) => Problem::InvalidRequest(StoreError::GivenUp.to_string()),
        ServeError::Store(_) => Problem::Internal,
    }
}

fn response(service: Service, what: &str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let kind = format!("application/x-{}-{what}", service.name());
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::try_from(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, max-age=0, must-revalidate"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

fn dumb() -> Response<Body> {
    let mut response = Response::new(Body::from(DUMB.to_owned()));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}
