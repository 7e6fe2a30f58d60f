//! Garbage: what no ref reaches is marked off and deleted, in steps that may stop anywhere.
//!
//! First everything is marked that the refs reach. When nothing is left to mark, one batch makes sure that all refs are
//! marked still and begins the sweep: from then on nobody sees what is not marked, so that it can be deleted bit by
//! bit. A push that has checked its objects before that moment checks them again ([`super::landing`]). What landed
//! after the collection began is not touched.

use fairlead_sql::{Batch, Outcome, Sql, SqlError, Statement};

use super::check;
use super::incoming::{Clock, PATIENCE, bury_the_dead};
use super::store::{Store, StoreError, oid};
use super::{Hosted, RepositoryName, schema::PackState};
use crate::object::{Kind, Oid};

/// How many objects are marked in one step.
const MARKED: i64 = 256;
/// How many rows are looked at in one step of deleting.
const SWEPT: i64 = 2000;
/// How many links one statement carries.
const LINKS: usize = 10_000;

/// How far a collection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Collected {
    /// Whether it is over.
    pub finished: bool,
    /// How many objects were deleted in these steps.
    pub deleted: u64,
}

/// The phases of a collection, as the tables have them.
const IDLE: i64 = 0;
const MARKING: i64 = 1;
const SWEEPING: i64 = 2;
const CLEARING: i64 = 3;

/// The repositories in which something may be left to collect.
///
/// # Errors
/// What the database answers.
pub async fn untidy(sql: &impl Sql, clock: &Clock) -> Result<Vec<RepositoryName>, SqlError> {
    let statement = Statement::new(
        "SELECT name FROM git_repository r WHERE garbage = 1 OR phase <> 0 OR EXISTS
        (SELECT 1 FROM git_pack p WHERE p.repository = r.id AND (p.state = 3 OR p.state = 0 AND p.touched < ?1))",
    );
    let rows = sql.query(statement.bind(clock() - PATIENCE)).await?;
    rows.into_iter().map(|mut row| row.text(0).map(RepositoryName)).collect()
}

/// When a push that goes on now would be given up, if nothing more came of it; `None` where no push goes on.
///
/// # Errors
/// What the database answers.
pub async fn untidy_from(sql: &impl Sql) -> Result<Option<i64>, SqlError> {
    let rows = sql.query(Statement::new("SELECT min(touched) FROM git_pack WHERE state = 0")).await?;
    let touched = rows.first().filter(|row| !row.is_null(0)).map(|row| row.integer(0)).transpose()?;
    Ok(touched.map(|touched| touched.saturating_add(PATIENCE + 1)))
}

impl<S: Sql> Hosted<S> {
    /// Deletes what is left of broken pushes, and takes at most so many steps of a collection where something may be out of
    /// every ref's reach. A broken push alone is no reason for one: each makes pushes under way check their objects again.
    ///
    /// # Errors
    /// See [`Hosted::collect`].
    pub async fn tidy(&self, steps: usize) -> Result<Collected, StoreError> {
        let Progress { phase, garbage, .. } = self.progress().await?;
        if phase == IDLE && !garbage {
            bury_the_dead(&self.store, &self.clock).await?;
            return Ok(Collected { finished: true, deleted: 0 });
        }
        self.collect(steps).await
    }

    /// Takes at most so many steps of a collection, the one that runs or a new one; each is short.
    ///
    /// # Errors
    /// Where the storage fails, or where an object is missing: then nothing is deleted.
    pub async fn collect(&self, steps: usize) -> Result<Collected, StoreError> {
        bury_the_dead(&self.store, &self.clock).await?;
        let mut collected = Collected::default();
        for _ in 0..steps {
            let Progress { phase, place, .. } = self.progress().await?;
            match phase {
                IDLE => begin(&self.store).await?,
                MARKING => mark(&self.store).await?,
                SWEEPING => collected.deleted += sweep(&self.store, place).await?,
                _ => collected.finished = clear(&self.store).await?,
            }
            if collected.finished {
                break;
            }
        }
        Ok(collected)
    }

    async fn progress(&self) -> Result<Progress, StoreError> {
        let statement = Statement::new("SELECT phase, place, garbage FROM git_repository WHERE id = ?1");
        let rows = self.store.sql.query(statement.bind(self.store.repository)).await?;
        let row = rows.first().ok_or(StoreError::GivenUp)?;
        Ok(Progress { phase: row.integer(0)?, place: row.integer(1)?, garbage: row.integer(2)? != 0 })
    }
}

/// How far the collection of a repository is.
struct Progress {
    phase: i64,
    /// The last row that was looked at.
    place: i64,
    /// Whether something may be out of every ref's reach since it began.
    garbage: bool,
}

/// Notes which packs are looked at.
async fn begin<S: Sql>(store: &Store<S>) -> Result<(), StoreError> {
    let statement = Statement::new(
        "UPDATE git_repository SET phase = ?2, place = 0, garbage = 0,
        upto = (SELECT coalesce(max(id), 0) FROM git_pack WHERE repository = ?1 AND state = ?3)
        WHERE id = ?1 AND phase = ?4",
    );
    let statement =
        statement.bind(store.repository).bind(MARKING).bind(PackState::Landed.number()).bind(IDLE);
    store.sql.query(statement).await?;
    Ok(())
}

/// Marks what some marked objects refer to; where there are none left, begins the sweep.
async fn mark<S: Sql>(store: &Store<S>) -> Result<(), StoreError> {
    let one = |text: &'static str| Statement::new(text).bind(store.repository);
    // A ref that moved since is marked now.
    let tips = "INSERT OR IGNORE INTO git_mark (repository, oid, open) SELECT repository, oid, 1 FROM git_ref
        WHERE repository = ?1";
    store.sql.query(one(tips)).await?;
    let open = one("SELECT oid FROM git_mark WHERE repository = ?1 AND open = 1 LIMIT ?2").bind(MARKED);
    let mut wanted = Vec::new();
    for mut row in store.sql.query(open).await? {
        wanted.push(oid(row.bytes(0)?)?);
    }
    if wanted.is_empty() {
        return begin_sweep(store).await;
    }
    while !wanted.is_empty() {
        // A page at a time: what is read is marked as looked into before more is read.
        let mut batch = Batch::new();
        let mut links = Vec::new();
        let mut read = Vec::new();
        for (oid, object) in store.some(&mut wanted).await? {
            read.push(oid);
            links.extend(check::links(object.kind, &object.bytes).map_err(|_| StoreError::Damaged(oid))?);
        }
        for (is_open, blobs) in [(1, false), (0, true)] {
            let oids: Vec<Oid> =
                links.iter().filter(|link| (link.kind == Kind::Blob) == blobs).map(|link| link.oid).collect();
            for page in oids.chunks(LINKS) {
                let text = "WITH RECURSIVE place (at) AS
                    (SELECT 1 UNION ALL SELECT at + 20 FROM place WHERE at + 20 < length(?3))
                    INSERT OR IGNORE INTO git_mark (repository, oid, open)
                    SELECT ?1, substr(?3, at, 20), ?2 FROM place";
                batch.add(one(text).bind(is_open).bind(joined(page)));
            }
        }
        for oid in read {
            let text = "UPDATE git_mark SET open = 0 WHERE repository = ?1 AND oid = ?2";
            batch.add(one(text).bind(oid.bytes()));
        }
        store.sql.batch(batch).await?;
    }
    Ok(())
}

fn joined(oids: &[Oid]) -> Vec<u8> {
    oids.iter().flat_map(|oid| oid.bytes()).copied().collect()
}

/// Begins the sweep, if nothing came in between.
async fn begin_sweep<S: Sql>(store: &Store<S>) -> Result<(), StoreError> {
    let one = |text: &'static str| Statement::new(text).bind(store.repository);
    let mut batch = Batch::new();
    batch.guard(one("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM git_mark WHERE repository = ?1 AND open = 1)"));
    batch.guard(one(
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM git_ref r WHERE r.repository = ?1 AND NOT EXISTS
        (SELECT 1 FROM git_mark m WHERE m.repository = r.repository AND m.oid = r.oid))",
    ));
    let begin = one(
        "UPDATE git_repository SET phase = ?2, place = 0, sweeps = sweeps + 1 WHERE id = ?1 AND phase = ?3
        RETURNING 1",
    );
    batch.guard(begin.bind(SWEEPING).bind(MARKING));
    batch.add(one("UPDATE git_pack SET state = 2 WHERE repository = ?1 AND state = 1
        AND id <= (SELECT upto FROM git_repository WHERE id = ?1)"));
    // Refused, it is tried again after what came in between has been marked.
    store.sql.batch(batch).await?;
    Ok(())
}

/// Deletes what is not marked among the next rows.
async fn sweep<S: Sql>(store: &Store<S>, place: i64) -> Result<u64, StoreError> {
    let end =
        Statement::new("SELECT max(id) FROM (SELECT id FROM git_object WHERE id > ?1 ORDER BY id LIMIT ?2)");
    let rows = store.sql.query(end.bind(place).bind(SWEPT)).await?;
    let end = rows.first().filter(|row| !row.is_null(0)).map(|row| row.integer(0)).transpose()?;
    let mut batch = Batch::new();
    let forward = Statement::new(
        "UPDATE git_repository SET place = ?4, phase = ?5 WHERE id = ?1 AND phase = ?2 AND place = ?3 RETURNING 1",
    );
    let forward = forward.bind(store.repository).bind(SWEEPING).bind(place);
    let Some(end) = end else {
        // What is left of the packs is all marked, and seen again without the marks.
        batch.guard(forward.bind(0).bind(CLEARING));
        let whole = Statement::new("UPDATE git_pack SET state = 1 WHERE repository = ?1 AND state = 2");
        batch.add(whole.bind(store.repository));
        let empty = Statement::new(
            "DELETE FROM git_pack WHERE repository = ?1 AND state = 1
            AND id <= (SELECT upto FROM git_repository WHERE id = ?1)
            AND NOT EXISTS (SELECT 1 FROM git_object o WHERE o.pack = git_pack.id)",
        );
        batch.add(empty.bind(store.repository));
        store.sql.batch(batch).await?;
        return Ok(0);
    };
    batch.guard(forward.bind(end).bind(SWEEPING));
    const GARBAGE: &str = "SELECT o.id FROM git_object o JOIN git_pack p ON p.id = o.pack
        WHERE o.id > ?2 AND o.id <= ?3 AND o.repository = ?1 AND p.state = 2 AND NOT EXISTS
        (SELECT 1 FROM git_mark m WHERE m.repository = ?1 AND m.oid = o.oid)";
    for text in [
        format!("DELETE FROM git_part WHERE object IN ({GARBAGE})"),
        format!("DELETE FROM git_object WHERE id IN ({GARBAGE}) RETURNING 1"),
    ] {
        batch.add(Statement::new(text).bind(store.repository).bind(place).bind(end));
    }
    match store.sql.batch(batch).await? {
        Outcome::Done(rows) => Ok(rows.last().map_or(0, |rows| rows.len() as u64)),
        // Somebody else collects too, and has taken this step.
        Outcome::Refused(_) => Ok(0),
    }
}

/// Takes marks away; returns whether none is left.
async fn clear<S: Sql>(store: &Store<S>) -> Result<bool, StoreError> {
    let mut batch = Batch::new();
    let some = Statement::new(
        "DELETE FROM git_mark WHERE repository = ?1 AND oid IN
        (SELECT oid FROM git_mark WHERE repository = ?1 LIMIT ?2)",
    );
    batch.add(some.bind(store.repository).bind(SWEPT));
    let over = Statement::new(
        "UPDATE git_repository SET phase = ?2 WHERE id = ?1 AND phase = ?3
        AND NOT EXISTS (SELECT 1 FROM git_mark WHERE repository = ?1) RETURNING 1",
    );
    batch.add(over.bind(store.repository).bind(IDLE).bind(CLEARING));
    match store.sql.batch(batch).await? {
        Outcome::Done(rows) => Ok(rows.last().is_some_and(|rows| !rows.is_empty())),
        Outcome::Refused(_) => Ok(false),
    }
}
