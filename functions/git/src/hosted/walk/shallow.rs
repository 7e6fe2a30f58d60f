//! Histories cut short: where a client's ends, and where it wants it to end.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fairlead_sql::Sql;

use super::super::store::StoreError;
use super::commits::Commits;
use crate::object::Oid;

/// The depth that stands for no limit.
const INFINITE: u32 = 0x7fff_ffff;

/// How deep a client wants the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Deepen {
    /// So many commits.
    pub(in super::super) depth: Option<u32>,
    /// The depth counts from where the client's history ends now.
    pub(in super::super) relative: bool,
    /// Nothing older than that, in seconds since 1970.
    pub(in super::super) since: Option<i64>,
    /// Nothing that these commits have.
    pub(in super::super) not: Vec<Oid>,
}

/// Where histories end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Shallow {
    /// Commits whose parents the client will not have.
    pub(in super::super) shallow: BTreeSet<Oid>,
    /// Commits whose parents it did not have and gets now.
    pub(in super::super) unshallow: BTreeSet<Oid>,
}

impl Deepen {
    /// Whether anything was asked for.
    pub(in super::super) fn is_asked(&self) -> bool {
        self.depth.is_some() || self.since.is_some() || !self.not.is_empty()
    }
}

/// Finds the new ends, given the commits wanted and where the client's history ends now.
pub(in super::super) async fn deepen<S: Sql>(
    commits: &mut Commits<S>,
    wants: &[Oid],
    client: &BTreeSet<Oid>,
    deepen: &Deepen,
) -> Result<Shallow, StoreError> {
    let (inside, ends) = match deepen.depth {
        Some(depth) if depth >= INFINITE => {
            return Ok(Shallow { shallow: BTreeSet::new(), unshallow: client.clone() });
        }
        Some(depth) if deepen.relative => {
            let starts = reachable(commits, wants, client).await?;
            // From the client's ends downwards: these themselves are the first of the depth.
            by_depth(commits, &starts, depth.saturating_add(1)).await?
        }
        Some(depth) => by_depth(commits, wants, depth).await?,
        None => by_rules(commits, wants, deepen).await?,
    };
    let shallow = ends.difference(client).copied().collect();
    let unshallow =
        client.iter().filter(|oid| inside.contains(oid) && !ends.contains(oid)).copied().collect();
    Ok(Shallow { shallow, unshallow })
}

/// The commits within a depth, and those of them at its end that have parents.
async fn by_depth<S: Sql>(
    commits: &mut Commits<S>,
    starts: &[Oid],
    depth: u32,
) -> Result<(BTreeSet<Oid>, BTreeSet<Oid>), StoreError> {
    let mut depths: BTreeMap<Oid, u32> = starts.iter().map(|oid| (*oid, 1)).collect();
    let mut queue: VecDeque<Oid> = depths.keys().copied().collect();
    let mut ends = BTreeSet::new();
    // Breadth first: a commit is met first where it is nearest, and a start is nearer than anything.
    while let Some(oid) = queue.pop_front() {
        let at = depths.get(&oid).copied().unwrap_or(1);
        let parents = commits.head(oid).await?.parents.clone();
        if at >= depth {
            if !parents.is_empty() {
                ends.insert(oid);
            }
            continue;
        }
        for parent in parents {
            if let Entry::Vacant(new) = depths.entry(parent) {
                new.insert(at + 1);
                queue.push_back(parent);
            }
        }
    }
    Ok((depths.into_keys().collect(), ends))
}

/// The commits that are young enough and not excluded, and those of them with a parent that is not.
async fn by_rules<S: Sql>(
    commits: &mut Commits<S>,
    wants: &[Oid],
    deepen: &Deepen,
) -> Result<(BTreeSet<Oid>, BTreeSet<Oid>), StoreError> {
    let since = deepen.since.unwrap_or(i64::MIN);
    let excluded =
        if deepen.not.is_empty() { BTreeSet::new() } else { ancestors(commits, &deepen.not).await? };
    let mut inside = BTreeSet::new();
    let mut ends = BTreeSet::new();
    let mut queue: Vec<Oid> = Vec::new();
    for want in wants {
        // What was asked for by name comes, however old: a client without any commit could do nothing.
        if inside.insert(*want) {
            queue.push(*want);
        }
    }
    while let Some(oid) = queue.pop() {
        for parent in commits.head(oid).await?.parents.clone() {
            if excluded.contains(&parent) || commits.seconds(parent).await? < since {
                ends.insert(oid);
            } else if inside.insert(parent) {
                queue.push(parent);
            }
        }
    }
    Ok((inside, ends))
}

async fn ancestors<S: Sql>(commits: &mut Commits<S>, starts: &[Oid]) -> Result<BTreeSet<Oid>, StoreError> {
    let mut all: BTreeSet<Oid> = starts.iter().copied().collect();
    let mut open: Vec<Oid> = starts.to_vec();
    while let Some(oid) = open.pop() {
        for parent in commits.head(oid).await?.parents.clone() {
            if all.insert(parent) {
                open.push(parent);
            }
        }
    }
    Ok(all)
}

/// Those of the client's ends that the wanted commits build on.
async fn reachable<S: Sql>(
    commits: &mut Commits<S>,
    wants: &[Oid],
    client: &BTreeSet<Oid>,
) -> Result<Vec<Oid>, StoreError> {
    let all = ancestors(commits, wants).await?;
    Ok(client.iter().filter(|oid| all.contains(oid)).copied().collect())
}
