//! `fairlead helm dependency`: fills `charts/` with what `Chart.yaml` asks for, and lists it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use fairlead_helm::chart::{Dependency, pack};
use fairlead_helm::source::{dependencies_digest, lock_yaml};
use fairlead_helm::{Chart, Dialect, load_folder};
use fairlead_template::go::semver::{Constraint, Version};

use super::flags::{Flag, Flags};
use super::value_options::reason;
use super::{Failure, GLOBAL, chart_path, dialect, flags};

const FLAGS: &[Flag] = &[
    Flag::switch("skip-refresh", "without effect: no index is kept"),
    Flag::value("max-col-width", "maximum column width for output table"),
];

const USAGE: &str = "\
Manages the charts that a chart depends on.

Usage:  fairlead helm dependency build|list|update CHART [flags]

Dependencies from folders (file://) and from charts/ itself are handled. Packages from repositories and registries are
not fetched: put them into charts/ first.
";

/// Runs the command with the arguments behind its name.
pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let known: &[&[Flag]] = &[FLAGS, chart_path::FLAGS, GLOBAL];
    let flags = Flags::parse(arguments, known)?;
    let [action, rest @ ..] = flags.positional.as_slice() else {
        anstream::print!("{USAGE}{}", flags::help(known));
        return Ok(());
    };
    if flags.help {
        anstream::print!("{USAGE}{}", flags::help(known));
        return Ok(());
    }
    let folder = PathBuf::from(rest.first().map_or(".", String::as_str));
    let dialect = dialect(&flags)?;
    let text = match action.as_str() {
        "build" => build(&folder, dialect)?,
        "update" | "up" => update(&folder, dialect)?,
        "list" | "ls" => list(&load(&folder, dialect)?, &folder),
        other => return Err(format!("unknown command {other:?} for \"helm dependency\"")),
    };
    anstream::print!("{text}");
    Ok(())
}

/// Brings `charts/` and the lock in line with `Chart.yaml`; returns what Helm prints.
pub(super) fn update(folder: &Path, dialect: Dialect) -> Result<String, Failure> {
    let chart = load(folder, dialect)?;
    let asked: Vec<Dependency> = chart.metadata.dependencies().cloned().collect();
    if asked.is_empty() {
        return Ok(String::new());
    }
    let mut locked = Vec::new();
    let mut missing = Vec::new();
    for dependency in &asked {
        match resolve(folder, dependency, dialect)? {
            Some(version) => locked.push(lock_entry(dependency, &version)),
            None => missing.push(describe(dependency)),
        }
    }
    if !missing.is_empty() {
        return Err(format!(
            "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml",
            missing.len(),
            missing.join(", ")
        ));
    }
    let told = save(folder, &locked, dialect)?;
    let digest = dependencies_digest(&asked, &locked);
    if chart.lock.as_ref().is_none_or(|lock| *lock.digest != *digest) {
        let name = if &*chart.metadata.api_version == "v1" { "requirements.lock" } else { "Chart.lock" };
        let text = lock_yaml(&locked, &digest, &now()).map_err(|error| error.to_string())?;
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| format!("open {}: {}", path.display(), reason(&error)))?;
    }
    Ok(told)
}

/// Fills `charts/` with what the lock says; without a lock, as `update` does.
fn build(folder: &Path, dialect: Dialect) -> Result<String, Failure> {
    let chart = load(folder, dialect)?;
    let Some(lock) = &chart.lock else { return update(folder, dialect) };
    let asked: Vec<Dependency> = chart.metadata.dependencies().cloned().collect();
    let locked: Vec<Dependency> = lock.dependencies.iter().flatten().flatten().cloned().collect();
    if *dependencies_digest(&asked, &locked) != *lock.digest {
        return Err(match (&*chart.metadata.api_version, dialect) {
            ("v1", _) => "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies".to_owned(),
            (_, Dialect::Helm3) => "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies".to_owned(),
            (_, Dialect::Helm4) => "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'".to_owned(),
        });
    }
    save(folder, &locked, dialect)
}

fn load(folder: &Path, dialect: Dialect) -> Result<Chart, Failure> {
    if !folder.is_dir() {
        return Err(format!("could not find {}: {}", folder.display(), "stat: no such file or directory"));
    }
    load_folder(chart_path::folder(folder)?, dialect).map_err(|error| error.to_string())
}

/// The exact version that a dependency comes to, or `None` where what is there does not fit.
fn resolve(folder: &Path, dependency: &Dependency, dialect: Dialect) -> Result<Option<String>, Failure> {
    let constraint = Constraint::parse(&dependency.version).map_err(|error| {
        format!("dependency {:?} has an invalid version/constraint format: {error}", &*dependency.name)
    })?;
    if dependency.repository.is_empty() {
        existing(&folder.join("charts").join(&*dependency.name))?;
        return Ok(Some(dependency.version.to_string()));
    }
    let source = local(folder, dependency)?;
    let chart = load(&source, dialect)?;
    let version = chart.metadata.version;
    Ok(Version::parse(&version).ok().filter(|parsed| constraint.check(parsed)).map(|_| version.to_string()))
}

/// The folder of a `file://` dependency.
fn local(folder: &Path, dependency: &Dependency) -> Result<PathBuf, Failure> {
    let Some(path) = dependency.repository.strip_prefix("file://") else {
        return Err(format!(
            "{} comes from {}: packages are not fetched by this command: put it into charts/ first",
            dependency.name, dependency.repository
        ));
    };
    let path = if path.starts_with('/') { PathBuf::from(path) } else { folder.join(path) };
    existing(&path)?;
    Ok(path)
}

fn existing(path: &Path) -> Result<(), Failure> {
    if path.is_dir() { Ok(()) } else { Err(format!("directory {} not found", path.display())) }
}

/// Packs the dependencies into `charts/` in place of older packages of the same charts.
fn save(folder: &Path, locked: &[Dependency], dialect: Dialect) -> Result<String, Failure> {
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).map_err(|error| format!("mkdir {}: {}", charts.display(), reason(&error)))?;
    let mut told = format!("Saving {} charts\n", locked.len());
    let mut packages = Vec::new();
    for dependency in locked {
        if dependency.repository.is_empty() {
            let _ = writeln!(
                told,
                "Dependency {} did not declare a repository. Assuming it exists in the charts directory",
                dependency.name
            );
            continue;
        }
        let files = chart_path::folder(&local(folder, dependency)?)?;
        let chart = load_folder(files.clone(), dialect).map_err(|error| error.to_string())?;
        let name = format!("{}-{}.tgz", chart.metadata.name, chart.metadata.version);
        packages.push((dependency.name.to_string(), name, pack(&chart.metadata.name, &files)));
    }
    told.push_str("Deleting outdated charts\n");
    for (chart, name, package) in packages {
        remove_older(&charts, &chart, &name)?;
        let path = charts.join(name);
        fs::write(&path, package).map_err(|error| format!("open {}: {}", path.display(), reason(&error)))?;
    }
    Ok(told)
}

/// Removes other packages of a chart: its name, a dash and a version.
fn remove_older(charts: &Path, chart: &str, keep: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| format!("open {}: {}", charts.display(), reason(&error));
    for entry in fs::read_dir(charts).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let version = name
            .strip_prefix(chart)
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| rest.strip_suffix(".tgz"));
        if name != keep && version.is_some_and(|version| Version::parse(version).is_ok()) {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

fn lock_entry(dependency: &Dependency, version: &str) -> Dependency {
    Dependency {
        name: dependency.name.clone(),
        version: version.into(),
        repository: dependency.repository.clone(),
        ..Dependency::default()
    }
}

fn describe(dependency: &Dependency) -> String {
    format!(
        "{:?} (repository {:?}, version {:?})",
        &*dependency.name, &*dependency.repository, &*dependency.version
    )
}

/// A table of the dependencies and whether `charts/` has them.
fn list(chart: &Chart, folder: &Path) -> String {
    let mut rows = vec![["NAME", "VERSION", "REPOSITORY", "STATUS"].map(str::to_owned)];
    for dependency in chart.metadata.dependencies() {
        let found = chart.subcharts.iter().find(|subchart| subchart.metadata.name == dependency.name);
        let status = match found {
            None => "missing",
            Some(_) if folder.join("charts").join(&*dependency.name).is_dir() => "unpacked",
            Some(found) => {
                match (Constraint::parse(&dependency.version), Version::parse(&found.metadata.version)) {
                    (Ok(constraint), Ok(version)) if !constraint.check(&version) => "wrong version",
                    _ => "ok",
                }
            }
        };
        rows.push(
            [&*dependency.name, &*dependency.version, &*dependency.repository, status].map(str::to_owned),
        );
    }
    if rows.len() == 1 {
        return format!("WARNING: no dependencies at {}\n", folder.join("charts").display());
    }
    let widths: Vec<usize> =
        (0..4).map(|at| rows.iter().map(|row| row[at].len()).max().unwrap_or(0)).collect();
    rows.iter().fold(String::new(), |mut text, row| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}\t")).collect();
        text.push_str(&cells.concat());
        text.push('\n');
        text
    })
}

/// The time in RFC 3339, in UTC.
fn now() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (now.as_secs() / 86_400, now.as_secs() % 86_400);
    // Days since 0000-03-01, so that leap days come last in their year.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + carry;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{:09}Z", now.subsec_nanos())
}
