//! `fairlead helm dependency`: fills `charts/` with what `Chart.yaml` asks for, and lists it.

mod download;
mod indexes;
mod list;
mod lock;
mod manager;
mod repositories;
mod resolve;

use std::path::{Path, PathBuf};

use fairlead_helm::{Chart, Dialect, load_folder};

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
            anstream::print!("{}", list::list(&folder, flags.text("max-col-width"), dialect)?);
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
