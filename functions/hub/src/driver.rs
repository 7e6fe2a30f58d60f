//! The way into the engine: run it, fetch what it needed, enter again.

use fairlead_world::{MemoryWorld, Need, Tracked};
use thiserror::Error;

use crate::host::{Host, HostError};

/// How often the engine may ask for more. A project is known after its folders (1), its files (2), what they refer
/// to (3) and what that refers to in turn, each step of a chain of bases one more.
const MAX_ROUNDS: usize = 64;

/// Why the engine could not be given what it needs.
#[derive(Debug, Error)]
pub(crate) enum DriverError {
    /// The host failed.
    #[error(transparent)]
    Host(#[from] HostError),
    /// It asked for more in every round.
    #[error("the engine still needed {0} after {MAX_ROUNDS} rounds")]
    Endless(Need),
}

/// Calls `enter` until everything that it read was there, and returns its last answer.
pub(crate) async fn drive<T>(
    host: &impl Host,
    mut enter: impl FnMut(&Tracked<&MemoryWorld>) -> T,
) -> Result<T, DriverError> {
    let mut world = MemoryWorld::partial();
    let mut rounds = 0;
    loop {
        let tracked = Tracked::new(&world);
        let answer = enter(&tracked);
        let needs = tracked.needs();
        let Some(first) = needs.first() else { return Ok(answer) };
        rounds += 1;
        if rounds > MAX_ROUNDS {
            return Err(DriverError::Endless(first.clone()));
        }
        for need in needs {
            fetch(host, &mut world, need).await?;
        }
    }
}

/// Fetches one thing and tells the world what came of it.
async fn fetch(host: &impl Host, world: &mut MemoryWorld, need: Need) -> Result<(), HostError> {
    match need {
        Need::File(path) => match host.file(&path).await? {
            Some(blob) => {
                world.insert(path, blob);
            }
            None => world.insert_absent(Need::File(path)),
        },
        Need::Folder(path) => {
            let entries = host.folder(&path).await?;
            world.insert_listing(path, entries);
        }
        Need::Content(digest) => match host.content(&digest).await? {
            Some(blob) => {
                world.insert_content(blob);
            }
            None => world.insert_absent(Need::Content(digest)),
        },
    }
    Ok(())
}
