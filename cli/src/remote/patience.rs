//! Waits where a server asks to be left alone.

use std::cell::Cell;
use std::time::Duration;

use fairlead_fetch::Body;
use fairlead_git::RepositoryError;
use fairlead_git::push::Transport;
use fairlead_git::wire::Service;

/// How long one command waits altogether. Hosted CI ends jobs that are silent for longer.
const ALTOGETHER: Duration = Duration::from_secs(300);

/// How long it waits where the server does not say, at first; twice as long each time after that. GitHub bans who comes
/// back sooner.
const USUAL: u64 = 60;

/// The longest request of a reader.
const MAX_REQUEST: usize = 16 << 20;

/// What is left of a command's patience.
#[derive(Debug)]
pub(super) struct Patience {
    left: Cell<Duration>,
    /// How long the next wait is where the server does not say, in seconds.
    usual: Cell<u64>,
}

/// A transport that waits and asks again. Pushes are not repeated here: who planned one decides whether it still fits.
#[derive(Debug)]
pub(crate) struct Patient<T> {
    inner: T,
    pub(super) patience: Patience,
}

impl Patience {
    /// Waits as an error asks, and says whether it was worth it.
    pub(super) fn waits(&self, error: &RepositoryError) -> bool {
        let RepositoryError::RateLimited { repository, wait } = error else { return false };
        let usual = || self.usual.replace(self.usual.get().saturating_mul(2));
        let wait = Duration::from_secs(wait.unwrap_or_else(usual).max(1));
        if !self.takes(wait) {
            return false;
        }
        anstream::eprintln!("{repository} asks to be left alone: waiting {} s", wait.as_secs());
        std::thread::sleep(wait);
        true
    }

    /// Waits before a server that was not well is asked again, and says whether there was time for it.
    pub(super) fn pauses(&self, seconds: u64) -> bool {
        let wait = Duration::from_secs(seconds);
        let takes = self.takes(wait);
        if takes {
            std::thread::sleep(wait);
        }
        takes
    }

    /// Takes a wait from what is left, where it is not more than that.
    fn takes(&self, wait: Duration) -> bool {
        let left = self.left.get().checked_sub(wait);
        left.inspect(|left| self.left.set(*left)).is_some()
    }
}

impl<T> Patient<T> {
    pub(super) fn new(inner: T) -> Patient<T> {
        Patient { inner, patience: Patience { left: Cell::new(ALTOGETHER), usual: Cell::new(USUAL) } }
    }
}

impl<T: Transport> Transport for Patient<T> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn advertisement(&self, service: Service) -> Result<Body, RepositoryError> {
        loop {
            match self.inner.advertisement(service).await {
                Err(error) if self.patience.waits(&error) => {}
                answer => return answer,
            }
        }
    }

    async fn request(&self, service: Service, body: Body) -> Result<Body, RepositoryError> {
        if service == Service::ReceivePack {
            return self.inner.request(service, body).await;
        }
        let named = |source| RepositoryError::Body { repository: self.name().to_owned(), source };
        let request = body.collect(MAX_REQUEST).await.map_err(named)?;
        loop {
            match self.inner.request(service, request.clone().into()).await {
                Err(error) if self.patience.waits(&error) => {}
                answer => return answer,
            }
        }
    }
}
