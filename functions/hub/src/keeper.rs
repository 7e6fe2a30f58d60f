//! What a host with a database keeps itself.

use fairlead_git::hosted::{self, Clock, Hosted, StoreError};
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

impl<S: Sql> Keeper<S> {
    /// Takes a database, and makes the tables that are not there yet.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn open(sql: S, clock: Clock, access: Access) -> Result<Keeper<S>, SqlError> {
        hosted::prepare(&sql).await?;
        Ok(Keeper { sql, clock, access })
    }

    /// Takes a few short steps of what has to be done now and then, and says whether there is more. A host calls it when
    /// nobody waits: from a timer, or an alarm.
    ///
    /// # Errors
    /// Where the storage fails; it is safe to call again.
    pub async fn tend(&self) -> Result<bool, StoreError> {
        let (mut more, mut failed) = (false, None);
        for name in hosted::untidy(&self.sql, &self.clock).await? {
            let hosted = Hosted::open(self.sql.clone(), self.clock.clone(), &name).await?;
            let Some(hosted) = hosted else { continue };
            // One repository that cannot be collected keeps no other from it.
            match hosted.collect(STEPS).await {
                Ok(collected) => more |= !collected.finished,
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if !more => Err(error),
            _ => Ok(more),
        }
    }
}
