//! The exact version that each dependency comes to.

use fairlead_charts::ChartError;
use fairlead_helm::chart::Dependency;
use fairlead_helm::source::ChooseError;
use fairlead_template::go::semver::{Constraint, Version};

use super::super::Failure;
use super::indexes::Indexes;
use super::load;
use super::manager::Manager;
use super::repositories::{Names, joined, local};

/// Chooses a version for each dependency, as `Chart.lock` lists them.
pub(super) fn resolve(
    manager: &Manager<'_>,
    asked: &[Dependency],
    names: &Names,
    indexes: &Indexes,
) -> Result<Vec<Dependency>, Failure> {
    let mut locked = Vec::new();
    let mut missing = Vec::new();
    for dependency in asked {
        match version(manager, dependency, names, indexes)? {
            Some(version) => locked.push(entry(dependency, &version)),
            None => missing.push(described(dependency)),
        }
    }
    if missing.is_empty() {
        return Ok(locked);
    }
    Err(format!(
        "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml",
        missing.len(),
        missing.join(", ")
    ))
}

/// The version, or `None` where nothing that is there fits.
fn version(
    manager: &Manager<'_>,
    dependency: &Dependency,
    names: &Names,
    indexes: &Indexes,
) -> Result<Option<String>, Failure> {
    let Dependency { name, version: wanted, repository, .. } = dependency;
    let constraint = Constraint::parse(wanted).map_err(|error| {
        format!("dependency {:?} has an invalid version/constraint format: {error}", &**name)
    })?;
    let fits = |version: &str| Version::parse(version).is_ok_and(|version| constraint.check(&version));
    if repository.is_empty() {
        let folder = joined(&manager.folder, &format!("charts/{name}"));
        let missing = || format!("directory {} not found", folder.display());
        return if folder.exists() { Ok(Some(wanted.to_string())) } else { Err(missing()) };
    }
    if repository.starts_with("file://") {
        let chart = load(&local(&manager.folder, repository)?, manager.dialect)?;
        return Ok(Some(chart.metadata.version.to_string()).filter(|version| fits(version)));
    }
    if repository.starts_with("oci://") {
        if Version::parse(wanted).is_ok() {
            return Ok(Some(wanted.to_string()));
        }
        let versions = manager.registries().versions(repository, name)?;
        let chosen = versions.into_iter().find(|version| fits(version));
        // Nothing that fits is found out when it is downloaded.
        return Ok(Some(chosen.unwrap_or_else(|| wanted.to_string())));
    }
    let index = indexes.named(names.get(&**name).map_or("", String::as_str), manager)?;
    match index.find(name, wanted) {
        Ok(found) => Ok(Some(found.version)),
        Err(ChartError::Choose(ChooseError::NoVersion { .. } | ChooseError::NoAddress(_))) => Ok(None),
        Err(ChartError::Choose(ChooseError::NoChart { .. })) => {
            Err(format!("{name} chart not found in repo {repository}"))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn entry(dependency: &Dependency, version: &str) -> Dependency {
    Dependency {
        name: dependency.name.clone(),
        version: version.into(),
        repository: dependency.repository.clone(),
        ..Dependency::default()
    }
}

fn described(dependency: &Dependency) -> String {
    format!(
        "{:?} (repository {:?}, version {:?})",
        &*dependency.name, &*dependency.repository, &*dependency.version
    )
}
