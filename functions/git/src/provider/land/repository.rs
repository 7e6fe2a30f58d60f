//! A repository that is read in one way and written through its provider's API.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use fairlead_fetch::Fetch;

use super::super::Provider;
use super::Terms;
use crate::object::{Object, Oid};
use crate::reference::Branch;
use crate::repository::{LandError, Landed, Landing, Past, Repository, RepositoryError, Strategy, Survey};

/// A repository whose commits land through its provider's API. What it is asked to read is read from `reader`, which is
/// most often a [`Remote`](crate::push::Remote): reading is seldom blocked where pushing is.
pub struct ByApi<'a, R, F> {
    reader: &'a R,
    provider: &'a Provider<F>,
    terms: Terms,
    tried: Cell<Strategy>,
}

impl<'a, R: Repository, F: Fetch> ByApi<'a, R, F> {
    /// The repository that `reader` reads, written through `provider`.
    pub fn new(reader: &'a R, provider: &'a Provider<F>, terms: Terms) -> ByApi<'a, R, F> {
        ByApi { reader, provider, terms, tried: Cell::new(provider.strategy()) }
    }
}

impl<R, F> fmt::Debug for ByApi<'_, R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByApi")
            .field("provider", &self.provider)
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}

impl<R: Repository, F: Fetch> Repository for ByApi<'_, R, F> {
    fn name(&self) -> &str {
        self.reader.name()
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        self.reader.default_branch().await
    }

    async fn head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        self.reader.head(branch).await
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        self.reader.objects(wanted).await
    }

    async fn root(&self, commit: Oid) -> Result<Option<Oid>, RepositoryError> {
        self.reader.root(commit).await
    }

    async fn survey(&self, commit: Oid) -> Result<Option<Survey>, RepositoryError> {
        self.reader.survey(commit).await
    }

    fn reads_ahead(&self) -> bool {
        self.reader.reads_ahead()
    }

    async fn trees(
        &self,
        roots: &[Oid],
        at_most: u32,
    ) -> Result<Option<BTreeMap<Oid, Object>>, RepositoryError> {
        self.reader.trees(roots, at_most).await
    }

    async fn history(&self, head: Oid, depth: usize) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        self.reader.history(head, depth).await
    }

    /// The way that was tried last.
    fn strategy(&self) -> Strategy {
        self.tried.get()
    }

    async fn land(&self, landing: &Landing) -> Result<Landed, LandError> {
        self.provider.land(self.reader, landing, self.terms, |strategy| self.tried.set(strategy)).await
    }
}
