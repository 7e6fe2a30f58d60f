//! The indexes of repositories, fetched before versions are chosen.

use std::collections::BTreeMap;

use fairlead_charts::repository::{Index, Repository};
use fairlead_charts::{Access, ChartError, Session};
use fairlead_fetch::Native;
use fairlead_helm::chart::Dependency;
use fairlead_world::{Blob, Digest};
use futures_executor::block_on;

use super::super::Failure;
use super::super::remote::check_scheme;
use super::manager::Manager;
use super::repositories::{Names, is_local_or_oci};
use crate::charts::{Known, anywhere, same_repository};

/// Indexes by the name that Helm keeps them under.
#[derive(Default)]
pub(super) struct Indexes(BTreeMap<String, Fetched>);

struct Fetched {
    index: Index,
    /// How packages of it are fetched.
    source: Known,
}

impl Indexes {
    /// Fetches the indexes of repositories that Helm does not know, and names them.
    pub(super) fn fetch_unknown(
        &mut self,
        manager: &Manager<'_>,
        asked: &[Dependency],
        names: &mut Names,
    ) -> Result<(), Failure> {
        let mut unknown: Vec<Known> = Vec::new();
        for dependency in asked {
            let repository = &*dependency.repository;
            if repository.is_empty() || names.contains_key(&*dependency.name) {
                continue;
            }
            let name = format!("helm-manager-{}", hex(repository));
            names.insert(dependency.name.to_string(), name.clone());
            if !unknown.iter().any(|known| known.name == name) {
                unknown.push(Known { name, url: repository.to_owned(), ..Known::default() });
            }
        }
        if !unknown.is_empty() && !manager.quiet {
            anstream::println!("Getting updates for unmanaged Helm repositories...");
        }
        for known in unknown {
            self.fetch(manager, &known, &format!("{:?}", known.url), "")?;
        }
        Ok(())
    }

    /// Fetches the indexes of the repositories that Helm knows: all of them, or those that are needed where nothing is to
    /// be refreshed.
    pub(super) fn fetch_known(&mut self, manager: &Manager<'_>, asked: &[Dependency]) -> Result<(), Failure> {
        let needed = |known: &&Known| {
            let of = |dependency: &Dependency| {
                !is_local_or_oci(&dependency.repository)
                    && same_repository(&known.url, &dependency.repository)
            };
            !manager.quiet || asked.iter().any(of)
        };
        if manager.known.is_empty() {
            return Ok(());
        }
        if !manager.quiet {
            anstream::println!("Hang tight while we grab the latest from your chart repositories...");
        }
        for known in manager.known.iter().filter(needed) {
            self.fetch(manager, known, &format!("{:?}", known.name), &format!(" ({})", known.url))?;
        }
        if !manager.quiet {
            anstream::println!("Update Complete. ⎈Happy Helming!⎈");
        }
        Ok(())
    }

    /// Fetches one. That it can't be had is told, and is an error only where something is sought in it.
    fn fetch(
        &mut self,
        manager: &Manager<'_>,
        known: &Known,
        shown: &str,
        address: &str,
    ) -> Result<(), Failure> {
        check_scheme(&known.url)?;
        let fetched =
            with_session(known, async |session| Repository::parse(&known.url)?.index(session).await)?;
        match fetched {
            Ok(index) => {
                if !manager.quiet {
                    anstream::println!("...Successfully got an update from the {shown} chart repository");
                }
                self.0.insert(known.name.clone(), Fetched { index, source: known.clone() });
            }
            Err(error) => {
                let error = match error {
                    ChartError::Index { source, .. } => *source,
                    error => error,
                };
                if !manager.quiet {
                    anstream::println!(
                        "...Unable to get an update from the {shown} chart repository{address}:\n\t{error}"
                    );
                }
            }
        }
        Ok(())
    }

    /// The index of a name.
    pub(super) fn named(&self, name: &str, manager: &Manager<'_>) -> Result<&Index, Failure> {
        self.0.get(name).map(|fetched| &fetched.index).ok_or_else(|| {
            let path = manager.files.cache.join(format!("{name}-index.yaml"));
            format!(
                "no cached repository for {name} found. (try 'helm repo update'): open {}: no such file or directory",
                path.display()
            )
        })
    }

    /// Finds the package of an exact version: where it is, and how to fetch it.
    pub(super) fn package(&self, dependency: &Dependency) -> Result<Package<'_>, Failure> {
        let repository = &*dependency.repository;
        let of = |fetched: &&Fetched| same_repository(&fetched.source.url, repository);
        let Fetched { index, source } = self.0.values().find(of).ok_or_else(|| {
            format!(
                "could not find : chart {} not found in {repository}: its index could not be had",
                dependency.name
            )
        })?;
        let found = index.locked(&dependency.name, &dependency.version).map_err(|error| {
            use fairlead_helm::source::ChooseError;
            match error {
                ChartError::Choose(ChooseError::NoChart { .. }) => {
                    "could not find : entry not found".to_owned()
                }
                ChartError::Choose(ChooseError::NoVersion { .. }) => {
                    "could not find : no matching version".to_owned()
                }
                error => format!("could not find : {error}"),
            }
        })?;
        Ok(Package { found, source })
    }
}

/// A package that an index names.
pub(super) struct Package<'i> {
    found: fairlead_charts::repository::Found,
    source: &'i Known,
}

impl Package<'_> {
    /// Where it is.
    pub(super) fn address(&self) -> String {
        self.found.package.to_string()
    }

    /// Fetches it.
    pub(super) fn fetch(&self) -> Result<Blob, Failure> {
        let fetched = with_session(self.source, async |session| self.found.fetch(session).await)?;
        fetched.map_err(|error| error.to_string())
    }
}

/// Asks a repository with its own credentials and certificates.
fn with_session<T>(
    known: &Known,
    ask: impl AsyncFnOnce(&Session<'_, Native>) -> Result<T, ChartError>,
) -> Result<Result<T, ChartError>, Failure> {
    let native = known.trust.native().map_err(|error| error.to_string())?;
    let access = Access { credentials: known.credentials.clone(), everywhere: known.everywhere };
    Ok(block_on(async { ask(&Session::new(&native, anywhere(), access)).await }))
}

/// The hexadecimal SHA-256 of a text.
fn hex(text: &str) -> String {
    let digest = Digest::of(text.as_bytes()).to_string();
    digest.strip_prefix("sha256:").unwrap_or(&digest).to_owned()
}
