//! [`Sql`] on SQLite itself: a file for the native host, memory for tests.
//!
//! Several threads or processes may open one file; each opens it for itself. Writers wait for each other, and readers
//! for nobody.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use fairlead_sql::{Batch, Outcome, Row, Sql, SqlError, Statement, Value};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many prepared statements are kept: a program has few texts and runs them often.
const PREPARED: usize = 128;

/// What the strictest host, Durable Objects, allows a statement: what runs here runs there.
const LIMITS: [(Limit, i32); 7] = [
    (Limit::SQLITE_LIMIT_LENGTH, 2_001_000),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, 100),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
];

/// One connection to a database.
#[derive(Debug, Clone)]
pub struct Sqlite(Rc<std::cell::RefCell<Connection>>);

impl Sqlite {
    /// Opens a file, and makes it where there is none.
    ///
    /// # Errors
    /// Where SQLite cannot read or write it.
    pub fn open(path: &Path) -> Result<Sqlite, SqlError> {
        Sqlite::prepared(Connection::open(path).map_err(failed)?)
    }

    /// Opens a database that is gone with its last clone.
    ///
    /// # Errors
    /// Where SQLite cannot.
    pub fn in_memory() -> Result<Sqlite, SqlError> {
        Sqlite::prepared(Connection::open_in_memory().map_err(failed)?)
    }

    fn prepared(connection: Connection) -> Result<Sqlite, SqlError> {
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        for (limit, most) in LIMITS {
            connection.set_limit(limit, most).map_err(failed)?;
        }
        // A write that was answered is on the disk: an operation that is told to have landed has landed.
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
            .map_err(failed)?;
        Ok(Sqlite(Rc::new(std::cell::RefCell::new(connection))))
    }
}

impl Sql for Sqlite {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        statement.check()?;
        rows(&self.0.borrow(), statement)
    }

    async fn batch(&self, batch: Batch) -> Result<Outcome, SqlError> {
        let mut connection = self.0.borrow_mut();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let outcome = batch.run(|statement| rows(&transaction, statement))?;
        // A transaction that is dropped is rolled back.
        if outcome.is_done() {
            transaction.commit().map_err(failed)?;
        }
        Ok(outcome)
    }
}

fn rows(connection: &Connection, statement: Statement) -> Result<Vec<Row>, SqlError> {
    let mut prepared = connection.prepare_cached(&statement.text).map_err(failed)?;
    let columns = prepared.column_count();
    let values = statement.values.into_iter().map(|value| match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(number) => rusqlite::types::Value::Integer(number),
        Value::Text(text) => rusqlite::types::Value::Text(text),
        Value::Bytes(bytes) => rusqlite::types::Value::Blob(bytes),
    });
    let mut found = prepared.query(params_from_iter(values)).map_err(failed)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(failed)? {
        let column = |place| value(row.get_ref(place).map_err(failed)?);
        rows.push(Row::new((0..columns).map(column).collect::<Result<_, _>>()?));
    }
    Ok(rows)
}

fn value(value: ValueRef<'_>) -> Result<Value, SqlError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Value::read(number),
        ValueRef::Real(_) => Err(SqlError::Row("a column holds a floating point number".into())),
        ValueRef::Text(text) => String::from_utf8(text.to_vec())
            .map(Value::Text)
            .map_err(|_| SqlError::Row("a text is not UTF-8".into())),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
    }
}

fn failed(error: rusqlite::Error) -> SqlError {
    SqlError::Database(error.to_string())
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::*;

    fn with_table() -> Sqlite {
        let sql = Sqlite::in_memory().unwrap();
        block_on(sql.query(Statement::new("CREATE TABLE t (name TEXT PRIMARY KEY, at BLOB)"))).unwrap();
        sql
    }

    fn insert(name: &str, at: &[u8]) -> Statement {
        Statement::new("INSERT INTO t (name, at) VALUES (?1, ?2) RETURNING 1").bind(name).bind(at)
    }

    fn count(sql: &Sqlite) -> i64 {
        block_on(sql.query(Statement::new("SELECT count(*) FROM t"))).unwrap()[0].integer(0).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let sql = with_table();
        block_on(sql.query(insert("a", &[0, 255]))).unwrap();
        let mut rows = block_on(sql.query(Statement::new("SELECT name, at, NULL FROM t"))).unwrap();
        assert_eq!((rows[0].text(0), rows[0].bytes(1)), (Ok("a".into()), Ok(vec![0, 255])));
        assert!(rows[0].is_null(2));
    }

    #[test]
    fn a_batch_is_all_or_nothing() {
        let sql = with_table();
        let swap = |from: &[u8], to: &[u8]| {
            Statement::new("UPDATE t SET at = ?2 WHERE name = 'a' AND at = ?1 RETURNING 1")
                .bind(from)
                .bind(to)
        };
        let mut batch = Batch::new();
        batch.add(insert("a", b"1"));
        batch.guard(swap(b"1", b"2"));
        assert!(block_on(sql.batch(batch)).unwrap().is_done());
        let mut stale = Batch::new();
        stale.add(insert("b", b"1"));
        stale.guard(swap(b"1", b"3"));
        assert_eq!(block_on(sql.batch(stale)), Ok(Outcome::Refused(1)));
        let mut doubled = Batch::new();
        doubled.add(insert("c", b"1"));
        doubled.add(insert("a", b"1"));
        assert!(matches!(block_on(sql.batch(doubled)), Err(SqlError::Database(_))));
        assert_eq!(count(&sql), 1);
    }

    #[test]
    fn a_statement_beyond_the_limits_of_some_host_is_refused_here_too() {
        let sql = with_table();
        let long = insert("a", &vec![0; Statement::MAX_BYTES]);
        assert!(matches!(block_on(sql.query(long.clone())), Err(SqlError::Limit(_))));
        let mut batch = Batch::new();
        batch.add(insert("b", b""));
        batch.add(long);
        assert!(matches!(block_on(sql.batch(batch)), Err(SqlError::Limit(_))));
        assert_eq!(count(&sql), 0);
    }
}
