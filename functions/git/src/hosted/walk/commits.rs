//! Histories: what is an ancestor of what, and what lies between.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use fairlead_sql::Sql;

use super::super::check::{self, CommitHead};
use super::super::store::{Store, StoreError};
use crate::object::{Kind, Oid};

/// The commits of a repository, read once each.
pub(in super::super) struct Commits<S> {
    store: Store<S>,
    heads: BTreeMap<Oid, CommitHead>,
    /// Commits that count as having no parents: where a client's history ends.
    pub(in super::super) grafts: BTreeSet<Oid>,
}

/// The commits that one side lacks.
#[derive(Debug, Default)]
pub(in super::super) struct Selected {
    /// Them, newest first as far as their dates tell.
    pub(in super::super) commits: Vec<Oid>,
    /// Which commits the other side has, as far as they were met.
    pub(in super::super) known: BTreeSet<Oid>,
}

impl<S: Sql> Commits<S> {
    pub(in super::super) fn new(store: Store<S>) -> Commits<S> {
        Commits { store, heads: BTreeMap::new(), grafts: BTreeSet::new() }
    }

    /// A commit's headers, with all its parents.
    pub(in super::super) async fn head(&mut self, oid: Oid) -> Result<&CommitHead, StoreError> {
        if !self.heads.contains_key(&oid) {
            for (near, object) in self.store.commits_near(oid).await? {
                let damaged = |_| StoreError::Damaged(near);
                if object.kind != Kind::Commit {
                    return Err(StoreError::Damaged(near));
                }
                self.heads.insert(near, check::commit(&object.bytes).map_err(damaged)?);
            }
        }
        self.heads.get(&oid).ok_or(StoreError::Missing(oid))
    }

    /// A commit's parents as the client sees them.
    pub(in super::super) async fn parents(&mut self, oid: Oid) -> Result<Vec<Oid>, StoreError> {
        if self.grafts.contains(&oid) {
            return Ok(Vec::new());
        }
        self.head(oid).await.map(|head| head.parents.clone())
    }

    pub(in super::super) async fn seconds(&mut self, oid: Oid) -> Result<i64, StoreError> {
        self.head(oid).await.map(|head| head.seconds)
    }

    /// Whether `new` is `old` or builds on it.
    pub(in super::super) async fn builds_on(&mut self, new: Oid, old: Oid) -> Result<bool, StoreError> {
        let reached = self.reaches(new, &BTreeSet::from([old]), i64::MIN).await?;
        Ok(reached)
    }

    /// Whether any of `targets` is `start` or an ancestor of it, looking no further back than `oldest`.
    pub(in super::super) async fn reaches(
        &mut self,
        start: Oid,
        targets: &BTreeSet<Oid>,
        oldest: i64,
    ) -> Result<bool, StoreError> {
        let mut seen = BTreeSet::from([start]);
        let mut queue = BinaryHeap::from([(self.seconds(start).await?, start)]);
        while let Some((seconds, oid)) = queue.pop() {
            if targets.contains(&oid) {
                return Ok(true);
            }
            if seconds < oldest {
                continue;
            }
            for parent in self.parents(oid).await? {
                if seen.insert(parent) {
                    queue.push((self.seconds(parent).await?, parent));
                }
            }
        }
        Ok(false)
    }

    /// The commits of `wants` and below that are not those of `haves` and below. Where clocks went wrong it may be some
    /// more, never fewer.
    pub(in super::super) async fn between(
        &mut self,
        wants: &[Oid],
        haves: &[Oid],
    ) -> Result<Selected, StoreError> {
        let mut known = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut queue = BinaryHeap::new();
        // How many commits in the queue are not known to the other side.
        let mut open: usize = 0;
        for (oid, have) in haves.iter().map(|oid| (*oid, true)).chain(wants.iter().map(|oid| (*oid, false))) {
            if have {
                known.insert(oid);
            }
            if seen.insert(oid) {
                queue.push((self.seconds(oid).await?, oid));
                open += usize::from(!known.contains(&oid));
            }
        }
        let mut commits = Vec::new();
        while open > 0 {
            let Some((_, oid)) = queue.pop() else { break };
            let have = known.contains(&oid);
            if !have {
                open -= 1;
                commits.push(oid);
            }
            for parent in self.parents(oid).await? {
                let new = seen.insert(parent);
                if have && known.insert(parent) && !new {
                    open -= self.spread(parent, &mut known, &queue);
                }
                if new {
                    queue.push((self.seconds(parent).await?, parent));
                    open += usize::from(!known.contains(&parent));
                }
            }
        }
        commits.retain(|oid| !known.contains(oid));
        Ok(Selected { commits, known })
    }

    /// A commit that was taken for new turns out to be known: so are those below it that have been met. Returns how
    /// many of them are in the queue.
    fn spread(&self, start: Oid, known: &mut BTreeSet<Oid>, queue: &BinaryHeap<(i64, Oid)>) -> usize {
        let mut turned = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(oid) = open.pop() {
            if self.grafts.contains(&oid) {
                continue;
            }
            let parents = self.heads.get(&oid).map(|head| head.parents.as_slice()).unwrap_or_default();
            for parent in parents {
                // Only those that were read can have been met; the others are met later, from commits that are known.
                if self.heads.contains_key(parent) && known.insert(*parent) {
                    turned.insert(*parent);
                    open.push(*parent);
                }
            }
        }
        queue.iter().filter(|(_, oid)| turned.contains(oid)).count()
    }
}
