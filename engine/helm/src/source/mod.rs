//! Where charts come from: repositories with an index, OCI registries, and the versions a constraint chooses.
//!
//! Nothing here speaks HTTP. A caller fetches what [`Fetch`] says is needed and asks again, so that the same code runs
//! on a server, at the edge and on the command line:
//!
//! ```
//! use fairlead_helm::source::{Fetch, Resolution, resolve};
//! use fairlead_world::{Answer, Blob};
//!
//! struct Files;
//! impl Fetch for Files {
//!     fn get(&self, address: &str) -> Answer<Blob> {
//!         match address {
//!             "https://charts.example.com/index.yaml" => Answer::Found(Blob::from(
//!                 "entries: {web: [{version: 1.2.0, urls: [web-1.2.0.tgz]}, {version: 1.1.0, urls: [web-1.1.0.tgz]}]}",
//!             )),
//!             _ => Answer::Needed,
//!         }
//!     }
//! }
//! let Resolution::Chosen(chart) = resolve("https://charts.example.com", "web", "^1.0.0", &Files)? else { panic!() };
//! assert_eq!((&*chart.version, &*chart.address), ("1.2.0", "https://charts.example.com/web-1.2.0.tgz"));
//! # Ok::<(), fairlead_helm::source::ResolveError>(())
//! ```

mod index;
mod lock;
mod tags;

use fairlead_template::go::quote::quote;
use fairlead_template::go::semver::{Constraint, Version};
use fairlead_template::go::url::Url;
use fairlead_world::{Answer, Blob, Digest};

pub use lock::{dependencies_digest, lock_yaml};

/// What a caller has fetched so far.
pub trait Fetch {
    /// The content at an address, that it is not there, or that it has to be fetched first.
    ///
    /// Whoever fetches sends credentials to their own origin only, and drops them on redirects that leave it.
    fn get(&self, address: &str) -> Answer<Blob>;
}

/// A chart's version, and where its package is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The exact version.
    pub version: String,
    /// The address of the package, or `oci://…:TAG`.
    pub address: String,
    /// What the package's content must be, as far as the repository says.
    pub digest: Option<Digest>,
}

/// What [`resolve`] came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The version that the constraint chooses.
    Chosen(Chosen),
    /// The address to fetch before asking again.
    Needed(String),
}

/// Why a chart can't be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The address is none that charts come from.
    #[error("{0} is not a chart repository: https://, http:// and oci:// addresses are")]
    Address(String),
    /// The constraint can't be read.
    #[error("{constraint} is not a version or a range: {reason}")]
    Constraint {
        /// The constraint, quoted.
        constraint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The repository has no index, or the registry no such chart.
    #[error("{0} is not there")]
    Absent(String),
    /// The index or the list of tags can't be read.
    #[error("{address} can't be read: {reason}")]
    Unreadable {
        /// Where it is.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The repository has no such chart.
    #[error("chart {chart} not found in {repository} repository")]
    NoChart {
        /// The chart, quoted.
        chart: String,
        /// The repository.
        repository: String,
    },
    /// No version of the chart meets the constraint.
    #[error("chart {chart} version {constraint} not found in {repository} repository")]
    NoVersion {
        /// The chart, quoted.
        chart: String,
        /// The constraint, quoted.
        constraint: String,
        /// The repository.
        repository: String,
    },
}

/// A fetched package is not what the repository or the lock says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} has the digest {found}, {wanted} was promised")]
pub struct DigestMismatch {
    address: String,
    found: Digest,
    wanted: Digest,
}

/// Chooses the version of a chart that a constraint asks for: the exact one where it names one, else the highest that
/// fits. An empty constraint is `*`: the highest release.
pub fn resolve(
    repository: &str,
    chart: &str,
    constraint: &str,
    fetch: &impl Fetch,
) -> Result<Resolution, ResolveError> {
    if let Some(registry) = repository.strip_prefix("oci://") {
        return tags::resolve(registry, chart, constraint, fetch);
    }
    if !repository.starts_with("https://") && !repository.starts_with("http://") {
        return Err(ResolveError::Address(quote(repository)));
    }
    let address = format!("{}/index.yaml", repository.trim_end_matches('/'));
    let text = match fetch.get(&address) {
        Answer::Needed => return Ok(Resolution::Needed(address)),
        Answer::Absent => return Err(ResolveError::Absent(address)),
        Answer::Found(text) => text,
    };
    let unreadable = |reason: String| ResolveError::Unreadable { address: address.clone(), reason };
    let versions = index::versions(text.bytes(), chart).map_err(unreadable)?;
    let versions = versions
        .ok_or_else(|| ResolveError::NoChart { chart: quote(chart), repository: repository.to_owned() })?;
    let texts = versions.iter().map(|entry| entry.version.as_str());
    let at = choose(texts, constraint)?.ok_or_else(|| no_version(repository, chart, constraint))?;
    let entry = &versions[at];
    Ok(Resolution::Chosen(Chosen {
        version: entry.version.clone(),
        address: join(repository, &entry.url)?,
        digest: entry.digest.as_deref().and_then(parse_digest),
    }))
}

/// Holds a package against the digest that was promised for it.
pub fn verify(chosen: &Chosen, package: &Blob) -> Result<Digest, DigestMismatch> {
    let found = package.digest();
    match &chosen.digest {
        Some(wanted) if *wanted != found => {
            Err(DigestMismatch { address: chosen.address.clone(), found, wanted: *wanted })
        }
        _ => Ok(found),
    }
}

/// The version that a constraint chooses of those at hand: the one it names, else the highest that fits. An empty
/// constraint and `latest` are the highest release; one that cannot be read chooses nothing.
pub fn best<'v>(versions: &[&'v str], constraint: &str) -> Option<&'v str> {
    let constraint = if constraint == "latest" { "" } else { constraint };
    let at = choose(versions.iter().copied(), constraint).ok()??;
    versions.get(at).copied()
}

/// The place of the version that a constraint chooses.
fn choose<'v>(
    versions: impl Iterator<Item = &'v str> + Clone,
    constraint: &str,
) -> Result<Option<usize>, ResolveError> {
    let exact = versions.clone().position(|version| !constraint.is_empty() && version == constraint);
    if exact.is_some() {
        return Ok(exact);
    }
    let wanted = if constraint.is_empty() { "*" } else { constraint };
    let range = Constraint::parse(wanted).map_err(|error| ResolveError::Constraint {
        constraint: quote(constraint),
        reason: error.to_string(),
    })?;
    let readable = versions.enumerate().filter_map(|(at, text)| Some((at, Version::parse(text).ok()?)));
    let fitting = readable.filter(|(_, version)| range.check(version));
    // Of equal versions the first in the repository's own order wins.
    Ok(fitting.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(at, _)| at))
}

fn no_version(repository: &str, chart: &str, constraint: &str) -> ResolveError {
    ResolveError::NoVersion {
        chart: quote(chart),
        constraint: quote(constraint),
        repository: repository.to_owned(),
    }
}

/// A package's address, which may be relative to its repository.
fn join(repository: &str, address: &str) -> Result<String, ResolveError> {
    let unreadable = |reason: String| ResolveError::Unreadable { address: address.to_owned(), reason };
    let url = Url::parse(address).map_err(|error| unreadable(error.to_string()))?;
    if !url.scheme.is_empty() {
        return Ok(address.to_owned());
    }
    let base = repository.trim_end_matches('/');
    match address.strip_prefix('/') {
        Some(path) => {
            let host = base.find("://").and_then(|at| base[at + 3..].find('/').map(|end| at + 3 + end));
            Ok(format!("{}/{path}", &base[..host.unwrap_or(base.len())]))
        }
        None => Ok(format!("{base}/{address}")),
    }
}

fn parse_digest(text: &str) -> Option<Digest> {
    let text = text.strip_prefix("sha256:").unwrap_or(text);
    Digest::parse(&format!("sha256:{text}")).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Site(BTreeMap<&'static str, &'static str>);

    impl Fetch for Site {
        fn get(&self, address: &str) -> Answer<Blob> {
            self.0.get(address).map_or(Answer::Needed, |text| match *text {
                "" => Answer::Absent,
                text => Answer::Found(Blob::from(text)),
            })
        }
    }

    const INDEX: &str = "apiVersion: v1\nentries:\n  other:\n  - {version: 9.0.0, urls: [x]}\n  web:\n  - version: 1.0.0\n    urls: [/abs/web-1.0.0.tgz]\n  - version: 2.0.0-rc.1\n    urls: [web-rc.tgz]\n  - version: 1.10.0\n    digest: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n    dependencies: [{name: a, version: 7.0.0}]\n    urls: [https://cdn.example.com/web-1.10.0.tgz, second]\n  - version: not-one\n    urls: [y]\n";

    fn ask(constraint: &str) -> Result<(String, String), String> {
        let site = Site(BTreeMap::from([("https://a.example.com/c/index.yaml", INDEX)]));
        match resolve("https://a.example.com/c/", "web", constraint, &site) {
            Ok(Resolution::Chosen(chosen)) => Ok((chosen.version, chosen.address)),
            Ok(Resolution::Needed(address)) => Err(address),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_highest_fitting_version_is_chosen() {
        let package = |version: &str, address: &str| Ok((version.to_owned(), address.to_owned()));
        assert_eq!(ask(""), package("1.10.0", "https://cdn.example.com/web-1.10.0.tgz"));
        assert_eq!(ask("~1.0"), package("1.0.0", "https://a.example.com/abs/web-1.0.0.tgz"));
        assert_eq!(ask("2.0.0-rc.1"), package("2.0.0-rc.1", "https://a.example.com/c/web-rc.tgz"));
        assert_eq!(ask(">1.0.0-0"), package("2.0.0-rc.1", "https://a.example.com/c/web-rc.tgz"));
        let missing = "chart \"web\" version \"^3\" not found in https://a.example.com/c/ repository";
        assert_eq!(ask("^3"), Err(missing.to_owned()));
    }

    #[test]
    fn what_is_missing_is_asked_for_or_named() {
        let empty = Site(BTreeMap::new());
        let needed = Ok(Resolution::Needed("https://b.example.com/index.yaml".to_owned()));
        assert_eq!(resolve("https://b.example.com", "web", "", &empty), needed);
        let gone = Site(BTreeMap::from([("https://b.example.com/index.yaml", "")]));
        assert!(matches!(resolve("https://b.example.com", "web", "", &gone), Err(ResolveError::Absent(_))));
        assert!(matches!(resolve("ftp://b", "web", "", &empty), Err(ResolveError::Address(_))));
    }

    #[test]
    fn tags_of_a_registry_are_versions() {
        let tags =
            "{\"name\": \"charts/web\", \"tags\": [\"1.0.0\", \"1.1.0_build\", \"latest\", \"1.0.9\"]}";
        let site = Site(BTreeMap::from([("https://r.example.com/v2/charts/web/tags/list", tags)]));
        let Ok(Resolution::Chosen(chosen)) = resolve("oci://r.example.com/charts", "web", "^1", &site) else {
            panic!()
        };
        assert_eq!(
            (&*chosen.version, &*chosen.address),
            ("1.1.0+build", "oci://r.example.com/charts/web:1.1.0_build")
        );
    }

    #[test]
    fn packages_are_held_against_their_digests() {
        let site = Site(BTreeMap::from([("https://a.example.com/index.yaml", INDEX)]));
        let Ok(Resolution::Chosen(chosen)) = resolve("https://a.example.com", "web", "", &site) else {
            panic!()
        };
        assert!(verify(&chosen, &Blob::from("")).is_ok());
        assert!(verify(&chosen, &Blob::from("other")).is_err());
    }
}
