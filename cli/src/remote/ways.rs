//! The ways in which a commit gets to a repository elsewhere, one after the other.

use std::rc::Rc;

use clap::ValueEnum;
use fairlead_fetch::{Native, block_on};
use fairlead_git::landing::{self, OnceError, once};
use fairlead_git::provider::{ByApi, Detour, Provider, Terms};
use fairlead_git::{Branch, LandError, Landed, Repository, RepositoryError, Strategy};
use fairlead_world::Oid;

use super::RemoteError;
use super::provider::Host;
use super::reader::Reader;

/// How a repository is read, and how a commit lands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Way {
    /// By git's own protocol, and where that is blocked, through the provider's API.
    #[default]
    Auto,
    /// By git's own protocol and in no other way.
    Push,
    /// Through the provider's API alone, which writes commits itself.
    Api,
    /// Read as ever; landed through GitHub's API, in a commit that carries its mark as verified, or not at all.
    Verified,
}

/// How commits get there.
pub(crate) struct Ways {
    way: Way,
    /// Whether nobody but Fairlead writes the branch, as with a pull request's.
    own_branch: bool,
    host: Rc<Host>,
}

/// Why no way led there.
#[derive(Debug, thiserror::Error)]
#[error("{error}{}{}", lines(.passed), if *.propose { PROPOSE } else { "" })]
pub(crate) struct NoWay {
    /// What became of the last way that was tried.
    pub(crate) error: OnceError,
    /// Why the ways before it did not lead there.
    pub(super) passed: Vec<String>,
    /// Whether a pull request would.
    pub(super) propose: bool,
}

impl From<OnceError> for NoWay {
    fn from(error: OnceError) -> NoWay {
        NoWay { error, passed: Vec::new(), propose: false }
    }
}

/// What is said where a branch takes nothing directly.
const PROPOSE: &str = "\n--pull-request would open a pull request towards it instead";

fn lines(passed: &[String]) -> String {
    passed.iter().map(|line| format!("\n  passed over: {line}")).collect()
}

impl std::fmt::Debug for Ways {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ways").field("way", &self.way).finish_non_exhaustive()
    }
}

impl Ways {
    /// Lands by `way` in what `host` has.
    pub(super) fn new(way: Way, own_branch: bool, host: Rc<Host>) -> Ways {
        Ways { way, own_branch, host }
    }

    /// The provider, which is asked who it is the first time.
    pub(super) fn provider(&self) -> Result<Rc<Provider<Native>>, RemoteError> {
        self.host.provider()
    }

    /// Lands a commit, and says why ways before the one that led there did not.
    pub(super) fn land(&self, commit: &Commit<'_>) -> Result<(Landed, Vec<String>), NoWay> {
        let terms = |verified| Terms { own_branch: self.own_branch, verified };
        if let Some(why) = commit.reader.blocked().filter(|_| self.way == Way::Auto) {
            // What does not let itself be read takes no push either.
            let passed = vec![format!("{}: {why}", Strategy::Push)];
            return self.instead(passed, commit, |_| terms(false));
        }
        let landed = match self.way {
            Way::Api => self.by_api(commit, |_| terms(false)),
            Way::Verified => self.by_api(commit, |_| terms(true)),
            Way::Push | Way::Auto => commit.land_in(commit.reader),
        };
        match landed {
            Ok(landed) => Ok((landed, Vec::new())),
            Err(error) => self.after(error, commit),
        }
    }

    fn by_api(
        &self,
        commit: &Commit<'_>,
        terms: impl FnOnce(&Provider<Native>) -> Terms,
    ) -> Result<Landed, OnceError> {
        let provider = self.provider().map_err(|error| OnceError::Failed(error.to_string()))?;
        commit.land_in(&ByApi::new(commit.reader, &*provider, terms(&provider)))
    }

    /// Does what can still be done after a landing that ended so.
    fn after(&self, error: OnceError, commit: &Commit<'_>) -> Result<(Landed, Vec<String>), NoWay> {
        let detour = detour(&error);
        let Some(other) = detour.filter(|other| self.way == Way::Auto && *other != Detour::PullRequest)
        else {
            return Err(NoWay { propose: self.would_take_a_proposal(&error), ..error.into() });
        };
        if let Err(unknown) = self.provider() {
            return Err(NoWay { passed: vec![format!("its provider's API: {unknown}")], ..error.into() });
        }
        let passed = vec![format!("{}: {error}", Strategy::Push)];
        let landed = self.instead(passed, commit, |provider| provider.terms(other, self.own_branch));
        match (error, landed) {
            // Where the other way did not lead there, what was sent may still.
            (error @ OnceError::Unknown { .. }, Err(none)) if !is_settled(&none.error) => {
                Err(NoWay { passed: vec![format!("its provider's API: {}", none.error)], ..error.into() })
            }
            (_, landed) => landed,
        }
    }

    /// Lands through the API where other ways did not lead there.
    fn instead(
        &self,
        passed: Vec<String>,
        commit: &Commit<'_>,
        terms: impl FnOnce(&Provider<Native>) -> Terms,
    ) -> Result<(Landed, Vec<String>), NoWay> {
        match self.by_api(commit, terms) {
            Ok(landed) => Ok((landed, passed)),
            // Planned anew it is pushed first again, and there is nothing to tell.
            Err(error) if is_settled(&error) => Err(error.into()),
            Err(error) => Err(NoWay { propose: self.would_take_a_proposal(&error), error, passed }),
        }
    }

    /// Whether a pull request would do what did not.
    fn would_take_a_proposal(&self, error: &OnceError) -> bool {
        detour(error) == Some(Detour::PullRequest) && !self.own_branch
    }
}

/// A commit that is to land.
pub(super) struct Commit<'a> {
    /// Where it is to land.
    pub(super) reader: &'a Reader,
    /// Its branch.
    pub(super) branch: &'a Branch,
    /// Where that is.
    pub(super) head: Option<Oid>,
    /// What it is to be.
    pub(super) draft: &'a landing::Draft<'a>,
}

impl Commit<'_> {
    /// Lands it once, waiting where the server asks for it, and finds out what became of it where an answer is lost.
    fn land_in<R: Repository>(&self, repository: &R) -> Result<Landed, OnceError> {
        let patience = self.reader.patience();
        block_on(once(repository, (self.branch, self.head), self.draft, |seconds, why| match why {
            Some(LandError::Repository(error) | LandError::Doubted(error))
                if matches!(error, RepositoryError::RateLimited { .. }) =>
            {
                patience.waits(error)
            }
            _ => patience.pauses(seconds),
        }))
    }
}

/// What else could be done after a landing that ended so.
fn detour(error: &OnceError) -> Option<Detour> {
    match error {
        OnceError::Land(error) => Detour::after(error),
        OnceError::Unknown { refusal: Some(error), .. } => Detour::after(error),
        _ => None,
    }
}

/// Whether an error says all there is to say, whichever ways were tried before.
fn is_settled(error: &OnceError) -> bool {
    let moved = matches!(error, OnceError::Land(LandError::Moved { .. } | LandError::Altered { .. }));
    moved || matches!(error, OnceError::Unknown { .. } | OnceError::Unchanged)
}
