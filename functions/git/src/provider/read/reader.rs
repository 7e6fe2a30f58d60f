//! A repository that is read through its provider's API.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use fairlead_fetch::{BodyError, Fetch};
use http::HeaderMap;

use super::super::call::Call;
use super::super::dialect::Unreadable;
use super::super::{Kind, Provider, ProviderError, Terms};
use super::gitea::Gitea;
use super::github::Github;
use super::gitlab::Gitlab;
use super::source::{Place, Source, Told};
use crate::cache::Cache;
use crate::object::{Object, Oid};
use crate::reference::Branch;
use crate::repository::{LandError, Landed, Landing, Past, Repository, RepositoryError, Strategy, Survey};

/// How many requests one reader makes: two fifths of what GitHub lets a token ask for in an hour.
const MOST: usize = 2_000;

/// A repository whose provider's API is asked for everything that git's protocol would have brought. Commits land through
/// the API too.
///
/// Objects that were read are kept in a cache, so that whoever asks again after a limit goes on where it was.
pub struct ApiReader<F> {
    pub(super) provider: Rc<Provider<F>>,
    pub(super) source: Box<dyn Source>,
    pub(super) cache: Rc<Cache>,
    pub(super) known: RefCell<Known>,
    most: usize,
    spent: Cell<usize>,
}

/// What was found out so far beside objects.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Commits.
    pub(super) told: BTreeMap<Oid, Told>,
    /// The trees of commits.
    pub(super) roots: BTreeMap<Oid, Oid>,
    /// Where folders are, by their trees. What is not among them is a file.
    pub(super) places: BTreeMap<Oid, Place>,
}

impl<F> fmt::Debug for ApiReader<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiReader").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl<F: Fetch> ApiReader<F> {
    /// The repository of `provider`, read within the usual number of requests.
    pub fn new(provider: Rc<Provider<F>>) -> ApiReader<F> {
        let repository = provider.repository.clone();
        let source: Box<dyn Source> = match provider.kind() {
            Kind::Github => Box::new(Github { repository }),
            Kind::Gitlab => Box::new(Gitlab { project: repository }),
            Kind::Gitea => Box::new(Gitea { repository }),
        };
        let (cache, known, spent) = (Rc::default(), RefCell::default(), Cell::new(0));
        ApiReader { provider, source, cache, known, most: MOST, spent }
    }

    /// The same with a cache that others use too.
    #[must_use]
    pub fn with_cache(self, cache: Rc<Cache>) -> ApiReader<F> {
        ApiReader { cache, ..self }
    }

    /// The same with another number of requests that it makes at most.
    #[must_use]
    pub fn with_most(self, most: usize) -> ApiReader<F> {
        ApiReader { most, ..self }
    }

    /// The provider.
    pub fn provider(&self) -> &Rc<Provider<F>> {
        &self.provider
    }

    /// Asks for something that may not be there.
    pub(super) async fn ask<T>(
        &self,
        call: &Call,
        read: impl FnOnce(Vec<u8>, &HeaderMap) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, RepositoryError> {
        self.afford(1)?;
        self.spent.set(self.spent.get() + 1);
        let api = &self.provider.api;
        let (headers, bytes) = match api.answer(call).await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(ProviderError::Body { source: BodyError::Long(most), .. }) => {
                let why = format!(
                    "its API's answer is longer than {most} bytes where it was to {}: let git's own protocol through",
                    call.action
                );
                return Err(self.wrong(why));
            }
            Err(error) => return Err(error.of_repository(self.named())),
        };
        let read = read(bytes, &headers).map_err(|error| api.unreadable(error));
        Ok(Some(read.map_err(|error| error.of_repository(self.named()))?))
    }

    /// Whether so many requests more may be made.
    pub(super) fn afford(&self, requests: usize) -> Result<(), RepositoryError> {
        if self.spent.get() + requests <= self.most {
            return Ok(());
        }
        Err(RepositoryError::TooMuch { repository: self.named(), most: self.most })
    }

    pub(super) fn named(&self) -> String {
        self.provider.api.repository().to_owned()
    }

    /// An answer that cannot be.
    pub(super) fn wrong(&self, why: String) -> RepositoryError {
        RepositoryError::Answer { repository: self.named(), why }
    }

    async fn read_default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        let read = |answer: Vec<u8>, _: &HeaderMap| self.source.default_branch(&answer);
        let named = self.ask(&self.source.repository(), read).await?;
        let Some(named) = named else {
            return Err(RepositoryError::NotFound { repository: self.named() });
        };
        let branch = named.map(|name| Branch::parse(&name)).transpose();
        branch.map_err(|error| self.wrong(format!("its default branch: {error}")))
    }

    async fn read_head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        let read = |answer: Vec<u8>, _: &HeaderMap| self.source.head(branch, &answer);
        let head = self.ask(&self.source.branch(branch), read).await?;
        if head.is_none() {
            // The same is said of a branch and of a whole repository that is not there.
            self.read_default_branch().await?;
        }
        Ok(head)
    }
}

/// Whether a refusal means that something is not there. A repository without a commit is said to be in conflict; what is
/// no object of the kind that is asked for is called a bad request by some, and unprocessable by others.
fn is_missing(error: &ProviderError) -> bool {
    matches!(error, ProviderError::NotFound { .. } | ProviderError::Rejected { status: 400 | 409 | 422, .. })
}

impl<F: Fetch> Repository for ApiReader<F> {
    fn name(&self) -> &str {
        self.provider.api.repository()
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        self.read_default_branch().await
    }

    async fn head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        self.read_head(branch).await
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        self.read_objects(wanted).await
    }

    async fn root(&self, commit: Oid) -> Result<Option<Oid>, RepositoryError> {
        self.read_root(commit).await
    }

    async fn survey(&self, commit: Oid) -> Result<Option<Survey>, RepositoryError> {
        self.read_survey(commit).await
    }

    fn reads_ahead(&self) -> bool {
        false
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

    fn strategy(&self) -> Strategy {
        self.provider.strategy()
    }

    async fn land(&self, landing: &Landing) -> Result<Landed, LandError> {
        self.provider.land(self, landing, Terms::default(), |_| {}).await
    }
}
