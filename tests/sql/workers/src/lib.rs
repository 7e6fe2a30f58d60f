//! A Durable Object for each seed, which answers with its transcript.

#![cfg(target_arch = "wasm32")]

#[path = "../../../../functions/workers/src/sql.rs"]
mod sql;

use worker::{Context, DurableObject, Env, Request, Response, Result, State, durable_object, event};

/// Hands a request to the object of its path.
///
/// # Errors
/// Where the runtime fails.
#[event(fetch)]
pub async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    env.durable_object("TRANSCRIPTS")?.get_by_name(&request.path())?.fetch_with_request(request).await
}

pub use object::Transcript;

#[expect(missing_docs, reason = "what the macro of an object adds to it has no documentation")]
mod object {
    use super::*;

    /// An object with a database of its own.
    #[durable_object(fetch)]
    pub struct Transcript(State);

    impl DurableObject for Transcript {
        fn new(state: State, _env: Env) -> Transcript {
            Transcript(state)
        }

        async fn fetch(&self, request: Request) -> Result<Response> {
            let seed = request.path().trim_start_matches('/').parse().unwrap_or_default();
            let sql = sql::ObjectSql::new(self.0.storage());
            Response::ok(fairlead_sql_tests::transcript(&sql, seed).await)
        }
    }
}
