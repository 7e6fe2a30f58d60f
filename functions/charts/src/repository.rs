//! Chart repositories: an `index.yaml`, and packages where it says.

use fairlead_fetch::{Address, AddressError, Fetch};
use fairlead_helm::source::{self, Want};
use fairlead_template::go::url::Url;
use fairlead_world::{Blob, Digest};

use crate::error::ChartError;
use crate::limits;
use crate::registry::{self, Reference};
use crate::session::{Ask, Session, wrong};

/// A chart repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    written: String,
    address: Address,
}

/// A repository's `index.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    repository: Repository,
    at: Address,
    text: Blob,
}

/// A version of a chart, and where its package is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The exact version.
    pub version: String,
    /// Where the package is.
    pub package: Place,
    /// What the package's content must be, as far as the index says.
    pub digest: Option<Digest>,
    repository: Address,
}

/// Where a package is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At an address.
    Http(Address),
    /// In a registry, which some repositories are only a list of.
    Registry(Reference),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Http(address) => address.fmt(f),
            Place::Registry(reference) => write!(f, "oci://{reference}"),
        }
    }
}

impl Repository {
    /// Reads a repository's address.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn parse(text: &str) -> Result<Repository, ChartError> {
        Ok(Repository { written: text.to_owned(), address: Address::parse(text)? })
    }

    /// Where the index is.
    pub fn index_address(&self) -> Result<Address, ChartError> {
        Ok(below(&self.address, "index.yaml")?)
    }

    /// Fetches the index.
    ///
    /// # Errors
    /// Whatever keeps it from coming; its content is looked at when something is sought in it.
    pub async fn index<F: Fetch>(&self, session: &Session<'_, F>) -> Result<Index, ChartError> {
        let at = self.index_address()?;
        let ask = Ask {
            address: &at,
            accept: "application/yaml, text/yaml, */*",
            authorization: session.basic(),
            limit: limits::INDEX_BYTES,
        };
        let text = session.body(ask).await.map_err(|source| ChartError::Index {
            repository: self.written.clone(),
            source: Box::new(source),
        })?;
        let text = Blob::from(text);
        Ok(Index { repository: self.clone(), at, text })
    }
}

impl Index {
    /// Finds the version of a chart that a constraint chooses; the highest release where it is empty.
    ///
    /// # Errors
    /// An index that can't be read, no such chart, no version that fits, and a package at no address.
    pub fn find(&self, chart: &str, constraint: &str) -> Result<Found, ChartError> {
        self.seek(&Want { chart, constraint, exact: false })
    }

    /// Finds the version that a lock names, and no other.
    ///
    /// # Errors
    /// As [`Index::find`].
    pub fn locked(&self, chart: &str, version: &str) -> Result<Found, ChartError> {
        self.seek(&Want { chart, constraint: version, exact: true })
    }

    fn seek(&self, want: &Want<'_>) -> Result<Found, ChartError> {
        let entry = source::in_index(self.text.bytes(), &self.repository.written, want)?;
        let package = if entry.address.starts_with("oci://") {
            Place::Registry(Reference::parse(&entry.address)?)
        } else {
            Place::Http(below(&self.repository.address, &entry.address)?)
        };
        let digest = match entry.digest.as_deref().map(source::parse_digest) {
            Some(None) => return Err(wrong(&self.at, "a digest in it is no SHA-256")),
            digest => digest.flatten(),
        };
        Ok(Found { version: entry.version, package, digest, repository: self.repository.address.clone() })
    }
}

impl Found {
    /// Fetches the package, and holds it against the digest that the index names.
    ///
    /// # Errors
    /// Whatever keeps it from coming, and [`ChartError::Digest`].
    pub async fn fetch<F: Fetch>(&self, session: &Session<'_, F>) -> Result<Blob, ChartError> {
        let address = match &self.package {
            Place::Http(address) => address,
            Place::Registry(reference) => {
                let package = registry::pull(&session.elsewhere(), reference).await?.package;
                return self.verified(package);
            }
        };
        let own = session.access.everywhere || address.origin() == self.repository.origin();
        let ask = Ask {
            address,
            accept: "application/gzip,application/octet-stream",
            authorization: session.basic().filter(|_| own),
            limit: limits::PACKAGE_BYTES,
        };
        self.verified(Blob::from(session.body(ask).await?))
    }

    fn verified(&self, package: Blob) -> Result<Blob, ChartError> {
        let found = package.digest();
        match self.digest {
            Some(wanted) if wanted != found => {
                Err(ChartError::Digest { address: self.package.to_string(), found, wanted })
            }
            _ => Ok(package),
        }
    }
}

/// Fetches what is at an address of its own: a package, or a file of values.
///
/// # Errors
/// Whatever keeps it from coming.
pub async fn package<F: Fetch>(session: &Session<'_, F>, address: &Address) -> Result<Blob, ChartError> {
    let ask = Ask {
        address,
        accept: "application/gzip,application/octet-stream",
        authorization: session.basic(),
        limit: limits::PACKAGE_BYTES,
    };
    Ok(Blob::from(session.body(ask).await?))
}

/// An address below a repository's, which is taken for a folder and keeps its query, as Helm joins what an index names.
fn below(repository: &Address, reference: &str) -> Result<Address, AddressError> {
    if Url::parse(reference).is_ok_and(|url| !url.scheme.is_empty()) {
        return Address::parse(reference);
    }
    let (path, query) = repository
        .target()
        .split_once('?')
        .map_or((repository.target(), None), |(path, query)| (path, Some(query)));
    let folder = Address::parse(&format!("{}{}/", repository.origin(), path.trim_end_matches('/')))?;
    let joined = folder.refer(reference)?;
    let path = without_dots(joined.target().split('?').next().unwrap_or_default());
    let query = query.map(|query| format!("?{query}"));
    let query = query.or_else(|| joined.target().find('?').map(|at| joined.target()[at..].to_owned()));
    Address::parse(&format!("{}{path}{}", joined.origin(), query.unwrap_or_default()))
}

/// A path without `.` and `..` segments, which servers and caches read differently.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_below_their_repository() {
        let joined = |repository: &str, reference: &str| {
            let repository = Address::parse(repository).unwrap();
            below(&repository, reference).map(|address| address.to_string()).ok()
        };
        let charts = "https://a.example/charts";
        for (reference, expected) in [
            ("web.tgz", "https://a.example/charts/web.tgz"),
            ("./web.tgz?x=1", "https://a.example/charts/web.tgz?x=1"),
            ("../web.tgz", "https://a.example/web.tgz"),
            ("../../../web.tgz", "https://a.example/web.tgz"),
            ("/web.tgz", "https://a.example/web.tgz"),
            ("//b.example/web.tgz", "https://b.example/web.tgz"),
            ("http://b.example/web.tgz", "http://b.example/web.tgz"),
        ] {
            assert_eq!(joined(charts, reference).as_deref(), Some(expected), "{reference}");
        }
        assert_eq!(
            joined("https://a.example/c/?t=1", "web.tgz").as_deref(),
            Some("https://a.example/c/web.tgz?t=1")
        );
        for bad in ["javascript:alert(1)", "https:web.tgz", "file:///etc/passwd", "web .tgz", "a\\b.tgz"] {
            assert_eq!(joined(charts, bad), None, "{bad}");
        }
    }
}
