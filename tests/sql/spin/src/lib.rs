//! A component that answers with the transcript of the seed in its path, on tables that nobody had before.

#![cfg(target_arch = "wasm32")]

#[path = "../../../../functions/spin/src/sql.rs"]
mod sql;

use fairlead_fetch::Body;
use fairlead_sql::{Batch, Sql as _, Statement};
use spin_sdk::http::{Error, IntoResponse, Request, Response};
use spin_sdk::http_service;

/// Answers one request.
///
/// # Errors
/// Where the database fails.
#[http_service]
async fn handle(request: Request) -> Result<impl IntoResponse, Error> {
    let seed = request.uri().path().trim_start_matches('/').parse().unwrap_or_default();
    let sql = sql::SpinSql::default();
    let mut empty = Batch::new();
    empty.add(Statement::new("DROP TABLE IF EXISTS kept"));
    empty.add(Statement::new("DROP TABLE IF EXISTS storm"));
    sql.batch(empty).await.map_err(|error| Error::other(error.to_string()))?;
    let told = fairlead_sql_tests::transcript(&sql, seed).await;
    Ok(Response::new(Body::from(told)))
}
