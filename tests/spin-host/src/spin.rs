//! Spin's own interfaces: sqlite on files, variables.
//!
//! As in Spin, each connection is one of SQLite's with the defaults of rusqlite, opened when it is first used and closed
//! when the component drops it or ends; a query is carried out to its end before its first row is handed out.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rusqlite::types::{Value as Stored, ValueRef};
use rusqlite::{Connection as Database, Error as DatabaseError, ErrorCode, params_from_iter};
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use self::bindings::spin::sqlite::sqlite::{self, Error, QueryResult, RowResult, Value};
use self::bindings::spin::variables::variables;
use crate::component::State;

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "fairlead:spin-host/served",
        imports: { default: async | trappable },
        with: { "spin:sqlite/sqlite.connection": super::Connection },
    });
}

pub use bindings::Served;

/// An open database, or one that will be opened.
#[derive(Clone)]
pub struct Connection {
    file: PathBuf,
    database: Arc<Mutex<Option<Database>>>,
}

impl Connection {
    async fn query(
        &self,
        statement: String,
        values: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let connection = self.clone();
        // SQLite waits for the disk, and for others.
        Ok(tokio::task::spawn_blocking(move || connection.query_now(&statement, values)).await?)
    }

    fn query_now(&self, statement: &str, values: Vec<Value>) -> Result<QueryResult, Error> {
        let mut database = self.database.lock().map_err(|_| Error::InvalidConnection)?;
        let database = match &mut *database {
            Some(database) => database,
            none => none.insert(Database::open(&self.file).map_err(failed)?),
        };
        let mut prepared = database.prepare_cached(statement).map_err(failed)?;
        let columns = prepared.column_names().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let width = columns.len();
        let mut found = prepared.query(params_from_iter(values.into_iter().map(stored))).map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(failed)? {
            let column = |place| value(row.get_ref(place).map_err(failed)?);
            rows.push(RowResult { values: (0..width).map(column).collect::<Result<_, _>>()? });
        }
        Ok(QueryResult { columns, rows })
    }

    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Database) -> T + Send + 'static,
        otherwise: T,
    ) -> wasmtime::Result<T> {
        let database = self.database.clone();
        let answer = move || database.lock().ok().and_then(|database| database.as_ref().map(ask));
        Ok(tokio::task::spawn_blocking(answer).await?.unwrap_or(otherwise))
    }
}

fn stored(value: Value) -> Stored {
    match value {
        Value::Integer(number) => Stored::Integer(number),
        Value::Real(number) => Stored::Real(number),
        Value::Text(text) => Stored::Text(text),
        Value::Blob(bytes) => Stored::Blob(bytes),
        Value::Null => Stored::Null,
    }
}

fn value(value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => {
            Value::Text(String::from_utf8(text.to_vec()).map_err(|error| Error::Io(error.to_string()))?)
        }
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Null => Value::Null,
    })
}

fn failed(error: DatabaseError) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::DatabaseFull,
        _ => Error::Io(error.to_string()),
    }
}

impl State {
    fn open(&mut self, database: &str) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        if !self.application.databases().iter().any(|allowed| allowed == database) {
            return Ok(Err(Error::AccessDenied));
        }
        let file = self.data.join(format!("{database}.db"));
        Ok(Ok(self.table.push(Connection { file, database: Arc::default() })?))
    }

    fn connection(&self, connection: &Resource<Connection>) -> wasmtime::Result<Connection> {
        Ok(self.table.get(connection)?.clone())
    }
}

impl sqlite::Host for State {}

impl sqlite::HostConnection for State {
    async fn open(&mut self, database: String) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        self.open(&database)
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        values: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        self.connection(&connection)?.query(statement, values).await
    }

    async fn last_insert_rowid(&mut self, connection: Resource<Connection>) -> wasmtime::Result<i64> {
        self.connection(&connection)?.ask(Database::last_insert_rowid, 0).await
    }

    async fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        self.connection(&connection)?.ask(Database::changes, 0).await
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

impl<T: Send> sqlite::HostConnectionWithStore<T> for HasSelf<State> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        accessor.with(|mut access| access.get().open(&database))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        values: Vec<Value>,
    ) -> wasmtime::Result<
        Result<(Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>), Error>,
    > {
        let connection = accessor.with(|mut access| access.get().connection(&connection))?;
        let QueryResult { columns, rows } = match connection.query(statement, values).await? {
            Ok(result) => result,
            Err(error) => return Ok(Err(error)),
        };
        accessor.with(|mut access| {
            let rows = StreamReader::new(&mut access, rows)?;
            let end = FutureReader::new(&mut access, async { wasmtime::error::Ok(Ok(())) })?;
            Ok(Ok((columns, rows, end)))
        })
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        let connection = accessor.with(|mut access| access.get().connection(&connection))?;
        connection.ask(Database::last_insert_rowid, 0).await
    }

    async fn changes_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<u64> {
        let connection = accessor.with(|mut access| access.get().connection(&connection))?;
        connection.ask(Database::changes, 0).await
    }
}

impl variables::Host for State {}

impl<T: Send> variables::HostWithStore<T> for HasSelf<State> {
    async fn get(
        accessor: &Accessor<T, Self>,
        name: String,
    ) -> wasmtime::Result<Result<String, variables::Error>> {
        accessor.with(|mut access| {
            let value = access.get().application.variables().get(&name).cloned();
            Ok(value.ok_or_else(|| variables::Error::Undefined(name)))
        })
    }
}
