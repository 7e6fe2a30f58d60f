//! The tables of hosted repositories.

use fairlead_sql::{Batch, Sql, SqlError, Statement};

/// Each object is one row, compressed, with what does not fit into it in `git_part`. A pack's row alone decides who
/// sees its objects, so that a push of any size lands with one small write.
///
/// A pack is everything that one push, or one landing, brought. Its states: 0 while it is being received and nobody else
/// sees it; 1 once it has landed; 2 while it is being collected and only what is marked is seen of it; 3 once its push has
/// failed or was given up, and it is being deleted.
const TABLES: [&str; 11] = [
    "CREATE TABLE IF NOT EXISTS git_repository (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, head TEXT NOT NULL,
        public INTEGER NOT NULL, sweeps INTEGER NOT NULL DEFAULT 0,
        garbage INTEGER NOT NULL DEFAULT 0,
        phase INTEGER NOT NULL DEFAULT 0, place INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS git_pack (
        id INTEGER PRIMARY KEY AUTOINCREMENT, repository INTEGER NOT NULL, state INTEGER NOT NULL,
        touched INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS git_pack_state ON git_pack (repository, state)",
    "CREATE INDEX IF NOT EXISTS git_pack_open ON git_pack (touched) WHERE state = 0",
    // Who has found a row reads its bytes later: its number may not be another object's by then.
    "CREATE TABLE IF NOT EXISTS git_object (
        id INTEGER PRIMARY KEY AUTOINCREMENT, repository INTEGER NOT NULL, oid BLOB NOT NULL, pack INTEGER NOT NULL,
        kind INTEGER NOT NULL, size INTEGER NOT NULL, stored INTEGER NOT NULL, bytes BLOB NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS git_object_oid ON git_object (repository, oid, pack)",
    "CREATE INDEX IF NOT EXISTS git_object_pack ON git_object (pack)",
    "CREATE TABLE IF NOT EXISTS git_part (
        object INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (object, number))",
    "CREATE TABLE IF NOT EXISTS git_ref (
        repository INTEGER NOT NULL, name TEXT NOT NULL, oid BLOB NOT NULL, peeled BLOB,
        PRIMARY KEY (repository, name)) WITHOUT ROWID",
    // `open` where what the object refers to is still to be marked.
    "CREATE TABLE IF NOT EXISTS git_mark (
        repository INTEGER NOT NULL, oid BLOB NOT NULL, open INTEGER NOT NULL,
        PRIMARY KEY (repository, oid)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS git_mark_open ON git_mark (repository) WHERE open = 1",
];

/// Whether there are tables, and so perhaps repositories. What a later version has besides is made beside them.
///
/// # Errors
/// What the database answers.
pub async fn is_prepared(sql: &impl Sql) -> Result<bool, SqlError> {
    let ours = Statement::new("SELECT count(*) FROM sqlite_master WHERE name GLOB 'git_*'");
    let there = sql.query(ours).await?.first().map_or(Ok(0), |row| row.integer(0))?;
    if there == 0 {
        return Ok(false);
    }
    if usize::try_from(there) != Ok(TABLES.len()) {
        prepare(sql).await?;
    }
    Ok(true)
}

/// Makes the tables that are not there yet.
///
/// # Errors
/// What the database answers.
pub async fn prepare(sql: &impl Sql) -> Result<(), SqlError> {
    let mut batch = Batch::new();
    TABLES.iter().for_each(|table| batch.add(Statement::new(*table)));
    sql.batch(batch).await.map(|_| ())
}
