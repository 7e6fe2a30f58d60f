//! Packaged charts of chart repositories and OCI registries: what versions there are, and their bytes.

mod http;
mod oci;
mod repository;

use std::path::Path;
use std::sync::Arc;

use fairlead_delivery::lock::{Location, Resolved};
use fairlead_template::go::semver::{Constraint, Version};
use fairlead_world::Digest;

use crate::contents::{self, FetchError};

pub(crate) use http::HttpError;

/// Why a chart could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChartError {
    /// The server did not answer as it should.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The answer is not what its kind of server gives.
    #[error("{url}: {reason}")]
    Answer {
        /// Where it was asked for.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing there satisfies what is asked for.
    #[error("{location} has no version that satisfies `{requested}`")]
    NoVersion {
        /// Where it was looked for.
        location: Location,
        /// What was asked for.
        requested: String,
    },
    /// The bytes are not those that the index, the registry or the lock promises.
    #[error("{url} holds {found}, and {expected} is what was promised: somebody changed the package")]
    Digest {
        /// The package's address.
        url: String,
        /// What it should hash to.
        expected: Digest,
        /// What it hashes to.
        found: Digest,
    },
    /// The package could not be kept.
    #[error(transparent)]
    Keep(#[from] FetchError),
}

/// The highest of `versions` that satisfies a constraint, as Helm chooses: `latest` is the highest release.
///
/// A version that is no semantic version counts only where it is asked for by its own name.
pub(crate) fn choose<'a>(requested: &str, versions: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let requested = match requested.trim() {
        "" | "latest" => "*",
        requested => requested,
    };
    let constraint = Constraint::parse(requested).ok();
    let mut best: Option<(Version, &str)> = None;
    for text in versions {
        if text == requested {
            return Some(text);
        }
        let (Some(constraint), Ok(version)) = (&constraint, Version::parse(text)) else { continue };
        if constraint.check(&version) && best.as_ref().is_none_or(|(highest, _)| version > *highest) {
            best = Some((version, text));
        }
    }
    best.map(|(_, text)| text)
}

/// Finds out what a version comes to, and keeps the package.
pub(crate) fn resolve(location: &Location, requested: &str, contents: &Path) -> Result<Resolved, ChartError> {
    let missing = || ChartError::NoVersion { location: location.clone(), requested: requested.to_owned() };
    let (version, package) = match location {
        Location::Repository { repository, name } => repository::find(repository, name, requested)?,
        Location::Oci(address) => oci::find(address, requested)?,
        Location::Path(_) | Location::Organization(..) => None,
    }
    .ok_or_else(missing)?;
    let digest = contents::keep(contents, &package)?;
    Ok(Resolved { version: Arc::from(version), digest: Some(digest) })
}

/// Fetches the package that the lock names, and keeps it if it is that one.
pub(crate) fn fetch(
    location: &Location,
    version: &str,
    digest: Digest,
    contents: &Path,
) -> Result<(), ChartError> {
    let Resolved { digest: found, .. } = resolve(location, version, contents)?;
    match found {
        Some(found) if found != digest => {
            Err(ChartError::Digest { url: location.to_string(), expected: digest, found })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn the_highest_version_that_fits_is_chosen() {
        let versions = ["1.9.0", "1.10.0", "2.0.0-rc.1", "0.9", "main"];
        for (requested, chosen) in [
            ("latest", Some("1.10.0")),
            ("^1.0", Some("1.10.0")),
            ("1.9.x", Some("1.9.0")),
            (">=2.0.0-0", Some("2.0.0-rc.1")),
            ("main", Some("main")),
            ("^3", None),
            ("other", None),
        ] {
            assert_eq!(choose(requested, versions), chosen, "{requested}");
        }
    }
}
