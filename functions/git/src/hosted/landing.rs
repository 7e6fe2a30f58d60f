//! The one moment in which a push becomes part of the repository.

use fairlead_sql::{Batch, Outcome, Sql, Statement};

use super::incoming::{Clock, Incoming};
use super::refs;
use super::store::{Store, StoreError};
use crate::object::Oid;
use crate::reference::RefName;

/// A ref to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    /// The ref.
    pub(super) name: RefName,
    /// What it must be at; `None` where it must not exist.
    pub(super) old: Option<Oid>,
    /// What it becomes, and what that is of where it is a tag; `None` where it is deleted.
    pub(super) new: Option<(Oid, Option<Oid>)>,
    /// Whether objects may be out of every ref's reach afterwards.
    pub(super) loses: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Landing {
    /// Everything moved.
    Done,
    /// This ref is not where it was; nothing moved.
    Stale(RefName),
    /// A collection has begun to delete since the objects were checked: check them again.
    Swept,
    /// The push was given up meanwhile.
    GivenUp,
}

/// How often collections have begun to delete; what was checked holds as long as it stays the same.
pub(super) async fn sweeps<S: Sql>(store: &Store<S>) -> Result<i64, StoreError> {
    let statement = Statement::new("SELECT sweeps FROM git_repository WHERE id = ?1").bind(store.repository);
    let rows = store.sql.query(statement).await?;
    Ok(rows.first().ok_or(StoreError::GivenUp)?.integer(0)?)
}

/// Notes that from now on something may be out of every ref's reach.
pub(super) async fn litter<S: Sql>(store: &Store<S>, clock: &Clock) -> Result<(), StoreError> {
    store.sql.query(garbage(store, clock)).await?;
    Ok(())
}

fn garbage<S>(store: &Store<S>, clock: &Clock) -> Statement {
    // 0 stands for none.
    let now = clock().max(1);
    Statement::new("UPDATE git_repository SET garbage = ?2 WHERE id = ?1 AND garbage = 0")
        .bind(store.repository)
        .bind(now)
}

/// Moves refs and lets the pack land, all in one batch.
pub(super) async fn land<S: Sql>(
    store: &Store<S>,
    clock: &Clock,
    incoming: Option<&Incoming<S>>,
    moves: &[&Move],
    sweeps: i64,
) -> Result<Landing, StoreError> {
    let mut batch = Batch::new();
    let same = Statement::new("SELECT 1 FROM git_repository WHERE id = ?1 AND sweeps = ?2");
    batch.guard(same.bind(store.repository).bind(sweeps));
    if let Some(incoming) = incoming {
        batch.guard(incoming.landing());
    }
    let mut places = Vec::new();
    // What goes makes room: `a` may become `a/b` in one push.
    let (gone, come): (Vec<&&Move>, Vec<&&Move>) = moves.iter().partition(|one| one.new.is_none());
    for one in gone.into_iter().chain(come) {
        places.push((batch.len(), &one.name));
        refs::swap(store, &mut batch, &one.name, one.old, one.new);
    }
    if moves.iter().any(|one| one.loses) {
        batch.add(garbage(store, clock));
    }
    match store.sql.batch(batch).await? {
        Outcome::Done(_) => Ok(Landing::Done),
        Outcome::Refused(0) => Ok(Landing::Swept),
        Outcome::Refused(place) => Ok(places
            .iter()
            .find(|(at, _)| *at == place)
            .map_or(Landing::GivenUp, |(_, name)| Landing::Stale((*name).clone()))),
    }
}
