//! The hub as a Spin component: what it keeps is in the application's sqlite database, and an instance knows nothing that
//! is not there.
//!
//! Spin has no timer for a component. What has to be done now and then is done after pushes, which alone leave something
//! to do, and before their answer, a little each time.

#![cfg(target_arch = "wasm32")]

mod sql;

use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use fairlead_fetch::Body;
use fairlead_hub::{Access, Examples, Keeper, Tended, serve};
use http::{Method, Response};
use spin_sdk::http::{Error, IntoResponse, Request};
use spin_sdk::{http_service, variables};

use crate::sql::SpinSql;

/// The variable that holds the token, as `spin.toml` names it.
const TOKEN: &str = "fairlead_token";
/// How long a push may have to wait for what is tended to.
const TENDING: Duration = Duration::from_millis(250);

/// Answers one request.
///
/// # Errors
/// Where the examples that the component carries cannot be served.
#[http_service]
async fn handle(request: Request) -> Result<impl IntoResponse, Error> {
    let host = Examples::open().map_err(|error| Error::other(error.to_string()))?;
    // Fails closed: without the variable nobody reaches what is kept.
    let token = variables::get(TOKEN).await.ok();
    let keeper = Keeper::new(SpinSql::default(), Rc::new(seconds), Access::of(token.as_deref()));
    let pushes = request.method() == Method::POST && request.uri().path().ends_with("/git-receive-pack");
    let response: Response<Body> = serve(&host, &keeper, request.map(Body::received)).await;
    if pushes {
        tend(&keeper).await;
    }
    Ok(response)
}

async fn tend(keeper: &Keeper<SpinSql>) {
    let began = Instant::now();
    // What fails is tried again after the next push; nothing is lost by it.
    while began.elapsed() < TENDING && matches!(keeper.tend().await, Ok(Tended::More)) {}
}

/// The time in seconds since 1970.
fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_default()
}
