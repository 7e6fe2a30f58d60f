//! Refs: listed, and moved by compare-and-swap.

use std::collections::BTreeMap;

use fairlead_sql::{Batch, Sql, Statement};

use super::check;
use super::store::{Store, StoreError, oid};
use crate::object::{Kind, Oid};
use crate::reference::RefName;

/// The longest chain of tags of tags that is followed.
const MAX_TAGS: usize = 16;

/// A repository's refs at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refs {
    /// The branch that a clone checks out, whether it is there or not.
    pub head: String,
    /// Every ref, by its name in full.
    pub all: BTreeMap<String, Ref>,
}

/// What one ref is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ref {
    /// The object.
    pub oid: Oid,
    /// What an annotated tag is of, in the end.
    pub peeled: Option<Oid>,
}

impl Refs {
    /// What `HEAD` is at, where its branch is there.
    pub fn head(&self) -> Option<Oid> {
        self.all.get(&self.head).map(|at| at.oid)
    }
}

/// Reads all refs; one statement, so that they are of one moment.
pub(super) async fn all<S: Sql>(store: &Store<S>) -> Result<Refs, StoreError> {
    let statement = Statement::new(
        "SELECT head, NULL, NULL FROM git_repository WHERE id = ?1 UNION ALL
        SELECT name, oid, peeled FROM git_ref WHERE repository = ?1",
    );
    let mut refs = Refs::default();
    for mut row in store.sql.query(statement.bind(store.repository)).await? {
        let name = row.text(0)?;
        if row.is_null(1) {
            refs.head = name;
            continue;
        }
        let peeled = if row.is_null(2) { None } else { Some(oid(row.bytes(2)?)?) };
        refs.all.insert(name, Ref { oid: oid(row.bytes(1)?)?, peeled });
    }
    Ok(refs)
}

/// One ref as it is now.
pub(super) async fn one<S: Sql>(store: &Store<S>, name: &str) -> Result<Option<Oid>, StoreError> {
    let statement = Statement::new("SELECT oid FROM git_ref WHERE repository = ?1 AND name = ?2")
        .bind(store.repository)
        .bind(name);
    let mut rows = store.sql.query(statement).await?;
    rows.first_mut().map(|row| Ok(oid(row.bytes(0)?)?)).transpose()
}

/// Adds the statements that move a ref from `old` to `new`, guards that hold only where it is at `old`.
pub(super) fn swap<S: Sql>(
    store: &Store<S>,
    batch: &mut Batch,
    name: &RefName,
    old: Option<Oid>,
    new: Option<(Oid, Option<Oid>)>,
) {
    let statement = |text: &'static str| Statement::new(text).bind(store.repository).bind(name.as_str());
    match (old, new) {
        (Some(old), Some((new, peeled))) => batch.guard(
            statement(
                "UPDATE git_ref SET oid = ?4, peeled = ?5 WHERE repository = ?1 AND name = ?2 AND oid = ?3 RETURNING 1",
            )
            .bind(old.bytes())
            .bind(new.bytes())
            .bind(peeled.as_ref().map(Oid::bytes)),
        ),
        (Some(old), None) => batch.guard(
            statement("DELETE FROM git_ref WHERE repository = ?1 AND name = ?2 AND oid = ?3 RETURNING 1")
                .bind(old.bytes()),
        ),
        (None, Some((new, peeled))) => create(store, batch, name, new, peeled),
        (None, None) => {}
    }
}

fn create<S: Sql>(store: &Store<S>, batch: &mut Batch, name: &RefName, new: Oid, peeled: Option<Oid>) {
    let statement = |text: String| Statement::new(text).bind(store.repository).bind(name.as_str());
    // Clones keep refs as files: `a` and `a/b` cannot both be there. `0` is the character after `/`.
    let above: Vec<&str> = name.as_str().match_indices('/').map(|(at, _)| &name.as_str()[..at]).collect();
    let marks: Vec<String> = (5..5 + above.len()).map(|place| format!("?{place}")).collect();
    let text = format!(
        "INSERT INTO git_ref (repository, name, oid, peeled) SELECT ?1, ?2, ?3, ?4
        WHERE NOT EXISTS (SELECT 1 FROM git_ref WHERE repository = ?1 AND name IN (?2, {}))
        AND NOT EXISTS (SELECT 1 FROM git_ref WHERE repository = ?1 AND name > ?2 || '/' AND name < ?2 || '0')
        RETURNING 1",
        marks.join(", ")
    );
    let insert = statement(text).bind(new.bytes()).bind(peeled.as_ref().map(Oid::bytes));
    batch.guard(above.into_iter().fold(insert, Statement::bind));
    // The first branch of an empty repository is the one that clones check out, whatever it is called.
    if name.branch().is_some() {
        batch.add(statement(
            "UPDATE git_repository SET head = ?2 WHERE id = ?1 AND NOT EXISTS
            (SELECT 1 FROM git_ref WHERE repository = ?1 AND name > 'refs/heads/' AND name < 'refs/heads0' AND name <> ?2)"
                .to_owned(),
        ));
    }
}

/// What an object is, and for a tag what it is of in the end.
pub(super) async fn peel<S: Sql>(store: &Store<S>, start: Oid) -> Result<(Oid, Kind), StoreError> {
    let mut at = start;
    for _ in 0..MAX_TAGS {
        let found = store.find(&[at]).await?;
        let kind = found.get(&at).ok_or(StoreError::Missing(at))?.kind;
        if kind != Kind::Tag {
            return Ok((at, kind));
        }
        let tag = store.read(at).await?;
        at = check::tag(&tag.bytes).map_err(|_| StoreError::Damaged(at))?.oid;
    }
    // Nothing is made of so long a chain; it stays a tag.
    Ok((at, Kind::Tag))
}
