//! `build` and `update`: the steps in Helm's order, told in its words.

use std::path::{Path, PathBuf};

use fairlead_fetch::Native;
use fairlead_helm::chart::Dependency;
use fairlead_helm::source::{dependencies_digest, old_dependencies_digest};
use fairlead_helm::{Chart, Dialect};

use super::super::flags::Flags;
use super::super::registry::Registries;
use super::super::{Failure, remote};
use super::indexes::Indexes;
use super::{download, load, lock, repositories, resolve};
use crate::charts::{HelmFiles, Known};

/// What keeps a chart's `charts/` in line with its `Chart.yaml`.
pub(super) struct Manager<'f> {
    /// The chart's folder.
    pub(super) folder: PathBuf,
    pub(super) dialect: Dialect,
    /// The repositories that Helm knows.
    pub(super) known: Vec<Known>,
    pub(super) files: HelmFiles,
    /// Whether only what is needed is fetched, and that without a word.
    pub(super) quiet: bool,
    flags: &'f Flags,
    native: Native,
}

impl<'f> Manager<'f> {
    /// A manager for the chart in a folder.
    pub(super) fn new(folder: &Path, flags: &'f Flags, dialect: Dialect) -> Result<Manager<'f>, Failure> {
        let files = remote::files(flags);
        Ok(Manager {
            folder: folder.to_owned(),
            dialect,
            known: crate::charts::repositories(&files.repositories)?,
            files,
            quiet: flags.on("skip-refresh"),
            flags,
            native: remote::native(flags)?,
        })
    }

    /// How registries are asked. Helm 4 tells on standard output what it pulled.
    pub(super) fn registries(&self) -> Registries<'_> {
        let on_output = self.dialect == Dialect::Helm4;
        Registries { native: &self.native, flags: self.flags, dialect: self.dialect, on_output }
    }

    /// Chooses versions anew, fills `charts/` and writes the lock.
    pub(super) fn update(&self) -> Result<(), Failure> {
        let chart = load(&self.folder, self.dialect)?;
        let mut asked: Vec<Dependency> = chart.metadata.dependencies().cloned().collect();
        if asked.is_empty() {
            return Ok(());
        }
        let mut names = repositories::names(&mut asked, &self.known, &self.folder)?;
        let mut indexes = Indexes::default();
        indexes.fetch_unknown(self, &asked, &mut names)?;
        indexes.fetch_known(self, &asked)?;
        let mut locked = resolve::resolve(self, &asked, &names, &indexes)?;
        download::all(self, &mut locked, &mut indexes)?;
        let digest = dependencies_digest(&asked, &locked);
        if chart.lock.as_ref().is_none_or(|lock| *lock.digest != *digest) {
            lock::write(&self.folder, &chart, &locked, &digest)?;
        }
        Ok(())
    }

    /// Fills `charts/` with what the lock says; without a lock, as [`Manager::update`] does.
    pub(super) fn build(&self) -> Result<(), Failure> {
        let chart = load(&self.folder, self.dialect)?;
        let Some(held) = &chart.lock else { return self.update() };
        let mut asked: Vec<Dependency> = chart.metadata.dependencies().cloned().collect();
        let mut locked: Vec<Dependency> = held.dependencies.iter().flatten().flatten().cloned().collect();
        let old = old_dependencies_digest(&asked);
        repositories::names(&mut asked, &self.known, &self.folder)?;
        if *dependencies_digest(&asked, &locked) != *held.digest {
            self.check_old(&chart, &old, &held.digest)?;
        }
        repositories::check_all_known(&locked, &self.known)?;
        let mut indexes = Indexes::default();
        indexes.fetch_known(self, &locked)?;
        download::all(self, &mut locked, &mut indexes)
    }

    /// A lock that does not fit may still be one of Helm 2's.
    fn check_old(&self, chart: &Chart, old: &str, held: &str) -> Result<(), Failure> {
        if &*chart.metadata.api_version != "v1" {
            let what = "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies";
            return Err(match self.dialect {
                Dialect::Helm3 => what.to_owned(),
                Dialect::Helm4 => format!("{what} with 'helm dependency update'"),
            });
        }
        anstream::eprintln!(
            "{} warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash...",
            lock::now().format("2006/01/02 15:04:05")
        );
        if old == held {
            return Ok(());
        }
        Err("the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies".to_owned())
    }
}
