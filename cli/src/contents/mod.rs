//! Content that the lock names by digest, kept in a folder of this user's.
//!
//! What is there has been verified against its digest, and is verified again whenever it is read; it can be deleted at
//! any time.

mod organization;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fairlead_delivery::config::Project;
use fairlead_world::{Digest, Need};

use crate::repository::GitError;

pub(crate) use organization::{Followed, follow};

/// Why something that the lock names is not at hand.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// Nothing in the lock has that digest.
    #[error("nothing in `fairlead.lock` says where {0} comes from: run `fairlead lock`")]
    Unknown(Digest),
    /// It was fetched, and is not what the lock says.
    #[error("{from} no longer holds {digest}: what the lock names has been changed or removed there")]
    Changed {
        /// Where it was fetched from.
        from: String,
        /// What the lock names.
        digest: Digest,
    },
    /// An address that git must not be given.
    #[error("`{0}` is no address to fetch from: use https://, ssh://, file:// or user@host:path")]
    Address(String),
    /// git failed.
    #[error("{from}: {source}")]
    Git {
        /// Where it was fetched from.
        from: String,
        /// What git says.
        source: GitError,
    },
    /// A file could not be kept.
    #[error("{path}: {source}", path = path.display())]
    Keep {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The folder that content is kept in: `$FAIRLEAD_CACHE`, or `fairlead` in the user's cache folder.
pub(crate) fn folder() -> PathBuf {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")));
    let folder = named("FAIRLEAD_CACHE").or_else(|| Some(cache()?.join("fairlead")));
    folder.unwrap_or_else(|| std::env::temp_dir().join("fairlead")).join("contents")
}

/// Keeps content under its digest and returns it. A file appears whole or not at all.
pub(crate) fn keep(folder: &Path, content: &[u8]) -> Result<Digest, FetchError> {
    let digest = Digest::of(content);
    let path = folder.join(digest.to_string().replace(':', "-"));
    let failed = |source| FetchError::Keep { path: path.clone(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let partial = path.with_extension(format!("{}.part", std::process::id()));
    fs::write(&partial, content).map_err(failed)?;
    fs::rename(&partial, &path).map_err(failed)?;
    Ok(digest)
}

/// Fetches what the engine needs. What was fetched and is needed again is not what its source promised.
pub(crate) fn fetch(
    project: Option<&Project>,
    needs: &[Need],
    fetched: &mut Vec<Digest>,
) -> Result<(), FetchError> {
    for need in needs {
        let Need::Content(digest) = need else { continue };
        let lock = project.and_then(|project| project.lock.as_deref());
        let organization = lock.and_then(|lock| lock.organization.as_ref());
        let organization =
            organization.filter(|locked| locked.files.values().any(|file| file.value == *digest));
        let Some(locked) = organization else { return Err(FetchError::Unknown(*digest)) };
        let from = locked.repository.to_string();
        if fetched.contains(digest) {
            return Err(FetchError::Changed { from, digest: *digest });
        }
        let files = organization::fetch(&locked.repository, &locked.commit, &folder())?;
        fetched.extend(files.into_values());
        fetched.push(*digest);
    }
    Ok(())
}
