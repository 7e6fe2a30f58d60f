//! [`Sql`] on the storage of a Durable Object: SQLite in the object's own thread.
//!
//! A statement is carried out before the call returns, and nothing else of the object runs meanwhile. A batch is one
//! `transactionSync`: what its callback did is undone where the callback throws. Whether it reached the disk is not
//! waited for: the runtime holds back whatever the object sends until it has, and ends the object where it cannot.

use std::cell::RefCell;
use std::rc::Rc;

use fairlead_sql::{Batch, Outcome, Row, Sql, SqlError, Statement, Value};
use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::{SqlStorage, SqlStorageValue, Storage};

/// The database of one object.
#[derive(Clone)]
pub(crate) struct ObjectSql {
    storage: Rc<Storage>,
    sql: SqlStorage,
}

impl ObjectSql {
    /// Takes an object's storage.
    pub(crate) fn new(storage: Storage) -> ObjectSql {
        ObjectSql { sql: storage.sql(), storage: Rc::new(storage) }
    }

    /// Calls `transactionSync`, which the crate does not name. The callback throws where nothing is to be kept.
    fn transaction(
        &self,
        callback: impl FnOnce() -> Result<JsValue, JsValue> + 'static,
    ) -> Result<JsValue, JsValue> {
        let storage: &JsValue = self.storage.as_raw();
        let run: Function = Reflect::get(storage, &"transactionSync".into())?.dyn_into()?;
        let callback: Closure<dyn FnMut() -> Result<JsValue, JsValue>> =
            Closure::once_assert_unwind_safe(callback);
        run.call1(storage, callback.as_ref())
    }
}

impl Sql for ObjectSql {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        statement.check()?;
        rows(&self.sql, statement)
    }

    async fn batch(&self, batch: Batch) -> Result<Outcome, SqlError> {
        let outcome = Rc::new(RefCell::new(None));
        let (sql, answer) = (self.sql.clone(), outcome.clone());
        let ended = self.transaction(move || {
            let outcome = batch.run(|statement| rows(&sql, statement));
            let keep = outcome.as_ref().is_ok_and(Outcome::is_done);
            *answer.borrow_mut() = Some(outcome);
            if keep { Ok(JsValue::UNDEFINED) } else { Err("undone".into()) }
        });
        match (outcome.take(), ended) {
            // What was carried out, but could not be kept.
            (Some(Ok(Outcome::Done(_))) | None, Err(error)) => Err(failed(worker::Error::from(error))),
            (Some(outcome), _) => outcome,
            (None, Ok(_)) => Err(SqlError::Database("the transaction was not begun".to_owned())),
        }
    }
}

fn rows(sql: &SqlStorage, statement: Statement) -> Result<Vec<Row>, SqlError> {
    let values: Vec<SqlStorageValue> = statement.values.into_iter().map(bound).collect();
    let cursor = sql.exec(&statement.text, values).map_err(failed)?;
    cursor
        .raw()
        .map(|row| row.map_err(failed)?.into_iter().map(value).collect::<Result<_, _>>().map(Row::new))
        .collect()
}

fn bound(value: Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        // Within what JavaScript has exactly: the statement was checked.
        Value::Integer(number) => SqlStorageValue::Integer(number),
        Value::Text(text) => SqlStorageValue::String(text),
        Value::Bytes(bytes) => SqlStorageValue::Blob(bytes),
    }
}

fn value(value: SqlStorageValue) -> Result<Value, SqlError> {
    match value {
        SqlStorageValue::Null => Ok(Value::Null),
        SqlStorageValue::Boolean(truth) => Ok(Value::Integer(truth.into())),
        SqlStorageValue::Integer(number) => Value::read(number),
        // Every number comes as JavaScript's; one that is whole and exact is an integer above.
        SqlStorageValue::Float(_) => {
            Err(SqlError::Row("a column holds a floating point number, or one beyond 2^53".to_owned()))
        }
        SqlStorageValue::String(text) => Ok(Value::Text(text)),
        SqlStorageValue::Blob(bytes) => Ok(Value::Bytes(bytes)),
    }
}

fn failed(error: worker::Error) -> SqlError {
    SqlError::Database(error.to_string())
}
