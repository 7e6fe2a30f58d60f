//! `fairlead helm dependency`: fills `charts/` with what `Chart.yaml` asks for, and lists it.

mod download;
mod indexes;
mod lock;
mod manager;
mod repositories;
mod resolve;

use std::path::{Path, PathBuf};

use fairlead_helm::{Chart, Dialect, load_folder};
use fairlead_template::go::semver::{Constraint, Version};

use super::flags::{Flag, Flags};
use super::{Failure, GLOBAL, chart_path, dialect, flags};
use manager::Manager;

const FLAGS: &[Flag] = &[
    Flag::switch("skip-refresh", "do not refresh the indexes of repositories that no dependency is of"),
    Flag::value("max-col-width", "maximum column width for output table"),
];

const USAGE: &str = "\
Manages the charts that a chart depends on.

Usage:  fairlead helm dependency build|list|update CHART [flags]

Dependencies come from chart repositories, OCI registries, folders (file://) and charts/ itself. Repositories that
`helm repo add` knows are known here too.
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
    if flags.on("verify") {
        return Err("--verify is not supported: signatures of packages are not checked here".to_owned());
    }
    match action.as_str() {
        "build" => Manager::new(&folder, &flags, dialect)?.build(),
        "update" | "up" => update(&folder, &flags, dialect),
        "list" | "ls" => {
            anstream::print!("{}", list(&load(&folder, dialect)?, &folder));
            Ok(())
        }
        other => Err(format!("unknown command {other:?} for \"helm dependency\"")),
    }
}

/// Brings `charts/` and the lock in line with `Chart.yaml`, and prints what Helm prints.
pub(super) fn update(folder: &Path, flags: &Flags, dialect: Dialect) -> Result<(), Failure> {
    Manager::new(folder, flags, dialect)?.update()
}

fn load(folder: &Path, dialect: Dialect) -> Result<Chart, Failure> {
    if !folder.is_dir() {
        return Err(format!("could not find {}: {}", folder.display(), "stat: no such file or directory"));
    }
    load_folder(chart_path::folder(folder)?, dialect).map_err(|error| error.to_string())
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
