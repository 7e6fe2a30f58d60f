//! The ways in which a commit gets to a repository elsewhere, one after the other.

use std::cell::RefCell;
use std::rc::Rc;

use clap::ValueEnum;
use fairlead_fetch::{Native, block_on};
use fairlead_git::landing::{self, OnceError, once};
use fairlead_git::provider::{ByApi, Detour, Provider, Terms};
use fairlead_git::push::Remote;
use fairlead_git::{Branch, LandError, Landed, Repository, RepositoryError, Strategy};
use fairlead_world::Oid;

use super::RemoteError;
use super::patience::{Patience, Patient};
use super::transport::Carrier;

/// A way to land a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Way {
    /// Pushed, and where the server blocks that, through the provider's API.
    #[default]
    Auto,
    /// Over git's own protocol and in no other way.
    Push,
    /// Through the provider's API, which writes the commit itself.
    Api,
    /// Through GitHub's API, in a commit that carries its mark as verified, or not at all.
    Verified,
}

/// What knows the provider, once somebody asks.
type Ask = Box<dyn Fn() -> Result<Rc<Provider<Native>>, RemoteError>>;

/// How commits get there.
pub(crate) struct Ways {
    way: Way,
    /// Whether nobody but Fairlead writes the branch, as with a pull request's.
    own_branch: bool,
    ask: Ask,
    known: RefCell<Option<Rc<Provider<Native>>>>,
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
    /// Lands by `way`; `ask` finds the provider out.
    pub(super) fn new(way: Way, own_branch: bool, ask: Ask) -> Ways {
        Ways { way, own_branch, ask, known: RefCell::default() }
    }

    /// The provider, which is asked who it is the first time.
    pub(super) fn provider(&self) -> Result<Rc<Provider<Native>>, RemoteError> {
        if let Some(known) = &*self.known.borrow() {
            return Ok(known.clone());
        }
        let provider = (self.ask)()?;
        self.known.replace(Some(provider.clone()));
        Ok(provider)
    }

    /// Lands a commit, and says why ways before the one that led there did not.
    pub(super) fn land(
        &self,
        remote: &Remote<Patient<Carrier>>,
        branch: &Branch,
        head: Option<Oid>,
        wanted: &landing::Draft<'_>,
    ) -> Result<(Landed, Vec<String>), NoWay> {
        let patience = &remote.transport().patience;
        let own_branch = self.own_branch;
        let by_api = |terms: fn(&Provider<Native>, bool) -> Terms| {
            let provider = self.provider().map_err(|error| OnceError::Failed(error.to_string()))?;
            let terms = terms(&provider, own_branch);
            patiently(&ByApi::new(remote, &*provider, terms), patience, (branch, head), wanted)
        };
        let landed = match self.way {
            Way::Api => by_api(|_, own_branch| Terms { own_branch, verified: false }),
            Way::Verified => by_api(|_, own_branch| Terms { own_branch, verified: true }),
            Way::Push | Way::Auto => patiently(remote, patience, (branch, head), wanted),
        };
        let error = match landed {
            Ok(landed) => return Ok((landed, Vec::new())),
            Err(error) => error,
        };
        let detour = after(&error);
        let propose = detour == Some(Detour::PullRequest) && !own_branch;
        let detour = detour.filter(|_| self.way == Way::Auto);
        if detour.is_some_and(|detour| detour != Detour::PullRequest)
            && let Err(unknown) = self.provider()
        {
            return Err(NoWay { error, passed: vec![format!("its provider's API: {unknown}")], propose });
        }
        let landed = match detour {
            Some(Detour::Api) => by_api(|provider, own| provider.terms(Detour::Api, own)),
            Some(Detour::Verified) => by_api(|provider, own| provider.terms(Detour::Verified, own)),
            Some(Detour::PullRequest) | None => return Err(NoWay { propose, ..error.into() }),
        };
        let passed = vec![format!("{}: {error}", Strategy::Push)];
        match landed {
            Ok(landed) => Ok((landed, passed)),
            // Planned anew it is pushed first again, and there is nothing to tell.
            Err(error) if is_settled(&error) => Err(error.into()),
            Err(error) => {
                let propose = after(&error) == Some(Detour::PullRequest) && !own_branch;
                Err(NoWay { error, passed, propose })
            }
        }
    }
}

/// What else could be done after a landing that ended so.
fn after(error: &OnceError) -> Option<Detour> {
    match error {
        OnceError::Land(error) => Detour::after(error),
        _ => None,
    }
}

/// Whether an error says all there is to say, whichever ways were tried before.
fn is_settled(error: &OnceError) -> bool {
    let moved = matches!(error, OnceError::Land(LandError::Moved { .. } | LandError::Altered { .. }));
    moved || matches!(error, OnceError::Unknown { .. } | OnceError::Unchanged)
}

/// Lands a commit once, waiting where the server asks for it, and finds out what became of it where an answer is lost.
fn patiently<R: Repository>(
    repository: &R,
    patience: &Patience,
    onto: (&Branch, Option<Oid>),
    wanted: &landing::Draft<'_>,
) -> Result<Landed, OnceError> {
    block_on(once(repository, onto, wanted, |seconds, why| match why {
        Some(LandError::Repository(error)) if matches!(error, RepositoryError::RateLimited { .. }) => {
            patience.waits(error)
        }
        _ => patience.pauses(seconds),
    }))
}
