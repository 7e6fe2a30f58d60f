//! `fairlead init [FOLDER]`: a new project, or an example to start from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use fairlead_delivery::config::Name;
use fairlead_examples::FILES;

use crate::exit::Exit;
use crate::report::{self, counted};

/// Where to begin, and with what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the new project.
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
    /// What to start from.
    #[arg(long, value_enum, default_value_t)]
    example: Example,
    /// The project's name; the folder's where absent.
    #[arg(long)]
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Example {
    /// One workload, one tenant, two environments.
    #[default]
    Starter,
    /// A SaaS with an organization, charts, bases and bundles; writes two folders beside each other.
    Shop,
}

/// Why no project was begun. Nothing has been overwritten.
#[derive(Debug, thiserror::Error)]
enum InitError {
    #[error("`{path}` is there already: choose another folder, or remove it", path = .0.display())]
    Exists(PathBuf),
    #[error("`{0}` cannot be a project's name ({1}): give one with --name")]
    Name(String, fairlead_delivery::config::NameError),
    #[error("{path}: {1}", path = .0.display())]
    Write(PathBuf, io::Error),
}

/// Writes the files; none that is there is overwritten.
pub(crate) fn run(args: &Args) -> Exit {
    match written(args) {
        Ok((files, project)) => {
            anstream::println!("{} written", counted(files, "file"));
            anstream::println!("next: commit them, then `fairlead preview {}`", project.display());
            Exit::Done
        }
        Err(error) => report::failed(&error),
    }
}

fn written(args: &Args) -> Result<(usize, PathBuf), InitError> {
    let mut files = Vec::new();
    let project = match args.example {
        Example::Starter => {
            let name = name(args)?;
            collect("starter", &args.folder, &mut files);
            for (path, content) in &mut files {
                if path.ends_with("fairlead.yaml") {
                    *content = String::from_utf8_lossy(content)
                        .replace("name: starter", &format!("name: {name}"))
                        .into();
                }
            }
            args.folder.clone()
        }
        Example::Shop => {
            for part in ["organization", "shop"] {
                collect(part, &args.folder.join(part), &mut files);
            }
            args.folder.join("shop")
        }
    };
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(InitError::Exists(taken.clone()));
    }
    for (path, content) in &files {
        let failed = |error| InitError::Write(path.clone(), error);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        fs::write(path, content).map_err(failed)?;
    }
    Ok((files.len(), project))
}

/// The project's name: the one that was given, or the folder's.
fn name(args: &Args) -> Result<Name, InitError> {
    let of_folder = || {
        let folder = fs::canonicalize(&args.folder).unwrap_or_else(|_| args.folder.clone());
        folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let text = args.name.clone().unwrap_or_else(of_folder);
    Name::parse(&text).map_err(|error| InitError::Name(text, error))
}

fn collect(example: &str, to: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    let below = |path: &'static str| path.strip_prefix(example)?.strip_prefix('/');
    files.extend(FILES.iter().filter_map(|(path, content)| Some((to.join(below(path)?), content.to_vec()))));
}
