//! Packaged charts of chart repositories and OCI registries, fetched from this machine.
//!
//! Which version a constraint chooses is the engine's to say ([`fairlead_helm::source`]); here is the fetching.

mod http;
mod oci;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fairlead_delivery::lock::{Location, Resolved};
use fairlead_helm::source::{self, Chosen, DigestMismatch, Fetch, Resolution, ResolveError};
use fairlead_world::{Answer, Blob, Digest};

use crate::contents::{self, FetchError};

pub(crate) use http::HttpError;

/// Why a chart could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChartError {
    /// The server did not answer as it should.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// No version can be chosen.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The answer is not what an OCI registry gives.
    #[error("{url}: {reason}")]
    Answer {
        /// Where it was asked for.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The package is not what its repository promises.
    #[error(transparent)]
    Promised(#[from] DigestMismatch),
    /// The package is not the one that the lock names.
    #[error(
        "{location} {version} is {found} now, and the lock names {expected}: somebody changed the package"
    )]
    Locked {
        /// Where it was fetched from.
        location: Location,
        /// Its version.
        version: String,
        /// What the lock names.
        expected: Digest,
        /// What it is.
        found: Digest,
    },
    /// The package could not be kept.
    #[error(transparent)]
    Keep(#[from] FetchError),
}

/// Finds out what a version comes to, and keeps the package.
pub(crate) fn resolve(location: &Location, requested: &str, contents: &Path) -> Result<Resolved, ChartError> {
    let (repository, chart) = match location {
        Location::Repository { repository, name } => (&**repository, &**name),
        Location::Oci(address) => {
            let address = address.trim_end_matches('/');
            address.rsplit_once('/').ok_or_else(|| HttpError::Address(address.to_owned()))?
        }
        Location::Path(path) => return Err(HttpError::Address(path.to_string()).into()),
        Location::Organization(registry, name) => {
            return Err(HttpError::Address(format!("{registry}/{name}")).into());
        }
    };
    let chosen = choose(repository, chart, if requested == "latest" { "" } else { requested })?;
    let package = Blob::from(package(&chosen)?);
    let digest = source::verify(&chosen, &package)?;
    contents::keep(contents, package.bytes())?;
    Ok(Resolved { version: Arc::from(chosen.version), digest: Some(digest) })
}

/// Fetches the package that the lock names, and keeps it if it is that one.
pub(crate) fn fetch(
    location: &Location,
    version: &str,
    expected: Digest,
    contents: &Path,
) -> Result<(), ChartError> {
    match resolve(location, version, contents)?.digest {
        Some(found) if found != expected => Err(ChartError::Locked {
            location: location.clone(),
            version: version.to_owned(),
            expected,
            found,
        }),
        _ => Ok(()),
    }
}

/// Lets the engine choose, fetching what it asks for.
fn choose(repository: &str, chart: &str, constraint: &str) -> Result<Chosen, ChartError> {
    let fetched = Fetched::default();
    loop {
        match source::resolve(repository, chart, constraint, &fetched)? {
            Resolution::Chosen(chosen) => return Ok(chosen),
            Resolution::Needed(address) => {
                let content = if repository.starts_with("oci://") {
                    oci::get(&address, "application/json").map(Some)?
                } else {
                    http::found(&address, "application/yaml, text/yaml, */*")?
                };
                fetched.0.borrow_mut().insert(address, content.map(Blob::from));
            }
        }
    }
}

fn package(chosen: &Chosen) -> Result<Vec<u8>, ChartError> {
    match chosen.address.strip_prefix("oci://") {
        Some(reference) => oci::package(reference),
        None => Ok(http::body(&chosen.address, "*/*")?),
    }
}

/// What has been fetched so far; `None` is what is not there.
#[derive(Default)]
struct Fetched(RefCell<BTreeMap<String, Option<Blob>>>);

impl Fetch for Fetched {
    fn get(&self, address: &str) -> Answer<Blob> {
        match self.0.borrow().get(address) {
            Some(Some(blob)) => Answer::Found(blob.clone()),
            Some(None) => Answer::Absent,
            None => Answer::Needed,
        }
    }
}
