//! Which version of a chart a constraint chooses: of a repository's index, and of a registry's tags.
//!
//! Nothing here fetches anything, and nothing knows of HTTP: the index and the tags come from a caller.
//!
//! ```
//! use fairlead_helm::source::{Want, in_index};
//!
//! let index = "apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.2.0, urls: [web-1.2.0.tgz]}\n  - {name: web, version: 1.1.0, urls: [web-1.1.0.tgz]}\n";
//! let want = Want { chart: "web", constraint: "^1.0.0", exact: false };
//! let entry = in_index(index.as_bytes(), "https://charts.example.com", &want)?;
//! assert_eq!((&*entry.version, &*entry.address), ("1.2.0", "web-1.2.0.tgz"));
//! # Ok::<(), fairlead_helm::source::ChooseError>(())
//! ```

mod index;
mod lock;

use fairlead_template::go::quote::quote;
use fairlead_template::go::semver::{Constraint, Version};
use fairlead_world::Digest;

pub use index::Entry;
pub use lock::{dependencies_digest, lock_yaml, old_dependencies_digest};

/// A chart and the version that is wanted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want<'a> {
    /// The chart's name.
    pub chart: &'a str,
    /// A version or a range; empty for the highest release.
    pub constraint: &'a str,
    /// Whether nothing but that version will do, as where a lock names it.
    pub exact: bool,
}

/// Why no version can be chosen. The texts are Helm's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChooseError {
    /// The index can't be read.
    #[error(
        "looks like {} is not a valid chart repository or cannot be reached: {reason}",
        quote(repository)
    )]
    Unreadable {
        /// The repository.
        repository: String,
        /// What is wrong with its index.
        reason: String,
    },
    /// The repository has no such chart.
    #[error("{chart} not found in {repository} repository")]
    NoChart {
        /// The chart and the constraint.
        chart: String,
        /// The repository.
        repository: String,
    },
    /// The repository has the chart, and no version of it that fits.
    #[error("{chart} not found in {repository} repository")]
    NoVersion {
        /// The chart and the constraint.
        chart: String,
        /// The repository.
        repository: String,
    },
    /// The version is listed without a package.
    #[error("{0} has no downloadable URLs")]
    NoAddress(String),
    /// The constraint can't be read.
    #[error("{} is not a version or a range: {reason}", quote(constraint))]
    Constraint {
        /// The constraint.
        constraint: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Chooses a version of a chart in the text of a repository's index: the one that the constraint names where there is
/// one, else the highest that fits.
///
/// # Errors
/// An index that can't be read, and nothing that fits; `repository` is for their texts.
pub fn in_index(index: &[u8], repository: &str, want: &Want<'_>) -> Result<Entry, ChooseError> {
    let unreadable = |reason| ChooseError::Unreadable { repository: repository.to_owned(), reason };
    let chart = match want.constraint {
        "" => format!("chart {}", quote(want.chart)),
        constraint => format!("chart {} version {}", quote(want.chart), quote(constraint)),
    };
    let no_chart = || ChooseError::NoChart { chart: chart.clone(), repository: repository.to_owned() };
    let no_version = || ChooseError::NoVersion { chart: chart.clone(), repository: repository.to_owned() };
    let mut versions = index::versions(index, want.chart).map_err(unreadable)?.ok_or_else(no_chart)?;
    let at = if want.exact {
        versions.iter().position(|entry| is_version(want.constraint, &entry.version))
    } else {
        choose(versions.iter().map(|entry| entry.version.as_str()), want.constraint)?
    };
    let entry = versions.swap_remove(at.ok_or_else(no_version)?);
    if entry.address.is_empty() { Err(ChooseError::NoAddress(chart)) } else { Ok(entry) }
}

/// The versions among a registry's tags, highest first. A tag can't have a plus: Helm writes an underscore in its place.
pub fn versions_of_tags(tags: &[String]) -> Vec<String> {
    let version = |tag: &String| Version::parse_strict(&tag.replace('_', "+")).ok();
    let mut versions: Vec<Version> = tags.iter().filter_map(version).collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|version| version.original().to_owned()).collect()
}

/// The version that a constraint chooses of those at hand: the one it names, else the highest that fits.
///
/// # Errors
/// A constraint that can't be read.
pub fn choose_version<'v>(versions: &'v [String], constraint: &str) -> Result<Option<&'v str>, ChooseError> {
    let at = choose(versions.iter().map(String::as_str), constraint)?;
    Ok(at.and_then(|at| versions.get(at)).map(String::as_str))
}

/// As [`choose_version`]; `latest` is the highest release, and a constraint that can't be read chooses nothing.
pub fn best<'v>(versions: &[&'v str], constraint: &str) -> Option<&'v str> {
    let constraint = if constraint == "latest" { "" } else { constraint };
    let at = choose(versions.iter().copied(), constraint).ok()??;
    versions.get(at).copied()
}

/// A digest as an index has it, with or without the name of its algorithm; `None` where it is no SHA-256.
pub fn parse_digest(text: &str) -> Option<Digest> {
    let text = text.strip_prefix("sha256:").unwrap_or(text);
    Digest::parse(&format!("sha256:{text}")).ok()
}

/// The place of the version that a constraint chooses.
fn choose<'v>(
    versions: impl Iterator<Item = &'v str> + Clone,
    constraint: &str,
) -> Result<Option<usize>, ChooseError> {
    let exact = versions.clone().position(|version| !constraint.is_empty() && version == constraint);
    if exact.is_some() {
        return Ok(exact);
    }
    let wanted = if constraint.is_empty() { "*" } else { constraint };
    let range = Constraint::parse(wanted).map_err(|error| ChooseError::Constraint {
        constraint: constraint.to_owned(),
        reason: error.to_string(),
    })?;
    let readable = versions.enumerate().filter_map(|(at, text)| Some((at, Version::parse(text).ok()?)));
    let fitting = readable.filter(|(_, version)| range.check(version));
    // Of equal versions the first in the repository's own order wins.
    Ok(fitting.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(at, _)| at))
}

/// Whether two texts are the same version; texts that are none have to be equal.
fn is_version(wanted: &str, found: &str) -> bool {
    match (Version::parse(wanted), Version::parse(found)) {
        (Ok(wanted), Ok(found)) => wanted == found,
        _ => wanted == found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "apiVersion: v1\nentries:\n  other:\n  - {name: other, version: 9.0.0, urls: [x]}\n  version:\n  - {name: version, version: 3.0.0, urls: [v]}\n  web:\n  - name: web\n    version: 1.0.0\n    urls: [/abs/web-1.0.0.tgz]\n  - name: web\n    version: 2.0.0-rc.1\n    urls: [web-rc.tgz]\n  - name: web\n    version: 1.10.0\n    digest: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n    maintainers: [{name: ann}]\n    dependencies: [{name: a, version: 7.0.0}]\n    urls: [https://cdn.example.com/web-1.10.0.tgz, second]\n  - {name: web, version: 1.9.0}\n  - {version: 8.0.0, urls: [nameless]}\n  - {name: web, version: not-one, urls: [odd]}\n";

    fn ask(chart: &str, constraint: &str, exact: bool) -> Result<(String, String), String> {
        let want = Want { chart, constraint, exact };
        let entry = in_index(INDEX.as_bytes(), "https://a.example.com/c/", &want);
        entry.map(|entry| (entry.version, entry.address)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_highest_fitting_version_is_chosen() {
        let package = |version: &str, address: &str| Ok((version.to_owned(), address.to_owned()));
        let web = |constraint| ask("web", constraint, false);
        assert_eq!(web(""), package("1.10.0", "https://cdn.example.com/web-1.10.0.tgz"));
        assert_eq!(web("~1.0"), package("1.0.0", "/abs/web-1.0.0.tgz"));
        assert_eq!(web("2.0.0-rc.1"), package("2.0.0-rc.1", "web-rc.tgz"));
        assert_eq!(web(">1.0.0-0"), package("2.0.0-rc.1", "web-rc.tgz"));
        assert_eq!(ask("version", "", false), package("3.0.0", "v"));
        let missing = "chart \"web\" version \"^3\" not found in https://a.example.com/c/ repository";
        assert_eq!(web("^3"), Err(missing.to_owned()));
        assert_eq!(web("~1.9"), Err("chart \"web\" version \"~1.9\" has no downloadable URLs".to_owned()));
        let missing = "chart \"none\" not found in https://a.example.com/c/ repository";
        assert_eq!(ask("none", "", false), Err(missing.to_owned()));
        assert!(web("not a range").unwrap_err().contains("is not a version or a range"));
    }

    #[test]
    fn a_locked_version_is_no_range() {
        assert_eq!(ask("web", "v1.0", true).unwrap().0, "1.0.0");
        assert_eq!(ask("web", "not-one", true).unwrap().0, "not-one");
        assert!(ask("web", "1.0.1", true).is_err());
        assert!(ask("web", "^1.0.0", true).is_err());
    }

    #[test]
    fn what_is_no_index_is_refused() {
        let read = |index: &str| {
            let want = Want { chart: "web", constraint: "", exact: false };
            in_index(index.as_bytes(), "https://a.example.com", &want).unwrap_err().to_string()
        };
        let refused =
            "looks like \"https://a.example.com\" is not a valid chart repository or cannot be reached: ";
        assert_eq!(read(""), format!("{refused}empty index.yaml file"));
        assert_eq!(read("entries: {}"), format!("{refused}no API version specified"));
        assert!(read("<html>\n<body>\n").starts_with(refused));
        assert!(read("a: [").starts_with(refused));
        assert_eq!(read("apiVersion: v1"), "chart \"web\" not found in https://a.example.com repository");
    }

    #[test]
    fn tags_of_a_registry_are_versions() {
        let tags = ["1.0.0", "1.1.0_build", "latest", "v2.0.0", "1.0.9", "1.2.0-rc.1"].map(str::to_owned);
        let versions = versions_of_tags(&tags);
        assert_eq!(versions, ["1.2.0-rc.1", "1.1.0+build", "1.0.9", "1.0.0"]);
        assert_eq!(choose_version(&versions, "^1"), Ok(Some("1.1.0+build")));
        assert_eq!(choose_version(&versions, "~1.0"), Ok(Some("1.0.9")));
        assert_eq!(choose_version(&versions, ">2"), Ok(None));
    }

    #[test]
    fn digests_are_read_with_and_without_their_algorithm() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(parse_digest(hex), parse_digest(&format!("sha256:{hex}")));
        assert!(parse_digest(hex).is_some());
        assert_eq!(parse_digest("sha512:ab"), None);
    }
}
