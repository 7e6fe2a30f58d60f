//! Charts that are not in the tree: what a kustomization says of them, and who has their packages.

use fairlead_world::{Blob, Need};

/// A chart that a kustomization names by where it is had from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemoteChart {
    /// The address of the chart repository, or of the folder in an OCI registry (`oci://…`).
    pub repository: String,
    /// The chart's name there.
    pub name: String,
    /// The version as it is asked for; empty for the highest release.
    pub version: String,
    /// Whether the highest version may be one before its release.
    pub devel: bool,
}

impl RemoteChart {
    /// The chart's address in its registry, or `None` for one of a chart repository.
    pub fn oci(&self) -> Option<String> {
        let registry = self.repository.starts_with("oci://");
        registry.then(|| format!("{}/{}", self.repository.trim_end_matches('/'), self.name))
    }

    /// The version to ask for: an exact one or a range, `latest` for the highest release.
    pub fn requested(&self) -> &str {
        match (self.version.as_str(), self.devel) {
            ("", true) => ">0.0.0-0",
            ("", false) => "latest",
            (version, _) => version,
        }
    }
}

/// Why there is no package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPackage {
    /// It has to be fetched first; then the build can be entered again.
    Needed(Need),
    /// It cannot be had, and why.
    Refused(String),
}

/// Who has the packages of charts that are not in the tree.
///
/// The engine opens no connection: a project looks its lock up, and the command line fetches.
pub trait Packages {
    /// The package of a chart, gzipped as Helm packs it.
    ///
    /// # Errors
    /// Packages that are not there yet, and those that never will be.
    fn package(&self, chart: &RemoteChart) -> Result<Blob, NoPackage>;
}
