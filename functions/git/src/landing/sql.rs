//! A journal in SQL: a Durable Object, Spin, or a file on the native host.

mod outcome;

use fairlead_sql::{Batch, Outcome as Ran, Row, Sql, SqlError, Statement};
use fairlead_world::Oid;
use sha1::{Digest, Sha1};

use super::journal::{Attempt, Fence, Journal, JournalError, Step, Submitted};
use super::operation::{Operation, OperationId, Outcome};

/// The longest payload of an operation, in bytes.
pub const MAX_PAYLOAD: usize = 16 << 20;

/// How much of a payload one row holds: rows are bounded at 2 MB on some hosts.
const PART: usize = 1_500_000;

/// How often a submission is tried again whose obstacle is gone by the time it is looked at.
const TRIES: usize = 8;

/// Of how many bytes of payloads operations are looked at together, beyond the first of them.
const HELD: i64 = 24 << 20;

const TABLES: [&str; 8] = [
    "CREATE TABLE IF NOT EXISTS landing_queue (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
        fence INTEGER NOT NULL DEFAULT 0, head TEXT)",
    // The payload itself is in `landing_part`, until there is an outcome; `digest` tells it from another one for ever.
    "CREATE TABLE IF NOT EXISTS landing_operation (
        number INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, id TEXT NOT NULL, exclusive TEXT,
        digest BLOB NOT NULL, size INTEGER NOT NULL, deadline INTEGER NOT NULL, outcome INTEGER, told TEXT)",
    "CREATE UNIQUE INDEX IF NOT EXISTS landing_operation_id ON landing_operation (queue, id)",
    "CREATE INDEX IF NOT EXISTS landing_operation_open ON landing_operation (queue, number)
        WHERE outcome IS NULL",
    "CREATE TABLE IF NOT EXISTS landing_part (
        operation INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL,
        PRIMARY KEY (operation, number))",
    "CREATE TABLE IF NOT EXISTS landing_attempt (
        number INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, digest BLOB NOT NULL,
        base TEXT, time INTEGER NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS landing_attempt_digest ON landing_attempt (queue, digest)",
    "CREATE TABLE IF NOT EXISTS landing_step (
        attempt INTEGER NOT NULL, place INTEGER NOT NULL, operation TEXT NOT NULL,
        made TEXT NOT NULL, tree TEXT NOT NULL, PRIMARY KEY (attempt, place)) WITHOUT ROWID",
];

/// The journal of one repository and ref in a database that holds as many as it likes.
#[derive(Debug, Clone)]
pub struct SqlJournal<S> {
    sql: S,
    queue: i64,
}

impl<S: Sql> SqlJournal<S> {
    /// The journal of that name; it and its tables are made where they are not there.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn open(sql: S, name: &str) -> Result<SqlJournal<S>, JournalError> {
        let mut batch = Batch::new();
        TABLES.iter().for_each(|table| batch.add(Statement::new(*table)));
        batch.add(Statement::new("INSERT OR IGNORE INTO landing_queue (name) VALUES (?1)").bind(name));
        batch.guard(Statement::new("SELECT id FROM landing_queue WHERE name = ?1").bind(name));
        let id = match sql.batch(batch).await? {
            Ran::Done(mut answers) => answers.pop().and_then(|rows| rows.first().map(|row| row.integer(0))),
            Ran::Refused(_) => None,
        };
        let queue = id.ok_or_else(|| JournalError::Storage("it keeps nothing".to_owned()))??;
        Ok(SqlJournal { sql, queue })
    }

    /// Forgets operations that have an outcome and whose deadline was before `time`. One that is handed in again after
    /// that is taken for a new one.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn prune(&self, time: i64) -> Result<(), JournalError> {
        let statement = self.statement(
            "DELETE FROM landing_operation WHERE queue = ?1 AND outcome IS NOT NULL AND deadline < ?2",
        );
        self.sql.query(statement.bind(clamped(time))).await?;
        Ok(())
    }

    fn statement(&self, text: &'static str) -> Statement {
        Statement::new(text).bind(self.queue)
    }

    /// A batch that is carried out for the owner alone.
    fn owned(&self, fence: Fence) -> Batch {
        let mut batch = Batch::new();
        let text = "SELECT 1 FROM landing_queue WHERE id = ?1 AND fence = ?2";
        batch.guard(self.statement(text).bind(number(fence.0)));
        batch
    }

    /// Carries such a batch out and returns the rows of its last statement.
    async fn run(&self, batch: Batch) -> Result<Vec<Row>, JournalError> {
        match self.sql.batch(batch).await? {
            Ran::Done(mut answers) => Ok(answers.pop().unwrap_or_default()),
            Ran::Refused(_) => Err(JournalError::Fenced),
        }
    }

    /// What is known of an id that may have been handed in before: its payload's digest, and its outcome.
    async fn find(&self, id: &OperationId) -> Result<Option<(Vec<u8>, Option<Outcome>)>, JournalError> {
        let text = "SELECT digest, outcome, told FROM landing_operation WHERE queue = ?1 AND id = ?2";
        let mut rows = self.sql.query(self.statement(text).bind(id.as_str())).await?;
        let Some(row) = rows.first_mut() else { return Ok(None) };
        Ok(Some((row.bytes(0)?, outcome::read(row, 1, 2)?)))
    }

    /// The operation that is busy with the same.
    async fn busy(&self, exclusive: &str) -> Result<Option<OperationId>, JournalError> {
        let text = "SELECT id FROM landing_operation WHERE queue = ?1 AND exclusive = ?2 AND outcome IS NULL";
        let mut rows = self.sql.query(self.statement(text).bind(exclusive)).await?;
        rows.first_mut().map(|row| operation_id(row, 0)).transpose()
    }

    /// Adds an operation with its payload, unless something speaks against it.
    fn insert(&self, operation: &Operation, digest: &[u8]) -> Batch {
        let mut batch = Batch::new();
        let text = "INSERT INTO landing_operation (queue, id, exclusive, digest, deadline, size)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6
            WHERE NOT EXISTS (SELECT 1 FROM landing_operation WHERE queue = ?1 AND id = ?2)
            AND NOT EXISTS (SELECT 1 FROM landing_operation
            WHERE queue = ?1 AND exclusive = ?3 AND outcome IS NULL) RETURNING 1";
        batch.guard(
            self.statement(text)
                .bind(operation.id.as_str())
                .bind(operation.exclusive.as_deref())
                .bind(digest)
                .bind(clamped(operation.deadline))
                .bind(i64::try_from(operation.payload.len()).unwrap_or(i64::MAX)),
        );
        for (place, part) in operation.payload.chunks(PART).enumerate() {
            let text = "INSERT INTO landing_part (operation, number, bytes)
                SELECT number, ?3, ?4 FROM landing_operation WHERE queue = ?1 AND id = ?2";
            let statement = self.statement(text).bind(operation.id.as_str());
            batch.add(statement.bind(i64::try_from(place).unwrap_or(i64::MAX)).bind(part));
        }
        batch
    }
}

impl<S: Sql> Journal for SqlJournal<S> {
    async fn submit(&self, operation: &Operation) -> Result<Submitted, JournalError> {
        if operation.payload.len() > MAX_PAYLOAD {
            return Err(JournalError::TooLong { most: MAX_PAYLOAD });
        }
        let digest = Sha1::digest(&operation.payload);
        for _ in 0..TRIES {
            if self.sql.batch(self.insert(operation, &digest)).await?.is_done() {
                return Ok(Submitted::Queued);
            }
            if let Some((before, outcome)) = self.find(&operation.id).await? {
                return match before == digest.as_slice() {
                    true => Ok(Submitted::Known(outcome)),
                    false => Err(JournalError::Reused(operation.id.clone())),
                };
            }
            if let Some(exclusive) = &operation.exclusive
                && let Some(other) = self.busy(exclusive).await?
            {
                return Ok(Submitted::Busy(other));
            }
            // What was in the way has come to its end in between.
        }
        Err(JournalError::Storage("too many others want the same at once: try again".to_owned()))
    }

    async fn outcome(&self, operation: &OperationId) -> Result<Option<Outcome>, JournalError> {
        Ok(self.find(operation).await?.and_then(|(_, outcome)| outcome))
    }

    async fn take_over(&self) -> Result<Fence, JournalError> {
        let text = "UPDATE landing_queue SET fence = fence + 1 WHERE id = ?1 RETURNING fence";
        let rows = self.sql.query(self.statement(text)).await?;
        let row = rows.first().ok_or_else(|| JournalError::Storage("the journal is gone".to_owned()))?;
        Ok(Fence(row.integer(0)?.unsigned_abs()))
    }

    async fn open(&self, fence: Fence, at_most: usize) -> Result<Vec<Operation>, JournalError> {
        let mut batch = self.owned(fence);
        // Payloads are joined part by part, so that no row is longer than a part.
        let text = "SELECT o.number, o.id, o.exclusive, o.deadline, p.bytes FROM
            (SELECT *, sum(size) OVER (ORDER BY number) - size AS before FROM landing_operation
            WHERE queue = ?1 AND outcome IS NULL ORDER BY number LIMIT ?2) o
            LEFT JOIN landing_part p ON p.operation = o.number WHERE o.before < ?3 ORDER BY o.number, p.number";
        let at_most = i64::try_from(at_most).unwrap_or(Statement::MAX_INTEGER);
        batch.add(self.statement(text).bind(at_most).bind(HELD));
        let mut open: Vec<(i64, Operation)> = Vec::new();
        for mut row in self.run(batch).await? {
            let number = row.integer(0)?;
            if open.last().is_none_or(|(last, _)| *last != number) {
                let exclusive = if row.is_null(2) { None } else { Some(row.text(2)?) };
                let (id, deadline) = (operation_id(&mut row, 1)?, row.integer(3)?);
                open.push((number, Operation { id, exclusive, payload: Vec::new(), deadline }));
            }
            if let Some((_, operation)) = open.last_mut()
                && !row.is_null(4)
            {
                operation.payload.extend(row.bytes(4)?);
            }
        }
        Ok(open.into_iter().map(|(_, operation)| operation).collect())
    }

    async fn attempts(&self, fence: Fence) -> Result<Vec<Attempt>, JournalError> {
        let mut batch = self.owned(fence);
        batch.add(self.statement(
            "SELECT a.number, a.base, a.time, s.operation, s.made, s.tree
            FROM landing_attempt a JOIN landing_step s ON s.attempt = a.number
            WHERE a.queue = ?1 AND EXISTS (SELECT 1 FROM landing_step t JOIN landing_operation o
            ON o.queue = ?1 AND o.id = t.operation WHERE t.attempt = a.number AND o.outcome IS NULL)
            ORDER BY a.number, s.place",
        ));
        let mut attempts: Vec<(i64, Attempt)> = Vec::new();
        for mut row in self.run(batch).await? {
            let number = row.integer(0)?;
            if attempts.last().is_none_or(|(last, _)| *last != number) {
                let base = if row.is_null(1) { None } else { Some(oid(&mut row, 1)?) };
                attempts.push((number, Attempt { base, time: row.integer(2)?, steps: Vec::new() }));
            }
            let (commit, tree) = (oid(&mut row, 4)?, oid(&mut row, 5)?);
            let step = Step { operation: operation_id(&mut row, 3)?, commit, tree };
            if let Some((_, attempt)) = attempts.last_mut() {
                attempt.steps.push(step);
            }
        }
        Ok(attempts.into_iter().map(|(_, attempt)| attempt).collect())
    }

    async fn note(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        let mut batch = self.owned(fence);
        let digest = digest(attempt);
        let text =
            "INSERT OR IGNORE INTO landing_attempt (queue, digest, base, time) VALUES (?1, ?2, ?3, ?4)";
        let base = attempt.base.map(|base| base.to_string());
        batch.add(self.statement(text).bind(digest.as_slice()).bind(base.as_deref()).bind(attempt.time));
        for (place, step) in attempt.steps.iter().enumerate() {
            let text = "INSERT OR IGNORE INTO landing_step (attempt, place, operation, made, tree)
                SELECT number, ?3, ?4, ?5, ?6 FROM landing_attempt WHERE queue = ?1 AND digest = ?2";
            let statement = self.statement(text).bind(digest.as_slice());
            let statement = statement.bind(i64::try_from(place).unwrap_or(i64::MAX));
            let (commit, tree) = (step.commit.to_string(), step.tree.to_string());
            batch.add(statement.bind(step.operation.as_str()).bind(commit.as_str()).bind(tree.as_str()));
        }
        self.run(batch).await.map(drop)
    }

    async fn forget(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        let mut batch = self.owned(fence);
        let digest = digest(attempt);
        for text in [
            "DELETE FROM landing_step WHERE attempt IN
            (SELECT number FROM landing_attempt WHERE queue = ?1 AND digest = ?2)",
            "DELETE FROM landing_attempt WHERE queue = ?1 AND digest = ?2",
        ] {
            batch.add(self.statement(text).bind(digest.as_slice()));
        }
        self.run(batch).await.map(drop)
    }

    async fn finish(
        &self,
        fence: Fence,
        outcomes: &[(OperationId, Outcome)],
        head: Option<Oid>,
    ) -> Result<(), JournalError> {
        let mut batch = self.owned(fence);
        for (operation, outcome) in outcomes {
            let (kind, told) = outcome::write(outcome);
            let text = "UPDATE landing_operation SET outcome = ?3, told = ?4
                WHERE queue = ?1 AND id = ?2 AND outcome IS NULL";
            batch.add(self.statement(text).bind(operation.as_str()).bind(kind).bind(told.as_str()));
            let text = "DELETE FROM landing_part WHERE operation IN
                (SELECT number FROM landing_operation WHERE queue = ?1 AND id = ?2)";
            batch.add(self.statement(text).bind(operation.as_str()));
        }
        if let Some(head) = head {
            let text = "UPDATE landing_queue SET head = ?2 WHERE id = ?1";
            batch.add(self.statement(text).bind(head.to_string().as_str()));
        }
        // Attempts that nobody asks about any more.
        batch.add(self.statement(
            "DELETE FROM landing_attempt WHERE queue = ?1 AND NOT EXISTS
            (SELECT 1 FROM landing_step t JOIN landing_operation o ON o.queue = ?1 AND o.id = t.operation
            WHERE t.attempt = landing_attempt.number AND o.outcome IS NULL)",
        ));
        batch.add(Statement::new(
            "DELETE FROM landing_step WHERE attempt NOT IN (SELECT number FROM landing_attempt)",
        ));
        self.run(batch).await.map(drop)
    }

    async fn last_head(&self, fence: Fence) -> Result<Option<Oid>, JournalError> {
        let mut batch = self.owned(fence);
        batch.add(self.statement("SELECT head FROM landing_queue WHERE id = ?1 AND head IS NOT NULL"));
        self.run(batch).await?.first_mut().map(|row| oid(row, 0)).transpose()
    }
}

/// What tells one attempt from another.
fn digest(attempt: &Attempt) -> Vec<u8> {
    let mut text = format!("{:?} {}\n", attempt.base.map(|base| base.to_string()), attempt.time);
    for Step { operation, commit, tree } in &attempt.steps {
        text.push_str(&format!("{operation} {commit} {tree}\n"));
    }
    Sha1::digest(text).to_vec()
}

/// A deadline, within what JavaScript has exactly.
fn clamped(time: i64) -> i64 {
    time.clamp(-Statement::MAX_INTEGER, Statement::MAX_INTEGER)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn oid(row: &mut Row, place: usize) -> Result<Oid, JournalError> {
    Oid::parse(&row.text(place)?).map_err(|_| damaged("an object's id"))
}

fn operation_id(row: &mut Row, place: usize) -> Result<OperationId, JournalError> {
    OperationId::parse(&row.text(place)?).map_err(|_| damaged("an operation's id"))
}

fn damaged(what: &str) -> JournalError {
    JournalError::Storage(format!("a row of the journal is damaged: it lacks {what}"))
}

impl From<SqlError> for JournalError {
    fn from(error: SqlError) -> JournalError {
        JournalError::Storage(error.to_string())
    }
}
