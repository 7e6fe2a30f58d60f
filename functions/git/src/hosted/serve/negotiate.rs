//! What both sides have.

use std::collections::BTreeSet;

use fairlead_sql::Sql;

use super::super::Hosted;
use super::super::store::StoreError;
use super::super::walk::Commits;
use super::fetch::{Fetch, tips};
use crate::object::{Kind, Oid};

/// For how many wanted commits it is found out whether more of the client's would tell nothing: each may take a walk through
/// the whole history. For more the client goes on telling.
const MAX_TIPS: usize = 100;
/// Clocks that are off by that many seconds do no harm.
const SKEW: i64 = 86_400;

/// The outcome of comparing what a client has with what is here.
pub(super) struct Common {
    /// What it has of ours, in its order.
    pub(super) acknowledged: Vec<Oid>,
    /// Those that are commits.
    pub(super) commits: Vec<Oid>,
}

/// Looks up what the client says it has.
pub(super) async fn common<S: Sql>(hosted: &Hosted<S>, fetch: &Fetch) -> Result<Common, StoreError> {
    let found = hosted.store.find(&fetch.haves).await?;
    let mut seen = BTreeSet::new();
    let acknowledged: Vec<Oid> =
        fetch.haves.iter().filter(|oid| found.contains_key(oid) && seen.insert(**oid)).copied().collect();
    let is_commit = |oid: &&Oid| found.get(oid).is_some_and(|at| at.kind == Kind::Commit);
    let commits = acknowledged.iter().filter(is_commit).copied().collect();
    Ok(Common { acknowledged, commits })
}

/// Whether more of the client's commits would tell nothing: each wanted commit builds on one that both have.
pub(super) async fn is_enough<S: Sql>(
    hosted: &Hosted<S>,
    fetch: &Fetch,
    common: &Common,
) -> Result<bool, StoreError> {
    if common.commits.is_empty() {
        return Ok(false);
    }
    let tips = tips(&hosted.store, &fetch.wants).await?;
    if tips.len() > MAX_TIPS {
        return Ok(false);
    }
    let mut commits = Commits::new(hosted.store.clone());
    let mut oldest = i64::MAX;
    for oid in &common.commits {
        oldest = oldest.min(commits.seconds(*oid).await?);
    }
    let targets = common.commits.iter().copied().collect();
    for tip in tips {
        if !commits.reaches(tip, &targets, oldest.saturating_sub(SKEW)).await? {
            return Ok(false);
        }
    }
    Ok(true)
}
