//! One repository on a git server.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::transport::Transport;
use crate::cache::Cache;
use crate::object::{Object, Oid};
use crate::pack::Limits;
use crate::reference::Branch;
use crate::repository::{LandError, Landed, Landing, Past, Repository, RepositoryError};
use crate::said;
use crate::wire::{Offer, Service};

/// A repository that is read and written over git's own protocol.
#[derive(Debug)]
pub struct Remote<T> {
    pub(super) transport: T,
    pub(super) limits: Limits,
    pub(super) options: Vec<String>,
    pub(super) cache: Rc<Cache>,
    /// What the server offers to readers, once it was asked.
    pub(super) offer: RefCell<Option<Rc<Offer>>>,
    /// Where a server cannot leave objects out: the heads that were read, and everything that came with them.
    pub(super) tips: RefCell<BTreeSet<Oid>>,
    pub(super) held: RefCell<BTreeMap<Oid, Object>>,
    traffic: Cell<Traffic>,
}

/// What was asked of a server so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Requests, redirects not counted.
    pub requests: usize,
    /// Bytes of requests' bodies.
    pub sent: usize,
    /// Bytes of answers' bodies.
    pub received: usize,
}

impl Traffic {
    /// The same and so much more.
    #[must_use]
    pub fn plus(self, requests: usize, sent: usize, received: usize) -> Traffic {
        Traffic {
            requests: self.requests + requests,
            sent: self.sent + sent,
            received: self.received + received,
        }
    }
}

impl<T: Transport> Remote<T> {
    /// The repository behind `transport`, read within the usual limits.
    pub fn new(transport: T) -> Remote<T> {
        Remote {
            transport,
            limits: Limits::default(),
            options: Vec::new(),
            cache: Rc::default(),
            offer: RefCell::default(),
            tips: RefCell::default(),
            held: RefCell::default(),
            traffic: Cell::default(),
        }
    }

    /// The same with other limits of what one answer may hold.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Remote<T> {
        Remote { limits, ..self }
    }

    /// The same with a cache that others use too.
    #[must_use]
    pub fn with_cache(self, cache: Rc<Cache>) -> Remote<T> {
        Remote { cache, ..self }
    }

    /// The same with options for the server's hooks, as `git push --push-option` sends them.
    #[must_use]
    pub fn with_push_options(self, options: Vec<String>) -> Remote<T> {
        Remote { options, ..self }
    }

    /// What carries its requests.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// What was asked of the server so far.
    pub fn traffic(&self) -> Traffic {
        self.traffic.get()
    }

    pub(super) fn count(&self, requests: usize, sent: usize, received: usize) {
        self.traffic.set(self.traffic.get().plus(requests, sent, received));
    }

    /// The repository's name, for an error.
    pub(super) fn named(&self) -> String {
        self.transport.name().to_owned()
    }

    /// An answer that is not what the protocol promises. The server's own words may be in what is wrong with it.
    pub(super) fn wrong(&self, why: impl std::fmt::Display) -> RepositoryError {
        RepositoryError::Answer { repository: self.named(), why: said::line(&why.to_string()) }
    }

    /// What the server says first, as bytes.
    pub(super) async fn advertisement(&self, service: Service) -> Result<Vec<u8>, RepositoryError> {
        self.count(1, 0, 0);
        let body = self.transport.advertisement(service).await?;
        let collected = body.collect(MAX_REFS).await;
        let answer =
            collected.map_err(|source| RepositoryError::Body { repository: self.named(), source })?;
        self.count(0, 0, answer.len());
        Ok(answer)
    }
}

/// The longest list of refs that is read: half a million refs of usual names.
const MAX_REFS: usize = 48 << 20;

impl<T: Transport> Repository for Remote<T> {
    fn name(&self) -> &str {
        self.transport.name()
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        Ok(self.default_head().await?.map(|(branch, _)| branch))
    }

    async fn head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        self.read_head(branch).await
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        self.read_objects(wanted).await
    }

    async fn trees(
        &self,
        roots: &[Oid],
        at_most: u32,
    ) -> Result<Option<BTreeMap<Oid, Object>>, RepositoryError> {
        self.read_trees(roots, at_most).await
    }

    async fn history(&self, head: Oid, depth: usize) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        self.read_history(head, depth).await
    }

    async fn land(&self, landing: &Landing) -> Result<Landed, LandError> {
        self.push(landing).await
    }
}
