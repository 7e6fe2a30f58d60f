//! What a host with a database keeps itself.

use fairlead_git::hosted::{self, Clock};
use fairlead_sql::{Sql, SqlError};

use crate::access::Access;

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
}
