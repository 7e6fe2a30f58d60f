//! Garbage: what no ref reaches is marked off and deleted, in steps that may stop anywhere.
//!
//! First everything is marked that the refs reach. When nothing is left to mark, one batch makes sure that all refs are
//! marked still and begins the sweep: from then on nobody sees what has landed and is not marked, so that it can be deleted
//! bit by bit. A push that has checked its objects before that moment checks them again ([`super::landing`]). What lands
//! from then on is not touched.
//!
//! Several may collect at once, and each may be late by any time: a step names the collection it belongs to, by its phase
//! and by how often a sweep has begun, and does nothing in another one.

use fairlead_sql::{Batch, Outcome, Sql, SqlError, Statement};

use super::bury::{PATIENCE, bury};
use super::check;
use super::incoming::Clock;
use super::store::{Store, StoreError, oid};
use super::{Hosted, RepositoryName};
use crate::object::{Kind, Oid};

/// For how many seconds garbage lies: clones that have begun need what they listed.
const GRACE: i64 = 3600;
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

/// The repositories in which something is to be tidied up now.
///
/// # Errors
/// What the database answers.
pub async fn untidy(sql: &impl Sql, clock: &Clock) -> Result<Vec<RepositoryName>, SqlError> {
    let statement = Statement::new(
        "SELECT name FROM git_repository r WHERE phase <> 0 OR (garbage <> 0 AND garbage < ?2)
        OR EXISTS (SELECT 1 FROM git_pack p WHERE p.repository = r.id AND p.state = 3)
        OR EXISTS (SELECT 1 FROM git_pack p WHERE p.repository = r.id AND p.state = 0 AND p.touched < ?1)",
    );
    let now = clock();
    let rows = sql.query(statement.bind(now - PATIENCE).bind(now - GRACE)).await?;
    rows.into_iter().map(|mut row| row.text(0).map(RepositoryName)).collect()
}

/// When something will be, if nothing happens before: a push that goes on now would be given up, or garbage has lain long
/// enough. `None` where there is neither.
///
/// # Errors
/// What the database answers.
pub async fn untidy_from(sql: &impl Sql) -> Result<Option<i64>, SqlError> {
    let earliest = async |text: &'static str, rest: i64| {
        let rows = sql.query(Statement::new(text)).await?;
        let since = rows.first().filter(|row| !row.is_null(0)).map(|row| row.integer(0)).transpose()?;
        Ok::<_, SqlError>(since.map(|since| since.saturating_add(rest + 1)))
    };
    let given_up = earliest("SELECT min(touched) FROM git_pack WHERE state = 0", PATIENCE).await?;
    let ripe = earliest("SELECT min(garbage) FROM git_repository WHERE garbage <> 0", GRACE).await?;
    Ok(given_up.into_iter().chain(ripe).min())
}

impl<S: Sql> Hosted<S> {
    /// Takes at most so many steps of what is to be tidied up: deletes what is left of broken pushes, and collects garbage
    /// that has lain long enough. A broken push alone is no reason for a collection: each makes pushes under way check
    /// their objects again.
    ///
    /// # Errors
    /// See [`Hosted::collect`].
    pub async fn tidy(&self, steps: usize) -> Result<Collected, StoreError> {
        let mut left = steps;
        while left > 0 && !bury(&self.store, &self.clock).await? {
            left -= 1;
        }
        if left == 0 {
            return Ok(Collected::default());
        }
        let Progress { phase, garbage, .. } = self.progress().await?;
        if phase == IDLE && (garbage == 0 || garbage >= (self.clock)() - GRACE) {
            return Ok(Collected { finished: true, deleted: 0 });
        }
        self.collect(left).await
    }

    /// Takes at most so many steps of a collection, the one that runs or a new one; each is short.
    ///
    /// # Errors
    /// Where the storage fails, or where an object is missing: then nothing is deleted.
    pub async fn collect(&self, steps: usize) -> Result<Collected, StoreError> {
        let mut collected = Collected::default();
        for _ in 0..steps {
            let progress = self.progress().await?;
            match progress.phase {
                IDLE => begin(&self.store).await?,
                MARKING => progress.mark(&self.store).await?,
                SWEEPING => collected.deleted += progress.sweep(&self.store).await?,
                _ => collected.finished = progress.clear(&self.store).await?,
            }
            if collected.finished {
                break;
            }
        }
        Ok(collected)
    }

    async fn progress(&self) -> Result<Progress, StoreError> {
        let statement =
            Statement::new("SELECT phase, place, sweeps, garbage FROM git_repository WHERE id = ?1");
        let rows = self.store.sql.query(statement.bind(self.store.repository)).await?;
        let row = rows.first().ok_or(StoreError::GivenUp)?;
        let column = |place| row.integer(place);
        Ok(Progress { phase: column(0)?, place: column(1)?, sweeps: column(2)?, garbage: column(3)? })
    }
}

/// How far the collection of a repository was when a step of it began.
struct Progress {
    phase: i64,
    /// The last row that was looked at.
    place: i64,
    /// How many sweeps have begun: which collection it is.
    sweeps: i64,
    /// Since when something may be out of every ref's reach that was not when the collection began; 0 for nothing.
    garbage: i64,
}

async fn begin<S: Sql>(store: &Store<S>) -> Result<(), StoreError> {
    let statement = Statement::new(
        "UPDATE git_repository SET phase = ?2, place = 0, garbage = 0 WHERE id = ?1 AND phase = ?3",
    );
    store.sql.query(statement.bind(store.repository).bind(MARKING).bind(IDLE)).await?;
    Ok(())
}

impl Progress {
    /// A batch that is carried out in this phase of this collection alone.
    fn step<S: Sql>(&self, store: &Store<S>) -> Batch {
        let same = "SELECT 1 FROM git_repository WHERE id = ?1 AND phase = ?2 AND sweeps = ?3 AND place = ?4";
        let same = Statement::new(same).bind(store.repository).bind(self.phase);
        let mut batch = Batch::new();
        batch.guard(same.bind(self.sweeps).bind(self.place));
        batch
    }

    /// Marks what some marked objects refer to; where there are none left, begins the sweep.
    async fn mark<S: Sql>(&self, store: &Store<S>) -> Result<(), StoreError> {
        let one = |text: &'static str| Statement::new(text).bind(store.repository);
        let mut batch = self.step(store);
        // A ref that moved since is marked now.
        batch.add(one(
            "INSERT OR IGNORE INTO git_mark (repository, oid, open) SELECT repository, oid, 1 FROM git_ref
            WHERE repository = ?1",
        ));
        batch.add(one("SELECT oid FROM git_mark WHERE repository = ?1 AND open = 1 LIMIT ?2").bind(MARKED));
        let Outcome::Done(mut rows) = store.sql.batch(batch).await? else { return Ok(()) };
        let open = rows.pop().unwrap_or_default().into_iter();
        let mut wanted = open.map(|mut row| oid(row.bytes(0)?)).collect::<Result<Vec<_>, _>>()?;
        if wanted.is_empty() {
            return self.begin_sweep(store).await;
        }
        while !wanted.is_empty() {
            // A page at a time: what is read is marked as looked into before more is read.
            let mut batch = self.step(store);
            let mut links = Vec::new();
            let mut read = Vec::new();
            for (oid, object) in store.some(&mut wanted).await? {
                read.push(oid);
                links.extend(check::links(object.kind, &object.bytes).map_err(|_| StoreError::Damaged(oid))?);
            }
            for (is_open, blobs) in [(1, false), (0, true)] {
                let oids: Vec<Oid> = links
                    .iter()
                    .filter(|link| (link.kind == Kind::Blob) == blobs)
                    .map(|link| link.oid)
                    .collect();
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
            if !store.sql.batch(batch).await?.is_done() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Begins the sweep, if nothing came in between.
    async fn begin_sweep<S: Sql>(&self, store: &Store<S>) -> Result<(), StoreError> {
        let one = |text: &'static str| Statement::new(text).bind(store.repository);
        let mut batch = self.step(store);
        batch.guard(one(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM git_mark WHERE repository = ?1 AND open = 1)",
        ));
        batch.guard(one(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM git_ref r WHERE r.repository = ?1 AND NOT EXISTS
            (SELECT 1 FROM git_mark m WHERE m.repository = r.repository AND m.oid = r.oid))",
        ));
        let begin = "UPDATE git_repository SET phase = ?2, place = 0, sweeps = sweeps + 1 WHERE id = ?1";
        batch.add(one(begin).bind(SWEEPING));
        // All of them: whatever the refs reach is marked, and what is being pushed is checked again.
        batch.add(one("UPDATE git_pack SET state = 2 WHERE repository = ?1 AND state = 1"));
        // Refused, it is tried again after what came in between has been marked.
        store.sql.batch(batch).await?;
        Ok(())
    }

    /// Deletes what is not marked among the next rows.
    async fn sweep<S: Sql>(&self, store: &Store<S>) -> Result<u64, StoreError> {
        let end = Statement::new(
            "SELECT max(id) FROM (SELECT id FROM git_object WHERE id > ?1 ORDER BY id LIMIT ?2)",
        );
        let rows = store.sql.query(end.bind(self.place).bind(SWEPT)).await?;
        let end = rows.first().filter(|row| !row.is_null(0)).map(|row| row.integer(0)).transpose()?;
        let mut batch = self.step(store);
        let forward = Statement::new("UPDATE git_repository SET place = ?2, phase = ?3 WHERE id = ?1");
        let forward = forward.bind(store.repository);
        let Some(end) = end else {
            batch.add(forward.bind(0).bind(CLEARING));
            for text in [
                "DELETE FROM git_pack WHERE repository = ?1 AND state = 2
                AND NOT EXISTS (SELECT 1 FROM git_object o WHERE o.pack = git_pack.id)",
                // What is left of the packs is all marked, and seen again without the marks.
                "UPDATE git_pack SET state = 1 WHERE repository = ?1 AND state = 2",
            ] {
                batch.add(Statement::new(text).bind(store.repository));
            }
            store.sql.batch(batch).await?;
            return Ok(0);
        };
        batch.add(forward.bind(end).bind(SWEEPING));
        // By the range of rows: without the sign the planner reads the whole repository each time.
        const GARBAGE: &str = "SELECT o.id FROM git_object o JOIN git_pack p ON p.id = o.pack
            WHERE o.id > ?2 AND o.id <= ?3 AND +o.repository = ?1 AND p.state = 2 AND NOT EXISTS
            (SELECT 1 FROM git_mark m WHERE m.repository = ?1 AND m.oid = o.oid)";
        for text in [
            format!("DELETE FROM git_part WHERE object IN ({GARBAGE})"),
            format!("DELETE FROM git_object WHERE id IN ({GARBAGE}) RETURNING 1"),
        ] {
            batch.add(Statement::new(text).bind(store.repository).bind(self.place).bind(end));
        }
        match store.sql.batch(batch).await? {
            Outcome::Done(rows) => Ok(rows.last().map_or(0, |rows| rows.len() as u64)),
            // Somebody else collects too, and has taken this step.
            Outcome::Refused(_) => Ok(0),
        }
    }

    /// Takes marks away; returns whether none is left.
    async fn clear<S: Sql>(&self, store: &Store<S>) -> Result<bool, StoreError> {
        let mut batch = self.step(store);
        let some = Statement::new(
            "DELETE FROM git_mark WHERE repository = ?1 AND oid IN
            (SELECT oid FROM git_mark WHERE repository = ?1 LIMIT ?2)",
        );
        batch.add(some.bind(store.repository).bind(SWEPT));
        let over = Statement::new(
            "UPDATE git_repository SET phase = ?2 WHERE id = ?1
            AND NOT EXISTS (SELECT 1 FROM git_mark WHERE repository = ?1) RETURNING 1",
        );
        batch.add(over.bind(store.repository).bind(IDLE));
        match store.sql.batch(batch).await? {
            Outcome::Done(rows) => Ok(rows.last().is_some_and(|rows| !rows.is_empty())),
            Outcome::Refused(_) => Ok(false),
        }
    }
}

fn joined(oids: &[Oid]) -> Vec<u8> {
    oids.iter().flat_map(|oid| oid.bytes()).copied().collect()
}
