//! [`Sql`] on Spin's sqlite, which is asked for each statement and waited for.
//!
//! A batch is `BEGIN IMMEDIATE`, its statements and `COMMIT` on one connection, and nothing else is waited for in between:
//! the lock is held for as long as the host takes for the statements. A connection is taken away while it is used and put
//! back when its transaction has ended. One whose transaction did not end, because a statement failed or because nobody
//! waits for it any more, is dropped: the host closes it and the database undoes what it did.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use fairlead_sql::{Batch, Outcome, Row, Sql, SqlError, Statement, Value};
use spin_sdk::sqlite::{Connection, Error, Value as SpinValue};
use spin_sdk::time::sleep;

/// How long a writer waits for others. The host waits too, but nothing promises for how long.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it rests before it tries again.
const REST: Duration = Duration::from_millis(20);

/// The application's database.
#[derive(Clone, Default)]
pub(crate) struct SpinSql {
    idle: Rc<RefCell<Option<Connection>>>,
}

impl SpinSql {
    async fn connection(&self) -> Result<Connection, SqlError> {
        let idle = self.idle.take();
        match idle {
            Some(connection) => Ok(connection),
            None => Connection::open_default().await.map_err(failed),
        }
    }

    fn put_back(&self, connection: Connection) {
        self.idle.replace(Some(connection));
    }
}

impl Sql for SpinSql {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        statement.check()?;
        let connection = self.connection().await?;
        let rows = patiently(&connection, statement).await?;
        self.put_back(connection);
        Ok(rows)
    }

    async fn batch(&self, batch: Batch) -> Result<Outcome, SqlError> {
        batch.check()?;
        let connection = self.connection().await?;
        patiently(&connection, Statement::new("BEGIN IMMEDIATE")).await?;
        let outcome = batch.run_waiting(async |statement| rows(&connection, statement).await).await?;
        let end = if outcome.is_done() { "COMMIT" } else { "ROLLBACK" };
        patiently(&connection, Statement::new(end)).await?;
        self.put_back(connection);
        Ok(outcome)
    }
}

/// Carries a statement out, again where the database is locked: then nothing has happened, and a transaction that could
/// not be committed is open still.
async fn patiently(connection: &Connection, statement: Statement) -> Result<Vec<Row>, SqlError> {
    let began = Instant::now();
    loop {
        match rows(connection, statement.clone()).await {
            Err(error) if is_locked(&error) && began.elapsed() < PATIENCE => sleep(REST).await,
            answer => return answer,
        }
    }
}

async fn rows(connection: &Connection, statement: Statement) -> Result<Vec<Row>, SqlError> {
    let values = statement.values.into_iter().map(bound);
    let found = connection.execute(&statement.text, values).await.map_err(failed)?;
    let found = found.collect().await.map_err(failed)?;
    let row = |values: Vec<SpinValue>| values.into_iter().map(value).collect::<Result<_, _>>().map(Row::new);
    found.into_iter().map(|found| row(found.values)).collect()
}

fn bound(value: Value) -> SpinValue {
    match value {
        Value::Null => SpinValue::Null,
        Value::Integer(number) => SpinValue::Integer(number),
        Value::Text(text) => SpinValue::Text(text),
        Value::Bytes(bytes) => SpinValue::Blob(bytes),
    }
}

fn value(value: SpinValue) -> Result<Value, SqlError> {
    match value {
        SpinValue::Null => Ok(Value::Null),
        SpinValue::Integer(number) => Value::read(number),
        SpinValue::Real(_) => Err(SqlError::Row("a column holds a floating point number".to_owned())),
        SpinValue::Text(text) => Ok(Value::Text(text)),
        SpinValue::Blob(bytes) => Ok(Value::Bytes(bytes)),
    }
}

fn failed(error: Error) -> SqlError {
    SqlError::Database(match error {
        Error::Io(text) => text,
        Error::NoSuchDatabase | Error::AccessDenied => {
            "the component has no database: its manifest has to say `sqlite_databases = [\"default\"]`"
                .to_owned()
        }
        Error::InvalidConnection => "the connection is not valid".to_owned(),
        Error::DatabaseFull => "the database is full".to_owned(),
    })
}

/// Whether somebody else is at it. The interface has no kind for that: the text is SQLite's own.
fn is_locked(error: &SqlError) -> bool {
    matches!(error, SqlError::Database(text) if text.contains("database is locked"))
}
