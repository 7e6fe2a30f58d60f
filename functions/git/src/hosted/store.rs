//! Objects in SQL: found, read and inflated in pages of bounded size.

use std::collections::BTreeMap;
use std::io::Read as _;

use fairlead_sql::{Row, Sql, SqlError, Statement};
use flate2::bufread::ZlibDecoder;

use crate::object::{Kind, Object, Oid};
use crate::pack;

/// The most bytes of an object in one row; the rest is in further rows. Rows hold 2 MB on the strictest host.
pub(super) const CHUNK: usize = 1 << 20;
/// How many objects are looked up at once.
pub(super) const PAGE: usize = 512;
/// How many bytes of objects are held at once, beyond the first of them.
const BUDGET: u64 = 4 << 20;
/// Commits around one that is read are likely to be its parents: how many rows are looked at on either side.
const NEIGHBOURS: i64 = 200;
/// The longest commit that comes along unasked, compressed and not.
const NEIGHBOUR: i64 = 16 << 10;

/// What of `o` can be seen: what has landed (while a collection runs, only what it keeps) and the pack `?2`.
pub(super) const VISIBLE: &str = "EXISTS (SELECT 1 FROM git_pack p WHERE p.id = o.pack AND (p.state = 1 OR p.id = ?2 \
    OR (p.state = 2 AND EXISTS (SELECT 1 FROM git_mark m WHERE m.repository = o.repository AND m.oid = o.oid))))";

/// Why objects cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// An object that others refer to is not there.
    #[error("the object {0} is not there")]
    Missing(Oid),
    /// An object is not what it was when it was written.
    #[error("the object {0} is damaged")]
    Damaged(Oid),
    /// What it builds on has been collected meanwhile.
    #[error("the repository is being cleaned up: push again")]
    Swept,
    /// The push took so long that it was given up.
    #[error("the push was given up because nothing came for an hour: push again")]
    GivenUp,
}

/// The objects of one repository, and of the one pack in flight that `pack` names (0 for none).
#[derive(Debug, Clone)]
pub(super) struct Store<S> {
    pub(super) sql: S,
    pub(super) repository: i64,
    pub(super) pack: i64,
}

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    id: i64,
    /// What it is.
    pub(super) kind: Kind,
    /// Its length.
    pub(super) size: u64,
    /// Its length compressed.
    stored: u64,
}

/// An object as it is kept.
#[derive(Debug)]
pub(super) struct Packed {
    /// Its id.
    pub(super) oid: Oid,
    /// What it is.
    pub(super) kind: Kind,
    /// Its length.
    pub(super) size: u64,
    /// Its bytes as one zlib stream.
    pub(super) bytes: Vec<u8>,
}

impl<S: Sql> Store<S> {
    /// Looks objects up; those that are not there are left out.
    pub(super) async fn find(&self, oids: &[Oid]) -> Result<BTreeMap<Oid, Found>, StoreError> {
        let mut found = BTreeMap::new();
        for page in oids.chunks(PAGE) {
            let text = format!(
                "WITH RECURSIVE place (at) AS (SELECT 1 UNION ALL SELECT at + 20 FROM place WHERE at + 20 < length(?3))
                SELECT o.oid, o.id, o.kind, o.size, o.stored FROM place CROSS JOIN git_object o
                ON o.repository = ?1 AND o.oid = substr(?3, place.at, 20) WHERE {VISIBLE}"
            );
            for mut row in self.sql.query(self.statement(text).bind(joined(page))).await? {
                found.insert(oid(row.bytes(0)?)?, Found::read(&row)?);
            }
        }
        Ok(found)
    }

    /// Whether all of some objects are there; the first that is not, where not.
    pub(super) async fn missing(&self, oids: &[Oid]) -> Result<Option<Oid>, StoreError> {
        let found = self.find(oids).await?;
        Ok(oids.iter().find(|oid| !found.contains_key(oid)).copied())
    }

    /// Takes objects off the end of `wanted`, as many as may be held at once, and reads them as they are kept.
    pub(super) async fn packed(&self, wanted: &mut Vec<Oid>) -> Result<Vec<Packed>, StoreError> {
        let page = wanted.split_off(wanted.len().saturating_sub(PAGE));
        let found = self.find(&page).await?;
        let mut held = 0;
        let mut taken = Vec::new();
        for (place, oid) in page.iter().enumerate().rev() {
            let at = found.get(oid).ok_or(StoreError::Missing(*oid))?;
            if !taken.is_empty() && held + at.size.max(at.stored) > BUDGET {
                wanted.extend_from_slice(&page[..=place]);
                break;
            }
            held += at.size.max(at.stored);
            taken.push((*oid, *at));
        }
        let mut rows = self.rows(&taken).await?;
        taken
            .into_iter()
            .map(|(oid, at)| {
                let bytes = rows.remove(&at.id).ok_or(StoreError::Missing(oid))?;
                Ok(Packed { oid, kind: at.kind, size: at.size, bytes })
            })
            .collect()
    }

    /// Likewise, inflated.
    pub(super) async fn some(&self, wanted: &mut Vec<Oid>) -> Result<Vec<(Oid, Object)>, StoreError> {
        self.packed(wanted)
            .await?
            .into_iter()
            .map(|packed| packed.inflated().map(|object| (packed.oid, object)))
            .collect()
    }

    /// One object.
    pub(super) async fn read(&self, oid: Oid) -> Result<Object, StoreError> {
        let mut objects = self.some(&mut vec![oid]).await?;
        objects.pop().map(|(_, object)| object).ok_or(StoreError::Missing(oid))
    }

    /// A commit, and commits that lie near it: histories are written in their order.
    pub(super) async fn commits_near(&self, wanted: Oid) -> Result<Vec<(Oid, Object)>, StoreError> {
        let found = self.find(&[wanted]).await?;
        let at = found.get(&wanted).ok_or(StoreError::Missing(wanted))?;
        if at.kind != Kind::Commit || at.stored > CHUNK as u64 {
            return Ok(vec![(wanted, self.read(wanted).await?)]);
        }
        let text = format!(
            "SELECT o.oid, o.id, o.kind, o.size, o.stored, o.bytes FROM git_object o
            WHERE o.id BETWEEN ?3 AND ?4 AND +o.repository = ?1 AND o.kind = 1
            AND (o.size < ?5 AND o.stored < ?5 OR o.id = ?6) AND {VISIBLE}"
        );
        // By the range of rows: without the sign the planner reads the whole repository each time.
        let statement = self
            .statement(text)
            .bind(at.id - NEIGHBOURS)
            .bind(at.id + NEIGHBOURS)
            .bind(NEIGHBOUR)
            .bind(at.id);
        let mut commits = Vec::new();
        for mut row in self.sql.query(statement).await? {
            let oid = oid(row.bytes(0)?)?;
            let Found { kind, size, .. } = Found::read(&row)?;
            commits.push((oid, Packed { oid, kind, size, bytes: row.bytes(5)? }.inflated()?));
        }
        Ok(commits)
    }

    /// A statement whose first two parameters are the repository and the pack in flight.
    pub(super) fn statement(&self, text: impl Into<std::borrow::Cow<'static, str>>) -> Statement {
        Statement::new(text).bind(self.repository).bind(self.pack)
    }

    /// The compressed bytes by row.
    async fn rows(&self, wanted: &[(Oid, Found)]) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
        let mut bytes = BTreeMap::new();
        for page in wanted.chunks(Statement::MAX_VALUES) {
            let marks: Vec<String> = (1..=page.len()).map(|place| format!("?{place}")).collect();
            // Whole pages share one text, which is prepared once.
            let text = format!("SELECT id, bytes FROM git_object WHERE id IN ({})", marks.join(","));
            let statement =
                page.iter().fold(Statement::new(text), |statement, (_, at)| statement.bind(at.id));
            for mut row in self.sql.query(statement).await? {
                bytes.insert(row.integer(0)?, row.bytes(1)?);
            }
        }
        for (_, at) in wanted.iter().filter(|(_, at)| at.stored > CHUNK as u64) {
            let whole = bytes.entry(at.id).or_default();
            // Part by part, so that no answer is longer than a row.
            for number in 1..at.stored.div_ceil(CHUNK as u64) {
                let part = Statement::new("SELECT bytes FROM git_part WHERE object = ?1 AND number = ?2")
                    .bind(at.id)
                    .bind(i64::try_from(number).unwrap_or(i64::MAX));
                for mut row in self.sql.query(part).await? {
                    whole.extend_from_slice(&row.bytes(0)?);
                }
            }
        }
        Ok(bytes)
    }
}

impl Found {
    /// Reads the columns that follow the id of the object.
    fn read(row: &Row) -> Result<Found, SqlError> {
        let length = |place| row.integer(place).map(i64::unsigned_abs);
        Ok(Found { id: row.integer(1)?, kind: kind(row.integer(2)?)?, size: length(3)?, stored: length(4)? })
    }
}

impl Packed {
    /// The object, verified to be what its id says.
    fn inflated(&self) -> Result<Object, StoreError> {
        let mut bytes = Vec::new();
        let limit = self.size.saturating_add(1);
        let read = ZlibDecoder::new(self.bytes.as_slice()).take(limit).read_to_end(&mut bytes);
        let object = Object { kind: self.kind, bytes };
        if read.is_err() || object.oid() != self.oid {
            return Err(StoreError::Damaged(self.oid));
        }
        Ok(object)
    }
}

/// The kind that a number stands for, in packs and in the tables.
pub(super) fn kind(number: i64) -> Result<Kind, SqlError> {
    [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag]
        .into_iter()
        .find(|kind| i64::from(pack::number(*kind)) == number)
        .ok_or_else(|| SqlError::Row(format!("no kind of object has the number {number}")))
}

/// An id out of its bytes.
pub(super) fn oid(bytes: Vec<u8>) -> Result<Oid, SqlError> {
    let length = bytes.len();
    <[u8; 20]>::try_from(bytes)
        .map(Oid::Sha1)
        .map_err(|_| SqlError::Row(format!("an object id has {length} bytes and not 20")))
}

/// Ids one after the other, as one parameter.
fn joined(oids: &[Oid]) -> Vec<u8> {
    oids.iter().flat_map(|oid| oid.bytes()).copied().collect()
}
