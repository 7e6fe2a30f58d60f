//! What a host with a database keeps itself.

use fairlead_git::hosted::{self, Clock, CreateError, Hosted, New, RepositoryName, StoreError};
use fairlead_sql::{Sql, SqlError};

use crate::access::Access;

/// How many steps of a collection are taken at once.
const STEPS: usize = 4;

/// The database, the time, and who may reach it.
pub struct Keeper<S> {
    pub(crate) sql: S,
    pub(crate) clock: Clock,
    pub(crate) access: Access,
}

/// How much is left to tend to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tended {
    /// There is more to do at once.
    More,
    /// Nothing before that time, in seconds since 1970.
    Until(i64),
    /// Nothing, until somebody pushes.
    Done,
}

impl<S: Sql> Keeper<S> {
    /// Takes a database. Nothing is written to it before the first repository is made, so that nobody who may not make
    /// one leaves anything behind.
    pub fn new(sql: S, clock: Clock, access: Access) -> Keeper<S> {
        Keeper { sql, clock, access }
    }

    /// Opens a repository, or answers `None` where there is none of that name.
    pub(crate) async fn repository(&self, name: &RepositoryName) -> Result<Option<Hosted<S>>, SqlError> {
        if !hosted::is_prepared(&self.sql).await? {
            return Ok(None);
        }
        Hosted::open(self.sql.clone(), self.clock.clone(), name).await
    }

    /// Makes a repository.
    pub(crate) async fn create(&self, new: &New) -> Result<Hosted<S>, CreateError> {
        hosted::prepare(&self.sql).await?;
        Hosted::create(self.sql.clone(), self.clock.clone(), new).await
    }

    /// Takes a few short steps of what has to be done now and then. A host calls it when nobody waits: from a timer, or
    /// an alarm.
    ///
    /// # Errors
    /// Where the storage fails; it is safe to call again.
    pub async fn tend(&self) -> Result<Tended, StoreError> {
        if !hosted::is_prepared(&self.sql).await? {
            return Ok(Tended::Done);
        }
        let (mut more, mut failed) = (false, None);
        for name in hosted::untidy(&self.sql, &self.clock).await? {
            let Some(hosted) = self.repository(&name).await? else { continue };
            // One repository that cannot be collected keeps no other from it.
            match hosted.tidy(STEPS).await {
                Ok(collected) => more |= !collected.finished,
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            _ if more => Ok(Tended::More),
            Some(error) => Err(error),
            None => Ok(hosted::untidy_from(&self.sql).await?.map_or(Tended::Done, Tended::Until)),
        }
    }
}
