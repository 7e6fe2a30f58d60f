//! `fairlead schema [KIND]`: JSON Schemas of the project files, for editors.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fairlead_delivery::config::schema::{self, FileKind};

use crate::exit::Exit;
use crate::report;

/// Which schemas, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kind of file, such as `Workload`; one schema for all kinds where absent.
    kind: Option<String>,
    /// Writes a file for each kind into this folder instead.
    #[arg(long, value_name = "FOLDER", conflicts_with = "kind")]
    directory: Option<PathBuf>,
}

/// Prints one schema, or writes them all.
pub(crate) fn run(args: &Args) -> Exit {
    let done = match (&args.kind, &args.directory) {
        (_, Some(folder)) => write(folder),
        (Some(kind), None) => one(kind).map(|text| anstream::print!("{text}")),
        (None, None) => {
            schema::json_schema().map(|text| anstream::print!("{text}")).map_err(io::Error::other)
        }
    };
    match done {
        Ok(()) => Exit::Done,
        Err(error) => report::failed(&error),
    }
}

fn one(kind: &str) -> io::Result<String> {
    let kinds = schema::kinds();
    let found = kinds.iter().find(|known| known.kind.eq_ignore_ascii_case(kind));
    let names = || kinds.iter().map(|known| known.kind).collect::<Vec<_>>().join(", ");
    let found =
        found.ok_or_else(|| io::Error::other(format!("there is no kind `{kind}`; there are {}", names())))?;
    found.json_schema().map_err(io::Error::other)
}

fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for kind in schema::kinds() {
        let path = folder.join(file_name(&kind));
        fs::write(&path, kind.json_schema().map_err(io::Error::other)?)?;
        anstream::println!("{}  for {}", path.display(), kind.files.join(", "));
    }
    Ok(())
}

fn file_name(kind: &FileKind) -> String {
    format!("{}.schema.json", kind.kind.to_ascii_lowercase())
}
