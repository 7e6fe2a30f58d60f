//! What a user can do, one command a file.

mod completion;

use clap::Subcommand;

use crate::exit::Exit;

/// The commands, in the order in which `--help` lists them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints a completion script for a shell.
    Completion(completion::Args),
}

impl Command {
    /// Runs the command; it has told the user whatever went wrong.
    pub(crate) fn run(self) -> Exit {
        match self {
            Command::Completion(args) => completion::run(&args),
        }
    }
}
