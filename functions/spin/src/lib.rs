//! The hub as a Spin component: one instance answers a request, and knows nothing that the hub does not tell it.

#![cfg(target_arch = "wasm32")]

use fairlead_hub::{Examples, respond};
use spin_sdk::http::{Error, IntoResponse, Request};
use spin_sdk::http_service;

/// Answers one request.
///
/// # Errors
/// Where the examples that the component carries cannot be served.
#[http_service]
async fn handle(request: Request) -> Result<impl IntoResponse, Error> {
    let host = Examples::open().map_err(|error| Error::other(error.to_string()))?;
    Ok(respond(&host, request.method(), request.uri()).await)
}
