//! Whether everything that a pack refers to is there.

use std::collections::BTreeSet;

use fairlead_sql::Sql;

use super::check::{self, Link};
use super::store::{PAGE, Store, StoreError, oid};
use super::unpack::UnpackError;
use crate::object::{Kind, Oid};

/// How many references are remembered as good, so that a folder that many commits share is looked up once.
const REMEMBERED: usize = 200_000;

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectedError {
    /// An object that is referred to is not there.
    #[error("the {} {oid} is missing, which the pushed objects refer to", kind.word())]
    Missing {
        /// The object.
        oid: Oid,
        /// What it has to be.
        kind: Kind,
    },
    /// It is there and something else.
    #[error("the object {oid} is a {} where a {} has to be", found.word(), wanted.word())]
    Kind {
        /// The object.
        oid: Oid,
        /// What it is.
        found: Kind,
        /// What it has to be.
        wanted: Kind,
    },
    /// It could not be found out.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
}

impl From<StoreError> for ConnectedError {
    fn from(error: StoreError) -> ConnectedError {
        ConnectedError::Unpack(error.into())
    }
}

/// Checks every object of the store's pack. What has landed before is whole already, so that this is enough for
/// everything that can be reached from them.
pub(super) async fn connected<S: Sql>(store: &Store<S>) -> Result<(), ConnectedError> {
    let mut good = BTreeSet::new();
    let mut open = Vec::new();
    let mut last = 0;
    loop {
        let (page, end) = page(store, last).await?;
        if page.is_empty() {
            break;
        }
        last = end;
        let mut wanted = page;
        while !wanted.is_empty() {
            for (oid, object) in store.some(&mut wanted).await? {
                let links = check::links(object.kind, &object.bytes)
                    .map_err(|source| UnpackError::Check { oid, source })?;
                open.extend(links.into_iter().filter(|link| !good.contains(link)));
            }
            open.sort_unstable();
            open.dedup();
            if open.len() >= PAGE {
                settle(store, &mut open, &mut good).await?;
            }
        }
    }
    settle(store, &mut open, &mut good).await
}

async fn settle<S: Sql>(
    store: &Store<S>,
    open: &mut Vec<Link>,
    good: &mut BTreeSet<Link>,
) -> Result<(), ConnectedError> {
    for links in open.chunks(PAGE) {
        let oids: Vec<Oid> = links.iter().map(|link| link.oid).collect();
        let found = store.find(&oids).await?;
        for Link { oid, kind } in links {
            match found.get(oid) {
                Some(at) if at.kind == *kind => {}
                Some(at) => return Err(ConnectedError::Kind { oid: *oid, found: at.kind, wanted: *kind }),
                None => return Err(ConnectedError::Missing { oid: *oid, kind: *kind }),
            }
        }
    }
    if good.len() + open.len() > REMEMBERED {
        good.clear();
    }
    good.extend(open.drain(..));
    Ok(())
}

/// The objects of the pack that refer to others, after the row `last`.
async fn page<S: Sql>(store: &Store<S>, last: i64) -> Result<(Vec<Oid>, i64), StoreError> {
    let statement = store
        .statement(
            "SELECT oid, id FROM git_object INDEXED BY git_object_pack
            WHERE pack = ?2 AND repository = ?1 AND id > ?3 AND kind <> 3 ORDER BY id LIMIT ?4",
        )
        .bind(last)
        .bind(i64::try_from(PAGE).unwrap_or(i64::MAX));
    let mut end = last;
    let mut page = Vec::new();
    for mut row in store.sql.query(statement).await? {
        end = row.integer(1)?;
        page.push(oid(row.bytes(0)?)?);
    }
    Ok((page, end))
}
