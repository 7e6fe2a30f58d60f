//! What is left of broken pushes: given up after an hour, and deleted a little at a time.

use fairlead_sql::{Batch, Sql, Statement};

use super::incoming::Clock;
use super::store::{Store, StoreError};

/// After how many seconds without anything new a push is given up.
pub(super) const PATIENCE: i64 = 3600;
/// How many objects are deleted at once, and how many of their bytes.
const STEP: i64 = 500;
const STEP_BYTES: i64 = 32 << 20;

/// Gives pushes up that have not been heard of for an hour, and takes one step of deleting what is left of one; returns
/// whether nothing is left. Others may be at it too: what is left decides, not who deleted it.
pub(super) async fn bury<S: Sql>(store: &Store<S>, clock: &Clock) -> Result<bool, StoreError> {
    let given_up =
        Statement::new("UPDATE git_pack SET state = 3 WHERE repository = ?1 AND state = 0 AND touched < ?2");
    store.sql.query(given_up.bind(store.repository).bind(clock() - PATIENCE)).await?;
    let dead = Statement::new("SELECT id FROM git_pack WHERE repository = ?1 AND state = 3 LIMIT 1");
    let rows = store.sql.query(dead.bind(store.repository)).await?;
    let Some(row) = rows.first() else { return Ok(true) };
    let pack = row.integer(0)?;
    // The first of them goes however large it is.
    const SOME: &str = "SELECT id FROM (SELECT id, stored, sum(stored) OVER (ORDER BY id) AS together FROM
        (SELECT id, stored FROM git_object WHERE pack = ?1 ORDER BY id LIMIT ?2)) WHERE together - stored < ?3";
    let mut batch = Batch::new();
    for text in [
        format!("DELETE FROM git_part WHERE object IN ({SOME})"),
        format!("DELETE FROM git_object WHERE id IN ({SOME})"),
    ] {
        batch.add(Statement::new(text).bind(pack).bind(STEP).bind(STEP_BYTES));
    }
    let empty =
        "DELETE FROM git_pack WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM git_object WHERE pack = ?1)";
    batch.add(Statement::new(empty).bind(pack));
    store.sql.batch(batch).await?;
    Ok(false)
}
