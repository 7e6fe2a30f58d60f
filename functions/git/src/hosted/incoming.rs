//! Objects on their way in: written as they come, seen by nobody else until their pack lands.

use std::rc::Rc;

use fairlead_sql::{Batch, Outcome, Sql, Statement};

use super::connected::{ConnectedError, connected};
use super::landing;
use super::store::{CHUNK, Packed, Store, StoreError, VISIBLE};
use super::unpack::UnpackError;
use crate::object::Oid;
use crate::pack;

/// What tells the time, in seconds since 1970.
pub type Clock = Rc<dyn Fn() -> i64>;

/// How much is held before it is written: few writes, and never much at once.
const HELD_BYTES: usize = 1 << 20;
const HELD_OBJECTS: usize = 512;

/// A pack that is being received.
pub(super) struct Incoming<S> {
    /// The repository with the objects of this pack.
    pub(super) store: Store<S>,
    /// How often collections had begun to delete when it was opened.
    sweeps: i64,
    clock: Clock,
    held: Vec<Packed>,
    bytes: usize,
}

/// Why a pack cannot land.
pub(super) enum Unconnected {
    /// It could not be found out.
    Store(StoreError),
    /// A collection has deleted what it builds on: whoever pushes again sends that too.
    Swept,
    /// It refers to what is not there.
    Broken(ConnectedError),
}

impl From<StoreError> for Unconnected {
    fn from(error: StoreError) -> Unconnected {
        Unconnected::Store(error)
    }
}

impl<S: Sql> Incoming<S> {
    /// Opens a pack.
    pub(super) async fn open(store: &Store<S>, clock: &Clock) -> Result<Incoming<S>, StoreError> {
        let sweeps = landing::sweeps(store).await?;
        let statement = Statement::new(
            "INSERT INTO git_pack (repository, state, touched) VALUES (?1, 0, ?2) RETURNING id",
        )
        .bind(store.repository)
        .bind(clock());
        let rows = store.sql.query(statement).await?;
        let pack = rows.first().ok_or(StoreError::GivenUp)?.integer(0)?;
        let store = Store { pack, ..store.clone() };
        Ok(Incoming { store, sweeps, clock: clock.clone(), held: Vec::new(), bytes: 0 })
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

    /// Checks that everything is there that its objects refer to.
    pub(super) async fn connected(&self) -> Result<(), Unconnected> {
        let Err(error) = connected(&self.store).await else { return Ok(()) };
        match error {
            ConnectedError::Unpack(UnpackError::Store(error)) => Err(error.into()),
            // What was here already was not written again, and has been deleted since.
            ConnectedError::Missing { .. } if landing::sweeps(&self.store).await? != self.sweeps => {
                Err(Unconnected::Swept)
            }
            error => Err(Unconnected::Broken(error)),
        }
    }

    /// The statement that makes the pack part of the repository: a guard of the batch that moves the refs.
    pub(super) fn landing(&self) -> Statement {
        Statement::new("UPDATE git_pack SET state = 1 WHERE id = ?1 AND state IN (0, 1) RETURNING 1")
            .bind(self.store.pack)
    }

    /// Gives everything up that came; it is deleted when nobody waits.
    pub(super) async fn discard(self) -> Result<(), StoreError> {
        let dead = Statement::new("UPDATE git_pack SET state = 3 WHERE id = ?1 AND state = 0");
        self.store.sql.query(dead.bind(self.store.pack)).await?;
        Ok(())
    }
}
