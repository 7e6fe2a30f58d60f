//! `fairlead.lock`: exact versions and digests of everything a project refers to.
//!
//! Nothing in the engine asks a network for a version. `fairlead lock` finds out what ranges and `latest` come to and
//! writes it down here; everything else reads it, and what it does not name is an error that says so.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use fairlead_kustomize::RemoteChart;
use fairlead_world::{Digest, RepoPath};

use crate::config::{Entry, Kind, Name, record};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};

/// The engine's version, which a lock has to name.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// The lock's file, in the project's folder.
pub const FILE: &str = "fairlead.lock";

record! {
    /// Exact versions and digests of everything a project refers to. `fairlead lock` writes it.
    pub struct Lock {
        /// The version of Fairlead that made the output; another version refuses to generate.
        "engine" => engine: Spanned<Arc<str>>,
        /// The time that templates see as now, as RFC 3339.
        "now" => now: Option<Spanned<Arc<str>>>,
        /// The organization's commit.
        "organization" => organization: Option<LockedOrganization>,
        /// What versions came to.
        "artifacts" => artifacts: Vec<Spanned<LockedArtifact>>,
    }
}

impl Kind for Lock {
    const KIND: &'static str = "Lock";
}

record! {
    /// The commit of an organization that is a repository of its own, and its files.
    pub struct LockedOrganization {
        /// The address of the repository.
        "repository" => repository: Arc<str>,
        /// The object id of the commit.
        "commit" => commit: Arc<str>,
        /// Its files below the organization's folder, and their SHA-256.
        "files" => files: BTreeMap<Arc<str>, Spanned<Digest>>,
    }
}

record! {
    /// What a version came to: one of `repository` with `name`, `oci`, `path`, and `organization`.
    pub struct LockedArtifact {
        /// The address of the chart repository.
        "repository" => repository: Option<Arc<str>>,
        /// The chart's name in it.
        "name" => name: Option<Arc<str>>,
        /// The address in an OCI registry.
        "oci" => oci: Option<Arc<str>>,
        /// The folder in this repository, relative to the project's folder.
        "path" => path: Option<RepoPath>,
        /// The folder in the organization, such as `charts/api`.
        "organization" => organization: Option<Arc<str>>,
        /// The version as project files ask for it.
        "requested" => requested: Arc<str>,
        /// The exact version.
        "version" => version: Spanned<Arc<str>>,
        /// The SHA-256 of the package; folders have none, the commit pins them.
        "digest" => digest: Option<Spanned<Digest>>,
    }
}

/// Where an artifact is had from, without its version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// A chart of a chart repository.
    Repository {
        /// The repository's address.
        repository: Arc<str>,
        /// The chart's name.
        name: Arc<str>,
    },
    /// A chart of an OCI registry.
    Oci(Arc<str>),
    /// A folder, or a file, of this repository.
    Path(RepoPath),
    /// A folder of the organization: its registry (`charts`, `bases` or `bundles`) and name.
    Organization(&'static str, Name),
}

impl Location {
    /// Where a chart of a kustomization is had from.
    pub fn of_chart(chart: &RemoteChart) -> Location {
        match chart.oci() {
            Some(address) => Location::Oci(address.into()),
            None => Location::Repository {
                repository: chart.repository.as_str().into(),
                name: chart.name.as_str().into(),
            },
        }
    }

    /// Whether the files come from outside the repository and the organization.
    pub fn is_remote(&self) -> bool {
        matches!(self, Location::Repository { .. } | Location::Oci(_))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Repository { repository, name } => write!(f, "`{name}` of {repository}"),
            Location::Oci(address) => write!(f, "`{address}`"),
            Location::Path(path) => write!(f, "`{path}`"),
            Location::Organization(registry, name) => write!(f, "the organization's `{registry}/{name}`"),
        }
    }
}

/// A version that somebody asks for, which the lock has to name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Where it is had from.
    pub location: Location,
    /// The version as it is written.
    pub requested: Arc<str>,
    /// The exact versions to choose from, where the files are at hand; empty for what is remote.
    pub available: Vec<Arc<str>>,
}

/// What a version came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The exact version.
    pub version: Arc<str>,
    /// The SHA-256 of the package, for what is remote.
    pub digest: Option<Digest>,
}

/// The lock's artifacts, by what asks for them.
pub type Index = BTreeMap<(Location, Arc<str>), Resolved>;

/// Reads the lock's artifacts, and tells what is wrong with the lock as a whole.
pub fn index(lock: &Entry<Lock>, diagnostics: &mut Vec<Diagnostic>) -> Index {
    if &**lock.engine != ENGINE {
        let message = format!("the lock was made by Fairlead {}, and this is {ENGINE}", *lock.engine);
        let hint = "use that version, or run `fairlead lock` to upgrade and commit what it changes by itself";
        diagnostics.push(Diagnostic::error(Code::EngineVersion, message, hint).at(&lock.engine.span));
    }
    let mut index = Index::new();
    for artifact in &lock.artifacts {
        match locked_location(artifact) {
            Some(location) => {
                let resolved = Resolved {
                    version: artifact.version.value.clone(),
                    digest: artifact.digest.as_ref().map(|digest| digest.value),
                };
                index.insert((location, artifact.requested.clone()), resolved);
            }
            None => {
                let message = "an artifact names where it is had from by exactly one of `repository` with `name`, \
                               `oci`, `path` and `organization`";
                let hint = "run `fairlead lock` to write the lock again";
                diagnostics.push(Diagnostic::error(Code::NotLocked, message, hint).at(&artifact.span));
            }
        }
    }
    index
}

fn locked_location(artifact: &LockedArtifact) -> Option<Location> {
    let LockedArtifact { repository, name, oci, path, organization, .. } = artifact;
    match (repository, name, oci, path, organization) {
        (Some(repository), Some(name), None, None, None) => {
            Some(Location::Repository { repository: repository.clone(), name: name.clone() })
        }
        (None, None, Some(oci), None, None) => Some(Location::Oci(oci.clone())),
        (None, None, None, Some(path), None) => Some(Location::Path(path.clone())),
        (None, None, None, None, Some(organization)) => {
            let (registry, name) = organization.split_once('/')?;
            let registry = ["charts", "bases", "bundles"].into_iter().find(|known| *known == registry)?;
            Some(Location::Organization(registry, Name::parse(name).ok()?))
        }
        _ => None,
    }
}

/// The error for a version that the lock does not name.
pub fn not_locked(location: &Location, requested: &str, place: &Span) -> Diagnostic {
    let message = format!("the version `{requested}` of {location} is not locked");
    Diagnostic::error(Code::NotLocked, message, "run `fairlead lock`").at(place)
}

/// What a new lock says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewLock {
    /// The time that templates see as now, as RFC 3339.
    pub now: Arc<str>,
    /// The organization's repository, commit and files, where it is a repository of its own.
    pub organization: Option<(Arc<str>, Arc<str>, BTreeMap<Arc<str>, Digest>)>,
    /// What versions came to.
    pub artifacts: Index,
}

/// Prints a lock as `fairlead.lock` holds it; `root` is the project's folder, which paths are relative to.
pub fn print(lock: &NewLock, root: &RepoPath) -> String {
    let mut text = String::from(
        "# Written by `fairlead lock`; everything that a generation refers to, pinned.\n\
         apiVersion: fairlead.dev/v1\nkind: Lock\n",
    );
    let _ = writeln!(text, "engine: {ENGINE}\nnow: {}", quoted(&lock.now));
    if let Some((repository, commit, files)) = &lock.organization {
        let _ = writeln!(
            text,
            "organization:\n  repository: {}\n  commit: {}",
            quoted(repository),
            quoted(commit)
        );
        text.push_str("  files:\n");
        for (path, digest) in files {
            let _ = writeln!(text, "    {}: {digest}", quoted(path));
        }
    }
    if !lock.artifacts.is_empty() {
        text.push_str("artifacts:\n");
    }
    for ((location, requested), resolved) in &lock.artifacts {
        let place = match location {
            Location::Repository { repository, name } => {
                format!("repository: {}\n    name: {}", quoted(repository), quoted(name))
            }
            Location::Oci(address) => format!("oci: {}", quoted(address)),
            Location::Path(path) => format!("path: {}", quoted(&relative(path, root))),
            Location::Organization(registry, name) => format!("organization: {registry}/{name}"),
        };
        let version = quoted(&resolved.version);
        let _ = writeln!(text, "  - {place}\n    requested: {}\n    version: {version}", quoted(requested));
        if let Some(digest) = resolved.digest {
            let _ = writeln!(text, "    digest: {digest}");
        }
    }
    text
}

/// A path as a file in the folder `root` writes it.
fn relative(path: &RepoPath, root: &RepoPath) -> String {
    let (to, from): (Vec<&str>, Vec<&str>) = (path.segments().collect(), root.segments().collect());
    let shared = to.iter().zip(&from).take_while(|(to, from)| to == from).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let parts: Vec<&str> = up.chain(to.into_iter().skip(shared)).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// Text as a double-quoted scalar, which is text whatever it looks like.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_relative_to_the_project() {
        let path = |text: &str| RepoPath::parse(text).unwrap();
        assert_eq!(relative(&path("charts/api"), &path("teams/shop")), "../../charts/api");
        assert_eq!(relative(&path("teams/shop/charts/api"), &path("teams/shop")), "charts/api");
        assert_eq!(relative(&path("teams/shop"), &path("teams/shop")), ".");
        assert_eq!(relative(&path("charts"), &RepoPath::root()), "charts");
    }
}
