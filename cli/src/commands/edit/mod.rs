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
        replace(file, after)
    };
    written.map_err(|error| format!("{}: {error}", file.display()))
}

/// Puts a new text in the place of a file at once: whatever happens, the old or the new one is there.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let file = std::fs::canonicalize(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let new = file.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = std::fs::write(&new, text)
        .and_then(|()| std::fs::set_permissions(&new, std::fs::metadata(&file)?.permissions()))
        .and_then(|()| std::fs::rename(&new, &file));
    if written.is_err() {
        // What is left of the attempt is of no use, and may not even be there.
        let _ = std::fs::remove_file(&new);
    }
    written
}
