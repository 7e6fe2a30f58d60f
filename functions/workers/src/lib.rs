//! The hub on Workers: one isolate answers a request, and knows nothing that the hub does not tell it.

#![cfg(target_arch = "wasm32")]

use fairlead_hub::{Examples, respond};
use worker::{Context, Env, HttpRequest, Result, event};

/// Answers one request.
///
/// # Errors
/// Where the examples that the isolate carries cannot be served.
#[event(fetch)]
pub async fn fetch(request: HttpRequest, _env: Env, _context: Context) -> Result<http::Response<String>> {
    let host = Examples::open().map_err(|error| worker::Error::RustError(error.to_string()))?;
    Ok(respond(&host, request.method(), request.uri()).await)
}
