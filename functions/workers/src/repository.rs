//! A hosted repository as a Durable Object: its one owner, with a database of its own.

use std::rc::Rc;
use std::time::Duration;

use fairlead_hub::{Keeper, Tended, keep};
use http::{Method, header};
use worker::{Date, DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::sql::ObjectSql;
use crate::{access, head};

/// How soon after a push has begun its remains are looked for.
const SOON: Duration = Duration::from_secs(60);
/// How long an object rests between the steps of a collection, so that pushes and clones come in between.
const BREATH: Duration = Duration::from_millis(50);
/// When a collection that failed is tried again.
const LATER: Duration = Duration::from_secs(600);

/// The object of one repository, named by it.
#[durable_object(alarm)]
pub struct Repository {
    state: State,
    keeper: Keeper<ObjectSql>,
}

impl DurableObject for Repository {
    fn new(state: State, env: Env) -> Repository {
        let keeper = Keeper::new(ObjectSql::new(state.storage()), Rc::new(seconds), access(&env));
        Repository { state, keeper }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let request = head::received(&request)?;
        // Before it begins: a push may end with its object. Wrong credentials do not come as far as this.
        let pushes = request.method() == Method::POST && request.uri().path().ends_with("/git-receive-pack");
        if pushes && request.headers().contains_key(header::AUTHORIZATION) {
            self.look_soon().await?;
        }
        head::sent(keep(&self.keeper, request).await)
    }

    async fn alarm(&self) -> Result<Response> {
        // An alarm that fails is tried a few times by the runtime and then never again: it is set anew here instead.
        let next = match self.keeper.tend().await {
            Ok(Tended::More) => Some(BREATH),
            Ok(Tended::Until(time)) => {
                let seconds = time.saturating_sub(seconds()).max(1);
                Some(Duration::from_secs(seconds.unsigned_abs()))
            }
            Ok(Tended::Done) => None,
            Err(error) => {
                worker::console_error!("the collection failed: {error}");
                Some(LATER)
            }
        };
        if let Some(next) = next {
            self.state.storage().set_alarm(next).await?;
        }
        Response::empty()
    }
}

impl Repository {
    /// Sets the alarm, unless one is set already.
    async fn look_soon(&self) -> Result<()> {
        let storage = self.state.storage();
        if storage.get_alarm().await?.is_none() {
            storage.set_alarm(SOON).await?;
        }
        Ok(())
    }
}

/// The time in seconds since 1970.
fn seconds() -> i64 {
    i64::try_from(Date::now().as_millis() / 1000).unwrap_or_default()
}
