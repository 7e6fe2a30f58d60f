//! What a project wants of a chart: to find out what a version comes to, or what its lock names.

use fairlead_fetch::Fetch;
use fairlead_template::go::semver::Version;
use fairlead_world::{Blob, Digest};

use crate::error::ChartError;
use crate::registry::{self, Reference};
use crate::repository::Index;
use crate::session::Session;

/// What is wanted of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// The version that project files ask for: exact, a range, or `latest`.
    Requested(&'a str),
    /// The package that a lock names by its version and digest.
    Locked(&'a str, Digest),
}

impl Wanted<'_> {
    /// The version and package of a chart of a repository.
    ///
    /// # Errors
    /// Whatever keeps it from being found or from coming. Whether it is the package that a lock names is the caller's to
    /// see: the answer to that is another one than to a failure.
    pub async fn of_repository<F: Fetch>(
        &self,
        session: &Session<'_, F>,
        index: &Index,
        name: &str,
    ) -> Result<(String, Blob), ChartError> {
        let found = match self {
            Wanted::Requested(requested) => index.find(name, constraint(requested))?,
            Wanted::Locked(version, _) => index.locked(name, version)?,
        };
        let package = found.fetch(session).await?;
        Ok((found.version, package))
    }

    /// The version and package of a chart of a registry.
    ///
    /// # Errors
    /// As [`Wanted::of_repository`].
    pub async fn of_registry<F: Fetch>(
        &self,
        session: &Session<'_, F>,
        reference: &Reference,
    ) -> Result<(String, Blob), ChartError> {
        let version = match *self {
            // Tags may be moved; what the lock names is asked for by what it is.
            Wanted::Locked(version, digest) => match registry::blob(session, reference, digest).await {
                Ok(package) => return Ok((version.to_owned(), package)),
                Err(ChartError::Registry { status, .. }) if status.as_u16() == 404 => version.to_owned(),
                Err(error) => return Err(error),
            },
            // Registries that list no tags still have them.
            Wanted::Requested(exact) if Version::parse_strict(exact).is_ok() => exact.to_owned(),
            Wanted::Requested(requested) => {
                registry::choose(session, reference, constraint(requested)).await?
            }
        };
        let pulled = registry::pull(session, &reference.with_version(&version)?).await?;
        Ok((version, pulled.package))
    }
}

/// `latest` is the highest release, which is what no constraint chooses.
fn constraint(requested: &str) -> &str {
    if requested == "latest" { "" } else { requested }
}
