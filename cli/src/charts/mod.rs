//! Packaged charts of chart repositories and OCI registries, fetched from this machine.
//!
//! What is asked and what is believed is [`fairlead_charts`]'; here are the connections, Helm's files with their
//! credentials, and what a project's lock makes of them.

mod accounts;
mod trust;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fairlead_charts::registry::Reference;
use fairlead_charts::repository::{Index, Repository};
use fairlead_charts::{Access, ChartError, Session, Wanted};
use fairlead_delivery::lock::{Location, Resolved};
use fairlead_fetch::{Native, Policy};
use fairlead_helm::{Dialect, LoadError, load_package};
use fairlead_world::{Blob, Digest};
use futures_executor::block_on;

use crate::contents::{self, FetchError};

pub(crate) use accounts::{HelmFiles, Known, repositories, same_repository};
pub(crate) use trust::{NOT_TLS, Trust, TrustError};

/// As Helm, which goes wherever it is told.
pub(crate) fn anywhere() -> Policy {
    Policy { plain: true, ..Policy::own_machine() }
}

/// Why a project's chart could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// Its source does not give it.
    #[error("{location}, version `{requested}`: {source}{}", resolution(.source))]
    Chart {
        /// Where it is had from.
        location: Location,
        /// The version that is asked for.
        requested: String,
        /// What went wrong.
        source: Box<ChartError>,
    },
    /// What was fetched is no chart.
    #[error(
        "{location}, version `{version}`: the package cannot be loaded: {reason}\n  ask for another version, or ask who keeps it"
    )]
    Package {
        /// Where it was fetched from.
        location: Location,
        /// Its version.
        version: String,
        /// Why.
        reason: String,
    },
    /// The package is not the one that the lock names.
    #[error(
        "{location} {version} has the digest {found} now, and the lock names {expected}\n  \
         somebody changed the package under its version: ask who keeps it; if the change is meant, run \
         `fairlead lock --update` and read what it changes"
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
    /// Helm's list of repositories can't be read.
    #[error("{0}")]
    Repositories(String),
    /// Certificates that a repository is to be believed by can't be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The package could not be kept.
    #[error(transparent)]
    Keep(#[from] FetchError),
}

fn resolution(error: &ChartError) -> String {
    error.resolution().map(|resolution| format!("\n  {resolution}")).unwrap_or_default()
}

/// The sources of a project's charts, each index fetched once.
#[derive(Debug)]
pub(crate) struct Sources {
    files: HelmFiles,
    known: Vec<Known>,
    native: Native,
    policy: Policy,
    indexes: RefCell<BTreeMap<Arc<str>, Index>>,
}

impl Sources {
    /// Sources with the credentials that Helm keeps for them.
    pub(crate) fn open() -> Result<Sources, SourceError> {
        let files = HelmFiles::of_environment();
        let known = repositories(&files.repositories).map_err(SourceError::Repositories)?;
        let (native, policy) = (Trust::default().native()?, Policy::own_machine());
        Ok(Sources { files, known, native, policy, indexes: RefCell::default() })
    }

    /// Sources that are asked wherever they are, as Helm does.
    pub(crate) fn like_helm() -> Result<Sources, SourceError> {
        Ok(Sources { policy: anywhere(), ..Sources::open()? })
    }

    /// The package of a version, which may be a range or `latest`; nothing is kept.
    pub(crate) fn package(&self, location: &Location, requested: &str) -> Result<Blob, SourceError> {
        self.chart(location, requested, Wanted::Requested(requested)).map(|(_, package)| package)
    }

    /// Finds out what a version comes to, and keeps the package.
    pub(crate) fn resolve(
        &self,
        location: &Location,
        requested: &str,
        contents: &Path,
    ) -> Result<Resolved, SourceError> {
        let (version, package) = self.chart(location, requested, Wanted::Requested(requested))?;
        // What nobody could render is not locked, and what would swell or break out is not kept.
        if let Err(error) = load_package(package.bytes(), Dialect::default()) {
            let reason = match error {
                LoadError::Package(why) => why.to_string(),
                error => error.to_string(),
            };
            return Err(SourceError::Package { location: location.clone(), version, reason });
        }
        Ok(Resolved { version: Arc::from(version), digest: Some(contents::keep(contents, package.bytes())?) })
    }

    /// Fetches the package that the lock names, and keeps it if it is that one.
    pub(crate) fn fetch(
        &self,
        location: &Location,
        version: &str,
        expected: Digest,
        contents: &Path,
    ) -> Result<(), SourceError> {
        let (_, package) = self.chart(location, version, Wanted::Locked(version, expected))?;
        let found = package.digest();
        if found != expected {
            let (location, version) = (location.clone(), version.to_owned());
            return Err(SourceError::Locked { location, version, expected, found });
        }
        contents::keep(contents, package.bytes())?;
        Ok(())
    }

    /// The version that is wanted of a chart, and its package.
    fn chart(
        &self,
        location: &Location,
        requested: &str,
        wanted: Wanted<'_>,
    ) -> Result<(String, Blob), SourceError> {
        let failed = |source| {
            let (location, requested) = (location.clone(), requested.to_owned());
            SourceError::Chart { location, requested, source: Box::new(source) }
        };
        match location {
            Location::Repository { repository, name } => {
                let known = self.known.iter().find(|known| same_repository(&known.url, repository));
                let known = known.cloned().unwrap_or_default();
                let own = (known.trust != Trust::default()).then(|| known.trust.native()).transpose()?;
                let access = Access { credentials: known.credentials, everywhere: known.everywhere };
                let session = Session::new(own.as_ref().unwrap_or(&self.native), self.policy.clone(), access);
                block_on(self.of_repository(&session, repository, name, wanted)).map_err(failed)
            }
            Location::Oci(address) => {
                let reference = Reference::parse(address).map_err(failed)?;
                let access =
                    Access { credentials: self.files.of_registry(reference.registry()), everywhere: false };
                let session = Session::new(&self.native, self.policy.clone(), access);
                block_on(wanted.of_registry(&session, &reference)).map_err(failed)
            }
            Location::Path(_) | Location::Organization(..) => {
                Err(failed(ChartError::Reference("it is a folder, which is not fetched".to_owned())))
            }
        }
    }

    async fn of_repository(
        &self,
        session: &Session<'_, Native>,
        repository: &Arc<str>,
        name: &str,
        wanted: Wanted<'_>,
    ) -> Result<(String, Blob), ChartError> {
        let held = self.indexes.borrow().get(repository).cloned();
        let index = match held {
            Some(index) => index,
            None => Repository::parse(repository)?.index(session).await?,
        };
        self.indexes.borrow_mut().insert(repository.clone(), index.clone());
        wanted.of_repository(session, &index, name).await
    }
}
