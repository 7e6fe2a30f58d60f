//! A hosted repository as one that commits land in.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_sql::Sql;

use super::incoming::{Incoming, Unconnected};
use super::landing::{self, Landing as Outcome, Move};
use super::store::{Packed, StoreError};
use super::unpack::packed;
use super::{Hosted, refs};
use crate::object::{Kind, Object, Oid, Outline};
use crate::reference::{Branch, RefName};
use crate::repository::{LandError, Landed, Landing, Past, Planned, Repository, RepositoryError, Strategy};

impl<S: Sql> Repository for Hosted<S> {
    fn name(&self) -> &str {
        &self.name
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        let refs = self.refs().await.map_err(|error| self.failed(&error))?;
        Ok(refs.head().and_then(|_| RefName::parse(&refs.head).ok()?.branch()))
    }

    async fn head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        refs::one(&self.store, branch.reference().as_str()).await.map_err(|error| self.failed(&error))
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        let read = async {
            let found = self.store.find(wanted).await?;
            let mut left: Vec<Oid> = found.into_keys().collect();
            let mut objects = BTreeMap::new();
            while !left.is_empty() {
                objects.extend(self.store.some(&mut left).await?);
            }
            Ok(objects)
        };
        read.await.map_err(|error: StoreError| self.failed(&error))
    }

    async fn history(&self, head: Oid, depth: usize) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        let mut history = Vec::new();
        let mut near: BTreeMap<Oid, Object> = BTreeMap::new();
        let mut seen = BTreeSet::from([head]);
        let mut round = vec![head];
        for _ in 0..depth {
            let mut next = Vec::new();
            for oid in round {
                if !near.contains_key(&oid) {
                    let read = self.store.commits_near(oid).await.map_err(|error| self.failed(&error))?;
                    near = read.into_iter().collect();
                }
                let object = near.get(&oid).ok_or_else(|| self.failed(&StoreError::Missing(oid)))?;
                let outline = Outline::parse(&object.bytes).map_err(|source| RepositoryError::Commit {
                    repository: self.name.clone(),
                    oid,
                    source,
                })?;
                next.extend(outline.parents.iter().copied().filter(|parent| seen.insert(*parent)));
                history.push((oid, outline.into()));
            }
            if next.is_empty() {
                break;
            }
            round = next;
        }
        Ok(history)
    }

    async fn land(&self, landing: &Landing) -> Result<Landed, LandError> {
        let failed = |error: StoreError| LandError::Repository(self.failed(&error));
        let head = landing.commits.last().ok_or_else(|| LandError::Unfit {
            strategy: Strategy::Hosted,
            why: "there is no commit".to_owned(),
        })?;
        let mut incoming = Incoming::open(&self.store, &self.clock).await.map_err(failed)?;
        let landed = self.land_pack(landing, head.oid, &mut incoming).await;
        if landed.is_err() {
            // A pack that has landed after all is left alone.
            let _ = incoming.discard().await;
        }
        landed.map(|()| Landed {
            commits: landing.commits.iter().map(|planned| planned.oid).collect(),
            strategy: Strategy::Hosted,
            messages: String::new(),
        })
    }
}

impl<S: Sql> Hosted<S> {
    async fn land_pack(
        &self,
        landing: &Landing,
        head: Oid,
        incoming: &mut Incoming<S>,
    ) -> Result<(), LandError> {
        let failed = |error: StoreError| LandError::Repository(self.failed(&error));
        for planned in &landing.commits {
            for object in objects(planned) {
                incoming.add(object).await.map_err(failed)?;
            }
        }
        incoming.flush().await.map_err(failed)?;
        let store = &incoming.store;
        let one = Move {
            name: landing.branch.reference().clone(),
            old: landing.old,
            new: Some((head, None)),
            loses: false,
        };
        // A collection that comes in between is over before another one begins.
        for _ in 0..2 {
            let sweeps = landing::sweeps(store).await.map_err(failed)?;
            match incoming.connected().await {
                Ok(()) => {}
                Err(Unconnected::Store(error)) => return Err(failed(error)),
                // Planned again on what is there now, it brings everything.
                Err(Unconnected::Swept) => return Err(failed(StoreError::Swept)),
                Err(Unconnected::Broken(error)) => return Err(self.refused(landing, error.to_string())),
            }
            match landing::land(store, &self.clock, Some(incoming), &[&one], sweeps).await {
                Ok(Outcome::Done) => return Ok(()),
                Ok(Outcome::Swept) => {}
                Ok(Outcome::GivenUp) => return Err(failed(StoreError::GivenUp)),
                Ok(Outcome::Stale(_)) => {
                    let head = self.head(&landing.branch).await?;
                    if head == landing.old {
                        return Err(
                            self.refused(landing, "its name stands in the way of another ref".to_owned())
                        );
                    }
                    return Err(LandError::Moved { branch: landing.branch.clone(), head });
                }
                Err(error) => return Err(LandError::Unknown(error.to_string())),
            }
        }
        Err(failed(StoreError::Swept))
    }

    fn refused(&self, landing: &Landing, rule: String) -> LandError {
        LandError::Refused { repository: self.name.clone(), branch: landing.branch.clone(), rule }
    }

    fn failed(&self, error: &StoreError) -> RepositoryError {
        RepositoryError::Storage { repository: self.name.clone(), why: error.to_string() }
    }
}

/// Everything that is new in a commit, as it is kept.
fn objects(planned: &Planned) -> impl Iterator<Item = Packed> {
    let blobs = planned
        .edits
        .values()
        .flatten()
        .map(|blob| packed(&Object { kind: Kind::Blob, bytes: blob.bytes().to_vec() }));
    blobs.chain(planned.trees.iter().map(packed)).chain(std::iter::once(packed(&planned.commit.object())))
}
