//! `fairlead kustomize`: a drop-in for `kustomize`'s commands.

mod build;
mod disk;
mod packages;

use clap::Subcommand;

use crate::exit::Exit;

/// The arguments of `fairlead kustomize`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds the kustomization in a folder and prints its resources.
    Build(build::Args),
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    match &args.command {
        Command::Build(args) => build::run(args),
    }
}
