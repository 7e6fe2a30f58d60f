//! Content that the lock names by digest, kept in a folder of this user's.
//!
//! What is there has been verified against its digest, and is verified again whenever it is read; it can be deleted at
//! any time.

mod organization;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fairlead_delivery::config::Project;
use fairlead_delivery::kubernetes;
use fairlead_delivery::lock::{Location, LockedOrganization};
use fairlead_examples::CONTENTS;
use fairlead_world::{Answer, Blob, Digest, Need};

use crate::charts::{SourceError, Sources};
use crate::repository::GitError;

pub(crate) use organization::follow;

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
    /// A chart could not be had.
    #[error(transparent)]
    Chart(Box<SourceError>),
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

/// What comes with the program: Kubernetes' API data.
pub(crate) fn built_in(digest: &Digest) -> Option<Blob> {
    (kubernetes::digest().ok()? == *digest).then(|| CONTENTS.first().map(|content| Blob::from(*content)))?
}

/// Content by its digest: what comes with the program, or was fetched into `folder`.
pub(crate) fn kept(folder: &Path, digest: &Digest) -> Answer<Blob> {
    if let Some(blob) = built_in(digest) {
        return Answer::Found(blob);
    }
    let name = digest.to_string().replace(':', "-");
    match fs::read(folder.join(name)).map(Blob::from) {
        // A file that was damaged or tampered with counts as not there, and is fetched again.
        Ok(blob) if blob.digest() == *digest => Answer::Found(blob),
        _ => Answer::Needed,
    }
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
        let source = source(project, digest).ok_or(FetchError::Unknown(*digest))?;
        if fetched.contains(digest) {
            return Err(FetchError::Changed { from: source.to_string(), digest: *digest });
        }
        fetched.push(*digest);
        match source {
            Source::Organization(locked) => {
                let files = organization::fetch(&locked.repository, &locked.commit, &folder())?;
                fetched.extend(files.into_values().filter(|file| file != digest));
            }
            Source::Chart(location, version) => Sources::open()
                .and_then(|sources| sources.fetch(location, version, *digest, &folder()))
                .map_err(|error| FetchError::Chart(Box::new(error)))?,
        }
    }
    Ok(())
}

/// Where the lock says that content comes from.
enum Source<'a> {
    Organization(&'a LockedOrganization),
    Chart(&'a Location, &'a str),
}

fn source<'a>(project: Option<&'a Project>, digest: &Digest) -> Option<Source<'a>> {
    let project = project?;
    let organization = project.lock.as_deref().and_then(|lock| lock.organization.as_ref());
    if let Some(locked) =
        organization.filter(|locked| locked.files.values().any(|file| file.value == *digest))
    {
        return Some(Source::Organization(locked));
    }
    let mut charts = project.locked.iter();
    charts
        .find(|(_, resolved)| resolved.digest == Some(*digest))
        .map(|((location, _), resolved)| Source::Chart(location, &resolved.version))
}

impl std::fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Organization(locked) => f.write_str(&locked.repository),
            Source::Chart(location, version) => write!(f, "{location} {version}"),
        }
    }
}
