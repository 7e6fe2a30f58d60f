//! Lands commits, and finds out whether they did where an answer is lost.

use crate::object::Oid;
use crate::repository::{LandError, Landed, Landing, Repository, RepositoryError, Strategy};

/// How often the same commits are sent where nobody knows whether they arrived.
const TRIES: usize = 3;

/// How far back from the head a commit is looked for that may have landed.
const BACK: usize = 100;

/// Lands commits, exactly once. Where the answer is lost, the branch tells: the commits' ids are known, and in its
/// history they are there or not. Commits that are not there are sent again, which changes nothing where the first
/// attempt arrives late: the branch moves from the old head only once.
///
/// # Errors
/// See [`LandError`]; [`LandError::Unknown`] is left where the branch could not be read either.
pub async fn settle(repository: &impl Repository, landing: &Landing) -> Result<Landed, LandError> {
    // The first attempt that nobody knows the outcome of.
    let mut doubt: Option<String> = None;
    let mut last = None;
    for _ in 0..TRIES {
        let error = match repository.land(landing).await {
            Ok(landed) => return Ok(landed),
            Err(error) => error,
        };
        match &error {
            LandError::Unknown(why) => drop(doubt.get_or_insert_with(|| why.clone())),
            LandError::Moved { .. } => {}
            // An earlier attempt may have arrived: that this one did not says nothing about it.
            _ if doubt.is_some() => {}
            _ => return Err(error),
        }
        match (look(repository, landing).await, &doubt) {
            (Ok(Seen::Landed), _) => return Ok(landed(landing)),
            (Ok(Seen::Moved(head)), _) => {
                return Err(LandError::Moved { branch: landing.branch.clone(), head });
            }
            (Ok(Seen::NotYet), _) => last = Some(error),
            (Err(unread), Some(why)) => {
                return Err(LandError::Unknown(format!("{why}; and the branch cannot be read: {unread}")));
            }
            (Err(unread), None) => return Err(unread.into()),
        }
    }
    match (doubt, last) {
        (None, Some(error)) => Err(error),
        (doubt, _) => Err(LandError::Unknown(doubt.unwrap_or_default())),
    }
}

/// What a branch tells about commits that were sent.
enum Seen {
    /// They are in its history.
    Landed,
    /// They are not, and it is no longer where they were planned.
    Moved(Option<Oid>),
    /// It is where it was.
    NotYet,
}

async fn look(repository: &impl Repository, landing: &Landing) -> Result<Seen, RepositoryError> {
    let head = repository.head(&landing.branch).await?;
    let planned = landing.commits.last().map(|planned| planned.oid);
    if head.is_some() && head == planned {
        return Ok(Seen::Landed);
    }
    if head == landing.old {
        return Ok(Seen::NotYet);
    }
    let Some(at) = head else { return Ok(Seen::Moved(None)) };
    let history = repository.history(at, BACK).await?;
    let there = history.iter().any(|(oid, _)| Some(*oid) == planned);
    Ok(if there { Seen::Landed } else { Seen::Moved(head) })
}

/// Commits that are there under their planned ids: the provider wrote none by itself.
fn landed(landing: &Landing) -> Landed {
    Landed {
        commits: landing.commits.iter().map(|planned| planned.oid).collect(),
        strategy: Strategy::Push,
        messages: String::new(),
    }
}
