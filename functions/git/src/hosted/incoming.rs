//! Objects on their way in: written as they come, seen by nobody else until their pack lands.

use std::rc::Rc;

use fairlead_sql::{Batch, Outcome, Sql, Statement};

use super::schema::PackState;
use super::store::{CHUNK, Packed, Store, StoreError, VISIBLE};
use crate::object::Oid;
use crate::pack;

/// What tells the time, in seconds since 1970.
pub type Clock = Rc<dyn Fn() -> i64>;

/// How much is held before it is written: few writes, and never much at once.
const HELD_BYTES: usize = 1 << 20;
const HELD_OBJECTS: usize = 512;
/// How many rows are deleted at once.
const STEP: i64 = 500;
/// After how many seconds without anything new a push is given up.
pub(super) const PATIENCE: i64 = 3600;

/// A pack that is being received.
pub(super) struct Incoming<S> {
    /// The repository with the objects of this pack.
    pub(super) store: Store<S>,
    clock: Clock,
    held: Vec<Packed>,
    bytes: usize,
}

impl<S: Sql> Incoming<S> {
    /// Opens a pack.
    pub(super) async fn open(store: &Store<S>, clock: &Clock) -> Result<Incoming<S>, StoreError> {
        let statement = Statement::new(
            "INSERT INTO git_pack (repository, state, touched) VALUES (?1, ?2, ?3) RETURNING id",
        )
        .bind(store.repository)
        .bind(PackState::Open.number())
        .bind(clock());
        let rows = store.sql.query(statement).await?;
        let pack = rows.first().ok_or(StoreError::GivenUp)?.integer(0)?;
        let store = Store { pack, ..store.clone() };
        Ok(Incoming { store, clock: clock.clone(), held: Vec::new(), bytes: 0 })
    }

    /// Adds an object; one that is there already is not written again.
    pub(super) async fn add(&mut self, object: Packed) -> Result<(), StoreError> {
        self.bytes += object.bytes.len();
        self.held.push(object);
        if self.bytes >= HELD_BYTES || self.held.len() >= HELD_OBJECTS { self.flush().await } else { Ok(()) }
    }

    /// Writes what is held.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.held.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new();
        batch.guard(
            Statement::new("UPDATE git_pack SET touched = ?1 WHERE id = ?2 AND state = 0 RETURNING 1")
                .bind((self.clock)())
                .bind(self.store.pack),
        );
        self.bytes = 0;
        for object in std::mem::take(&mut self.held) {
            self.insert(&mut batch, &object);
        }
        match self.store.sql.batch(batch).await? {
            Outcome::Done(_) => Ok(()),
            Outcome::Refused(_) => Err(StoreError::GivenUp),
        }
    }

    fn insert(&self, batch: &mut Batch, object: &Packed) {
        let mut chunks = object.bytes.chunks(CHUNK);
        let length = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        batch.add(
            self.store
                .statement(format!(
                    "INSERT OR IGNORE INTO git_object (repository, oid, pack, kind, size, stored, bytes)
                    SELECT ?1, ?3, ?2, ?4, ?5, ?6, ?7
                    WHERE NOT EXISTS (SELECT 1 FROM git_object o WHERE o.repository = ?1 AND o.oid = ?3 AND {VISIBLE})"
                ))
                .bind(object.oid.bytes())
                .bind(i64::from(pack::number(object.kind)))
                .bind(i64::try_from(object.size).unwrap_or(i64::MAX))
                .bind(length(object.bytes.len()))
                .bind(chunks.next().unwrap_or_default()),
        );
        for (number, chunk) in chunks.enumerate() {
            batch.add(
                self.store
                    .statement(
                        "INSERT OR IGNORE INTO git_part (object, number, bytes) SELECT id, ?4, ?5 FROM git_object
                        WHERE repository = ?1 AND pack = ?2 AND oid = ?3",
                    )
                    .bind(object.oid.bytes())
                    .bind(length(number + 1))
                    .bind(chunk),
            );
        }
    }

    /// Whether an object is among those that are held.
    pub(super) fn holds(&self, oid: &Oid) -> bool {
        self.held.iter().any(|object| object.oid == *oid)
    }

    /// The statement that makes the pack part of the repository: a guard of the batch that moves the refs.
    pub(super) fn landing(&self) -> Statement {
        Statement::new("UPDATE git_pack SET state = 1 WHERE id = ?1 AND state IN (0, 1) RETURNING 1")
            .bind(self.store.pack)
    }

    /// Deletes everything that came.
    pub(super) async fn discard(self) -> Result<(), StoreError> {
        let dead = Statement::new("UPDATE git_pack SET state = 3 WHERE id = ?1 AND state = 0 RETURNING 1")
            .bind(self.store.pack);
        if !self.store.sql.query(dead).await?.is_empty() {
            bury(&self.store.sql, self.store.pack).await?;
        }
        Ok(())
    }
}

/// Gives packs up whose push has not been heard of for an hour, and deletes what is left of dead ones.
pub(super) async fn bury_the_dead<S: Sql>(store: &Store<S>, clock: &Clock) -> Result<(), StoreError> {
    let given_up =
        Statement::new("UPDATE git_pack SET state = 3 WHERE repository = ?1 AND state = 0 AND touched < ?2");
    store.sql.query(given_up.bind(store.repository).bind(clock() - PATIENCE)).await?;
    let dead = Statement::new("SELECT id FROM git_pack WHERE repository = ?1 AND state = 3");
    for row in store.sql.query(dead.bind(store.repository)).await? {
        bury(&store.sql, row.integer(0)?).await?;
    }
    Ok(())
}

/// Deletes a dead pack in steps; each leaves it dead. Others may be at it too: what is left decides, not who deleted it.
async fn bury(sql: &impl Sql, pack: i64) -> Result<(), StoreError> {
    loop {
        let mut batch = Batch::new();
        for text in [
            "DELETE FROM git_part WHERE object IN (SELECT id FROM git_object WHERE pack = ?1 ORDER BY id LIMIT ?2)",
            "DELETE FROM git_object WHERE id IN (SELECT id FROM git_object WHERE pack = ?1 ORDER BY id LIMIT ?2)",
        ] {
            batch.add(Statement::new(text).bind(pack).bind(STEP));
        }
        for text in [
            "DELETE FROM git_pack WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM git_object WHERE pack = ?1)",
            "SELECT 1 FROM git_pack WHERE id = ?1",
        ] {
            batch.add(Statement::new(text).bind(pack));
        }
        match sql.batch(batch).await? {
            Outcome::Done(rows) if rows.last().is_some_and(|left| !left.is_empty()) => {}
            Outcome::Done(_) | Outcome::Refused(_) => return Ok(()),
        }
    }
}
