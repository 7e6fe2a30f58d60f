//! `list`: the dependencies, and whether `charts/` has them.

use std::fs;
use std::path::{Path, PathBuf};

use fairlead_helm::chart::Dependency;
use fairlead_helm::{Chart, Dialect, load_package};
use fairlead_template::go::semver::{Constraint, Version};

use super::super::Failure;
use super::super::value_options::reason;
use super::load;

/// The widest column where nothing else is said.
const WIDTH: usize = 80;

/// A table of the dependencies, and what lies in `charts/` besides.
pub(super) fn list(folder: &Path, width: &str, dialect: Dialect) -> Result<String, Failure> {
    let chart = load(folder, dialect)?;
    let charts = folder.join("charts");
    let asked: Vec<&Dependency> = chart.metadata.dependencies().collect();
    if asked.is_empty() {
        return Ok(format!("WARNING: no dependencies at {}\n", charts.display()));
    }
    let width = if width.is_empty() { WIDTH } else { width.parse().unwrap_or(WIDTH) };
    let paths = entries(&charts)?;
    let mut rows = vec![["NAME", "VERSION", "REPOSITORY", "STATUS"].map(str::to_owned)];
    for dependency in &asked {
        let status = status(dependency, &chart, &paths, dialect);
        rows.push(
            [&*dependency.name, &*dependency.version, &*dependency.repository, status].map(str::to_owned),
        );
    }
    let mut text = table(&rows, width);
    text.push('\n');
    for path in &paths {
        let named = |chart: &Chart| asked.iter().any(|dependency| dependency.name == chart.metadata.name);
        let loaded = match path.is_dir() {
            true => load(path, dialect).ok(),
            false if path.extension().is_some_and(|extension| extension == "tgz") => package(path, dialect),
            false => continue,
        };
        match loaded {
            None => text.push_str(&format!("WARNING: {:?} is not a chart.\n", path.display().to_string())),
            Some(chart) if !named(&chart) => {
                text.push_str(&format!("WARNING: {:?} is not in Chart.yaml.\n", path.display().to_string()));
            }
            Some(_) => {}
        }
    }
    Ok(text)
}

/// What lies in a folder, sorted, without what is hidden.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let failed = |error: std::io::Error| format!("open {}: {}", folder.display(), reason(&error));
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(failed)?;
    paths.retain(|path| !name(path).starts_with('.'));
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn package(path: &Path, dialect: Dialect) -> Option<Chart> {
    load_package(&fs::read(path).ok()?, dialect).ok()
}

/// A dependency's state: of its only package, else of what was loaded with the chart.
fn status(dependency: &Dependency, parent: &Chart, paths: &[PathBuf], dialect: Dialect) -> &'static str {
    let version = |path: &PathBuf| {
        let name = name(path);
        let rest = name.strip_prefix(&*dependency.name)?.strip_prefix('-')?.strip_suffix(".tgz")?;
        Some(rest.to_owned())
    };
    let archives: Vec<&PathBuf> = paths.iter().filter(|path| version(path).is_some()).collect();
    let exact =
        |path: &&&PathBuf| version(path).is_some_and(|version| Version::parse_strict(&version).is_ok());
    let of_version: Vec<&&PathBuf> = archives.iter().filter(exact).collect();
    let archive = match (archives.as_slice(), of_version.as_slice()) {
        ([only], _) => Some(*only),
        (_, [only]) => Some(**only),
        (_, [_, _, ..]) => return "too many matches",
        _ => None,
    };
    if let Some(archive) = archive {
        return match package(archive, dialect) {
            None => "corrupt",
            Some(chart) if chart.metadata.name != dependency.name => "misnamed",
            Some(chart) => wrong_version(dependency, &chart).unwrap_or("ok"),
        };
    }
    match parent.subcharts.iter().rfind(|chart| chart.metadata.name == dependency.name) {
        None => "missing",
        Some(chart) => wrong_version(dependency, chart).unwrap_or("unpacked"),
    }
}

fn wrong_version(dependency: &Dependency, chart: &Chart) -> Option<&'static str> {
    if chart.metadata.version == dependency.version {
        return None;
    }
    match (Constraint::parse(&dependency.version), Version::parse(&chart.metadata.version)) {
        (Ok(constraint), Ok(version)) => (!constraint.check(&version)).then_some("wrong version"),
        _ => Some("invalid version"),
    }
}

/// Columns with tabs between, padded, and cut where they are wider than `most`.
fn table(rows: &[[String; 4]], most: usize) -> String {
    let length = |cell: &String| cell.chars().count();
    let widest = |at: usize| rows.iter().map(|row| length(&row[at])).max().unwrap_or_default().min(most);
    let widths: [usize; 4] = std::array::from_fn(widest);
    let cell = |(cell, width): (&String, usize)| match length(cell) > width {
        true => format!("{}...", cell.chars().take(width.saturating_sub(3)).collect::<String>()),
        false => format!("{cell:<width$}"),
    };
    let line = |row: &[String; 4]| row.iter().zip(widths).map(cell).collect::<Vec<_>>().join("\t");
    rows.iter().map(|row| line(row) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_cut_where_they_are_too_wide() {
        let row = |cells: [&str; 4]| cells.map(str::to_owned);
        let rows =
            [row(["NAME", "VERSION", "REPOSITORY", "STATUS"]), row(["web", "^1", "https://a.example", "ok"])];
        assert_eq!(
            table(&rows, 80),
            "NAME\tVERSION\tREPOSITORY       \tSTATUS\nweb \t^1     \thttps://a.example\tok    \n"
        );
        assert_eq!(
            table(&rows, 10),
            "NAME\tVERSION\tREPOSITORY\tSTATUS\nweb \t^1     \thttps:/...\tok    \n"
        );
    }
}
