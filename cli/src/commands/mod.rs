//! What a user can do, one command a file.

mod completion;
mod edit;
mod validate;

use clap::Subcommand;

use crate::exit::Exit;

/// The commands, in the order in which `--help` lists them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tells configuration errors and warnings.
    Validate(validate::Args),
    /// Renders and inspects Helm charts, as helm does.
    Helm(crate::helm::Args),
    /// Changes files and touches only what it changes.
    Edit(edit::Args),
    /// Prints a completion script for a shell.
    Completion(completion::Args),
}

impl Command {
    /// Runs the command; it has told the user whatever went wrong.
    pub(crate) fn run(self) -> Exit {
        match self {
            Command::Validate(args) => validate::run(&args),
            Command::Helm(args) => crate::helm::run(args),
            Command::Edit(args) => edit::run(&args),
            Command::Completion(args) => completion::run(&args),
        }
    }
}
