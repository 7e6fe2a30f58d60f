//! The hub on Workers: an isolate answers what is about nothing that is kept, and each hosted repository is a Durable
//! Object that answers for itself.

#![cfg(target_arch = "wasm32")]

mod head;
#[expect(missing_docs, reason = "what the macro of an object adds to it has no documentation")]
mod repository;
mod sql;

use fairlead_fetch::Body;
use fairlead_hub::{Access, Examples, Owner, named, respond};
use http::{Request, header};
use worker::{Context, Env, Response, Result, event};

pub use repository::Repository;

/// The secret that holds the token, and the binding of the objects, as `wrangler.toml` names it.
const TOKEN: &str = "FAIRLEAD_TOKEN";
const OBJECTS: &str = "REPOSITORIES";

/// Answers one request, or hands it to the object of its repository.
///
/// # Errors
/// Where the runtime fails.
#[event(fetch)]
pub async fn fetch(request: worker::Request, env: Env, _context: Context) -> Result<Response> {
    let parts = head::head(&request)?;
    match Owner::of(&access(&env), parts.uri.path(), &parts.headers) {
        Err(answer) => head::sent(answer),
        Ok(Owner::Repository(name)) => object(&env, name.as_str(), request).await,
        Ok(Owner::Named) => create(&env, head::received(&request)?).await,
        Ok(Owner::Anybody) => {
            let host = Examples::open().map_err(|error| worker::Error::RustError(error.to_string()))?;
            head::sent(respond(&host, &parts.method, &parts.uri).await.map(Body::from))
        }
    }
}

/// Who may reach what is kept: fails closed where the secret is not set.
fn access(env: &Env) -> Access {
    let token = env.secret(TOKEN).ok().map(|token| token.to_string());
    Access::of(token.as_deref())
}

/// Hands a request on as it came: its body goes from stream to stream without passing through here.
async fn object(env: &Env, name: &str, request: worker::Request) -> Result<Response> {
    env.durable_object(OBJECTS)?.get_by_name(name)?.fetch_with_request(request).await
}

/// Reads which repository is to be made, and hands that to it.
async fn create(env: &Env, request: Request<Body>) -> Result<Response> {
    let (uri, headers) = (request.uri().to_string(), request.headers().clone());
    let (name, body) = match named(request).await {
        Ok(named) => named,
        Err(answer) => return head::sent(answer),
    };
    let mut again = Request::post(uri).body(Body::from(body))?;
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        if let Some(value) = headers.get(&name) {
            again.headers_mut().insert(name, value.clone());
        }
    }
    object(env, name.as_str(), again.try_into()?).await
}
