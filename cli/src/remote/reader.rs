//! What a repository elsewhere is read by: git's own protocol, or its provider's API where nothing else gets through.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use fairlead_fetch::{FetchError, Native};
use fairlead_git::object::Object;
use fairlead_git::provider::{ApiReader, Kind};
use fairlead_git::push::{Remote, Traffic};
use fairlead_git::{Branch, Cache, LandError, Landed, Landing, Past, Repository, RepositoryError, Survey};
use fairlead_world::Oid;

use super::RemoteError;
use super::patience::{Patience, Patient};
use super::provider::Host;
use super::transport::Carrier;
use super::ways::Way;

/// Git's own protocol.
type Git = Remote<Patient<Carrier>>;

/// The provider's API.
type Api = ApiReader<Native>;

/// A repository that is read as its user wants, or as it can be. Commits are pushed to it; who wants them to land through
/// the API asks that.
#[derive(Debug)]
pub(crate) struct Reader {
    git: Git,
    way: Way,
    host: Rc<Host>,
    cache: Rc<Cache>,
    /// The API, once it is what reads.
    api: RefCell<Option<Rc<Api>>>,
    /// Why git's protocol was given up.
    blocked: RefCell<Option<String>>,
    /// Whether git's protocol has got through.
    spoken: Cell<bool>,
}

impl Reader {
    /// The repository behind `git`, or behind its provider's API where `way` wants no other.
    pub(super) fn new(git: Git, way: Way, host: Rc<Host>, cache: Rc<Cache>) -> Result<Reader, RemoteError> {
        let git = git.with_cache(cache.clone());
        let (api, blocked, spoken) = (RefCell::default(), RefCell::default(), Cell::default());
        let reader = Reader { git, way, host, cache, api, blocked, spoken };
        if way == Way::Api {
            reader.turn_to_api()?;
        }
        Ok(reader)
    }

    /// What is left of the patience with its server.
    pub(super) fn patience(&self) -> &Patience {
        &self.git.transport().patience
    }

    /// Why git's own protocol was given up, if it was.
    pub(super) fn blocked(&self) -> Option<String> {
        self.blocked.borrow().clone()
    }

    /// What reads it, where that is not git's own protocol.
    pub(super) fn read_by(&self) -> Option<&'static str> {
        let api = self.api.borrow();
        api.as_ref().map(|api| match api.provider().kind() {
            Kind::Github => "GitHub's API",
            Kind::Gitlab => "GitLab's API",
            Kind::Gitea => "Gitea's API",
        })
    }

    /// What was asked of it so far, in whichever way.
    pub(super) fn traffic(&self) -> Traffic {
        let Traffic { requests, sent, received } =
            self.host.known().map(|known| known.traffic()).unwrap_or_default();
        self.git.traffic().plus(requests, sent, received)
    }

    /// The branch that a clone checks out, and the commit that it is at.
    pub(super) async fn default_head(&self) -> Result<Option<(Branch, Option<Oid>)>, RepositoryError> {
        let by_api = async |api: &Api| {
            let Some(branch) = api.default_branch().await? else { return Ok(None) };
            let head = api.head(&branch).await?;
            Ok(Some((branch, head)))
        };
        self.read(async |git: &Git| git.default_head().await, by_api).await
    }

    /// Reads by git, until that turns out to be blocked, and through the API from then on.
    async fn read<T>(
        &self,
        by_git: impl AsyncFn(&Git) -> Result<T, RepositoryError>,
        by_api: impl AsyncFn(&Api) -> Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        let known = self.api.borrow().clone();
        let api = match known {
            Some(api) => api,
            None => match by_git(&self.git).await {
                Err(error) if self.gives_way(&error) => match self.turn_to_api() {
                    Ok(api) => {
                        anstream::eprintln!(
                            "{error}\ngit's own protocol does not get through: its provider's API is asked"
                        );
                        self.blocked.replace(Some(error.to_string()));
                        api
                    }
                    Err(unknown) => {
                        anstream::eprintln!("passed over: its provider's API: {unknown}");
                        return Err(error);
                    }
                },
                answer => {
                    self.spoken.set(self.spoken.get() || answer.is_ok());
                    return answer;
                }
            },
        };
        loop {
            match by_api(&api).await {
                // What was read before the limit is at hand.
                Err(error) if self.patience().waits(&error) => {}
                answer => return answer,
            }
        }
    }

    /// Whether the API may get through where git's protocol failed so.
    fn gives_way(&self, error: &RepositoryError) -> bool {
        if !matches!(self.way, Way::Auto | Way::Verified) {
            return false;
        }
        match error {
            RepositoryError::Unauthorized { status: 403, .. }
            | RepositoryError::Server { status: 400..=499 | 501, .. }
            | RepositoryError::Unreached { .. }
            | RepositoryError::Fetch(FetchError::Unreached { .. }) => true,
            // A page of somebody in between; later on the server itself is wrong.
            RepositoryError::Answer { .. } => !self.spoken.get(),
            _ => false,
        }
    }

    fn turn_to_api(&self) -> Result<Rc<Api>, RemoteError> {
        let api = Rc::new(ApiReader::new(self.host.provider()?).with_cache(self.cache.clone()));
        self.api.replace(Some(api.clone()));
        Ok(api)
    }
}

impl Repository for Reader {
    fn name(&self) -> &str {
        self.git.name()
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        self.read(async |git: &Git| git.default_branch().await, async |api: &Api| api.default_branch().await)
            .await
    }

    async fn head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        self.read(async |git: &Git| git.head(branch).await, async |api: &Api| api.head(branch).await).await
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        self.read(async |git: &Git| git.objects(wanted).await, async |api: &Api| api.objects(wanted).await)
            .await
    }

    async fn root(&self, commit: Oid) -> Result<Option<Oid>, RepositoryError> {
        self.read(async |git: &Git| git.root(commit).await, async |api: &Api| api.root(commit).await).await
    }

    async fn survey(&self, commit: Oid) -> Result<Option<Survey>, RepositoryError> {
        self.read(async |git: &Git| git.survey(commit).await, async |api: &Api| api.survey(commit).await)
            .await
    }

    fn reads_ahead(&self) -> bool {
        self.api.borrow().is_none()
    }

    async fn trees(
        &self,
        roots: &[Oid],
        at_most: u32,
    ) -> Result<Option<BTreeMap<Oid, Object>>, RepositoryError> {
        let by_api = async |api: &Api| api.trees(roots, at_most).await;
        self.read(async |git: &Git| git.trees(roots, at_most).await, by_api).await
    }

    async fn history(&self, head: Oid, depth: usize) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        let by_api = async |api: &Api| api.history(head, depth).await;
        self.read(async |git: &Git| git.history(head, depth).await, by_api).await
    }

    async fn land(&self, landing: &Landing) -> Result<Landed, LandError> {
        self.git.land(landing).await
    }
}
