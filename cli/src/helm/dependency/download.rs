//! Packages into `charts/`, whole and checked, and old ones out of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fairlead_helm::chart::{Dependency, pack};
use fairlead_helm::{load_folder, load_package};
use fairlead_template::go::semver::{Constraint, Version};

use super::super::value_options::reason;
use super::super::{Failure, chart_path};
use super::indexes::Indexes;
use super::load;
use super::manager::Manager;
use super::repositories::local;

/// A package for `charts/`.
struct Package {
    file: String,
    content: Vec<u8>,
}

impl Package {
    /// A package that will have this name in `charts/`: names come from charts and from indexes, and must not lead out
    /// of it.
    fn new(file: String, content: Vec<u8>) -> Result<Package, Failure> {
        match is_name(&file) {
            true => Ok(Package { file, content }),
            false => Err(format!("a package cannot be saved as {file:?}: that is not the name of a file")),
        }
    }
}

/// Whether text can be the name of a file, on any system.
fn is_name(text: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | ':');
    !matches!(text, "" | "." | "..") && text.chars().all(plain)
}

/// Fetches every dependency, and moves the packages into `charts/` when all are there. Versions of folders that changed
/// since they were chosen are corrected in `locked`.
pub(super) fn all(
    manager: &Manager<'_>,
    locked: &mut [Dependency],
    indexes: &mut Indexes,
) -> Result<(), Failure> {
    let charts = manager.folder.join("charts");
    if charts.exists() && !charts.is_dir() {
        return Err(format!("{:?} is not a directory", charts.display().to_string()));
    }
    fs::create_dir_all(&charts).map_err(|error| format!("mkdir {}: {}", charts.display(), reason(&error)))?;
    anstream::println!("Saving {} charts", locked.len());
    let mut packages = Vec::new();
    let mut downloaded = BTreeSet::new();
    for dependency in locked.iter_mut() {
        let fetched = one(manager, dependency, indexes, &mut downloaded);
        packages.extend(fetched.map_err(|failure| match failure {
            Stopped::Now(failure) => failure,
            Stopped::Told(failure) => {
                anstream::println!("Save error occurred:  {failure}");
                failure
            }
        })?);
    }
    place(manager, locked, &charts, &packages)
}

/// Why a dependency is not there.
enum Stopped {
    /// An error as it is.
    Now(Failure),
    /// One that Helm tells twice.
    Told(Failure),
}

fn one(
    manager: &Manager<'_>,
    dependency: &mut Dependency,
    indexes: &Indexes,
    downloaded: &mut BTreeSet<String>,
) -> Result<Option<Package>, Stopped> {
    let Dependency { name, version, repository, .. } = &*dependency;
    if repository.is_empty() {
        anstream::println!(
            "Dependency {name} did not declare a repository. Assuming it exists in the charts directory"
        );
        return check_present(manager, dependency).map(|()| None);
    }
    if repository.starts_with("file://") {
        let (version, package) = of_folder(manager, dependency).map_err(Stopped::Told)?;
        dependency.version = version.as_str().into();
        return Ok(Some(package));
    }
    let told = || anstream::println!("Downloading {name} from repo {repository}");
    if repository.starts_with("oci://") {
        told();
        let address = format!("{repository}/{name}");
        let pulled = manager.registries().pull(&address, version);
        let chart =
            pulled.map_err(|failure| Stopped::Told(format!("could not download {address}: {failure}")))?;
        let file = format!("{name}-{}.tgz", chart.version);
        return Package::new(file, chart.package.bytes().to_vec()).map(Some).map_err(Stopped::Told);
    }
    let package = indexes.package(dependency).map_err(Stopped::Told)?;
    let address = package.address();
    if !downloaded.insert(address.clone()) {
        anstream::println!("Already downloaded {name} from repo {repository}");
        return Ok(None);
    }
    told();
    let content = package.fetch();
    let content =
        content.map_err(|failure| Stopped::Told(format!("could not download {address}: {failure}")))?;
    let file = file_name(&address).unwrap_or_else(|| format!("{name}-{version}.tgz"));
    Package::new(file, content.bytes().to_vec()).map(Some).map_err(Stopped::Told)
}

/// Checks the version of a chart that lies in `charts/` as a folder.
fn check_present(manager: &Manager<'_>, dependency: &Dependency) -> Result<(), Stopped> {
    let Dependency { name, version, .. } = dependency;
    let path = manager.folder.join("charts").join(&**name);
    let chart = load(&path, manager.dialect)
        .map_err(|error| Stopped::Now(format!("unable to load chart '{}': {error}", path.display())))?;
    let constraint = Constraint::parse(version).map_err(|error| {
        Stopped::Now(format!("dependency {name} has an invalid version/constraint format: {error}"))
    })?;
    let found = Version::parse(&chart.metadata.version)
        .map_err(|error| Stopped::Now(format!("invalid version {version} for dependency {name}: {error}")))?;
    if constraint.check(&found) {
        return Ok(());
    }
    let found = &chart.metadata.version;
    Err(Stopped::Told(format!(
        "dependency {name} at version {found} does not satisfy the constraint {version}"
    )))
}

/// The package of a folder, and its version.
fn of_folder(manager: &Manager<'_>, dependency: &Dependency) -> Result<(String, Package), Failure> {
    let Dependency { name, version, repository, .. } = dependency;
    let files = chart_path::folder(&local(&manager.folder, repository)?)?;
    let chart = load_folder(files.clone(), manager.dialect).map_err(|error| error.to_string())?;
    let constraint = Constraint::parse(version)
        .map_err(|error| format!("dependency {name} has an invalid version/constraint format: {error}"))?;
    let metadata = &chart.metadata;
    let found = Version::parse(&metadata.version).map_err(|error| error.to_string())?;
    if !constraint.check(&found) {
        return Err(format!("can't get a valid version for dependency {name}"));
    }
    let file = format!("{}-{}.tgz", metadata.name, metadata.version);
    Ok((metadata.version.to_string(), Package::new(file, pack(&metadata.name, &files))?))
}

/// The name of the file at an address, decoded; `None` where it is none that a file may have.
fn file_name(address: &str) -> Option<String> {
    let url = fairlead_template::go::url::Url::parse(address).ok()?;
    let name = url.path.rsplit('/').next()?;
    is_name(name).then(|| name.to_owned())
}

/// Moves packages into `charts/`, and takes out those that nothing asks for any more.
fn place(
    manager: &Manager<'_>,
    locked: &[Dependency],
    charts: &Path,
    packages: &[Package],
) -> Result<(), Failure> {
    let before = file_names(charts)?;
    let staged = Staged::new(&manager.folder)?;
    let mut kept = BTreeSet::new();
    for Package { file, content } in packages {
        let path = staged.0.join(file);
        kept.insert(file.as_str());
        if let Err(error) = load_package(content, manager.dialect) {
            anstream::print!("Could not verify {} for moving: {error} (Skipping)", path.display());
            continue;
        }
        let written = fs::write(&path, content).and_then(|()| fs::rename(&path, charts.join(file)));
        written.map_err(|error| format!("open {}: {}", charts.join(file).display(), reason(&error)))?;
    }
    anstream::println!("Deleting outdated charts");
    for name in before.iter().filter(|name| !kept.contains(name.as_str())) {
        let path = charts.join(name);
        let loaded = fs::read(&path).map_err(|error| reason(&error));
        let loaded = loaded
            .and_then(|package| load_package(&package, manager.dialect).map_err(|error| error.to_string()));
        match loaded {
            Err(error) => {
                anstream::println!("Could not verify {} for deletion: {error} (Skipping)", path.display());
            }
            Ok(chart) => {
                let local = |dependency: &Dependency| {
                    dependency.repository.is_empty() && dependency.name == chart.metadata.name
                };
                if !locked.iter().any(local)
                    && let Err(error) = fs::remove_file(&path)
                {
                    anstream::print!("Could not delete {}: {} (Skipping)", path.display(), reason(&error));
                }
            }
        }
    }
    Ok(())
}

/// The names of the files in a folder, sorted.
fn file_names(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error: std::io::Error| format!("open {}: {}", folder.display(), reason(&error));
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_type().map_err(failed)?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// A folder beside `charts/` that packages are written to first, so that they appear whole.
struct Staged(PathBuf);

impl Staged {
    fn new(folder: &Path) -> Result<Staged, Failure> {
        let path = folder.join(format!("tmpcharts-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("mkdir {}: {}", path.display(), reason(&error)))?;
        Ok(Staged(path))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // What is left of it is in nobody's way.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Package, file_name};

    #[test]
    fn files_are_named_after_their_address_and_nothing_else() {
        assert_eq!(
            file_name("https://a.example/c/web-1.0.0%2Bb1.tgz?x=/y").as_deref(),
            Some("web-1.0.0+b1.tgz")
        );
        assert_eq!(file_name("https://a.example/c/..%2f..%2fetc%2fpasswd").as_deref(), Some("passwd"));
        for bad in [
            "https://a.example/c/",
            "https://a.example/c/..",
            "https://a.example/..%2f..",
            "https://a.example/a%5cb",
            "https://a.example/C%3aweb",
        ] {
            assert_eq!(file_name(bad), None, "{bad}");
        }
    }

    #[test]
    fn packages_stay_in_their_folder() {
        assert!(Package::new("web-1.0.0+b1.tgz".to_owned(), Vec::new()).is_ok());
        for bad in
            ["../../web-1.0.0.tgz", "/etc/web-1.0.0.tgz", "a\\b-1.tgz", "C:web-1.tgz", "..", "", "a\nb"]
        {
            assert!(Package::new(bad.to_owned(), Vec::new()).is_err(), "{bad}");
        }
    }
}
