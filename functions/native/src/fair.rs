//! [`Sql`] that lets others have their turn: SQLite answers at once, and a thread has many connections.

use fairlead_sql::{Batch, Outcome, Row, Sql, SqlError, Statement};
use tokio::task::yield_now;

/// A database whose every call may be a pause for whoever calls.
#[derive(Debug, Clone)]
pub(crate) struct Fair<S>(pub(crate) S);

impl<S: Sql> Sql for Fair<S> {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        yield_now().await;
        self.0.query(statement).await
    }

    async fn batch(&self, batch: Batch) -> Result<Outcome, SqlError> {
        yield_now().await;
        self.0.batch(batch).await
    }
}
