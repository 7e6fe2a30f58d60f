//! SQL as every host has it: SQLite's dialect, one statement or one guarded batch at a time.
//!
//! Durable Object storage runs SQL within its own thread, Spin's sqlite asks its host for each statement, and a native
//! process has a file. What all of them can promise is small, and it is all that [`Sql`] asks for:
//!
//! - one statement with bound parameters, whose rows fit into memory;
//! - a [`Batch`]: statements that are carried out together or not at all, some of them *guards* that have to return a
//!   row or nothing of the batch happens.
//!
//! There is no open transaction that could be held while something else is awaited, so no caller can block another,
//! and a compare-and-swap is a batch whose first statement is a guard. Limits are those of the strictest host and hold
//! on all of them ([`Statement::check`]), so that what runs natively runs at the edge.

mod batch;
mod statement;

pub use batch::{Batch, Outcome};
pub use statement::{Row, Statement, Value};

/// A database.
///
/// Clones are the same database. The futures need not be `Send`: an edge isolate has one thread.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Sql: Clone {
    /// Carries out one statement, by itself a transaction, and returns its rows.
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError>;

    /// Carries out a batch in one transaction, all of it or nothing.
    async fn batch(&self, batch: Batch) -> Result<Outcome, SqlError>;
}

/// Why a database has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// The statement is beyond what some host carries out; it was not tried.
    #[error("a statement is beyond the limits of SQL here: {0}")]
    Limit(String),
    /// The database refused or broke. After a batch nobody knows whether it was carried out.
    #[error("the database answers: {0}")]
    Database(String),
    /// A row is not what the statement asked for: the tables are not ours.
    #[error("a row of the database is not as expected: {0}")]
    Row(String),
}
