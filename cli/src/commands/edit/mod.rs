//! `fairlead edit`: changes to files that touch only what they change.

mod image;
mod set;

use std::io::{Read, Write};
use std::path::Path;

use clap::Subcommand;

use crate::exit::Exit;

/// What to edit.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    edit: Edit,
}

#[derive(Debug, Subcommand)]
enum Edit {
    /// Sets, adds or deletes a value of a YAML file.
    Set(set::Args),
    /// Sets images of a kustomization file.
    Image(image::Args),
}

/// Makes the edit.
pub(crate) fn run(args: &Args) -> Exit {
    let result = match &args.edit {
        Edit::Set(args) => set::run(args),
        Edit::Image(args) => image::run(args),
    };
    match result {
        Ok(()) => Exit::Done,
        Err(problem) => {
            anstream::eprintln!("Error: {problem}");
            Exit::Failed
        }
    }
}

/// Reads a file, or standard input for `-`.
fn read(file: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(file).map(|read| bytes = read)
    };
    read.map_err(|error| format!("{}: {error}", file.display()))?;
    String::from_utf8(bytes).map_err(|_| format!("{}: the file is not UTF-8", file.display()))
}

/// Writes a file where it changed; for `-` writes to standard output in any case.
fn write(file: &Path, before: &str, after: &str) -> Result<(), String> {
    let written = if file == Path::new("-") {
        std::io::stdout().write_all(after.as_bytes())
    } else if before == after {
        Ok(())
    } else {
        std::fs::write(file, after)
    };
    written.map_err(|error| format!("{}: {error}", file.display()))
}
