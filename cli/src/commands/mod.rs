//! What a user can do, one command a file.

mod bootstrap;
mod completion;
mod diff;
mod edit;
mod explain;
mod files;
mod generate;
mod init;
mod lock;
mod preview;
mod schema;
mod serve;
mod validate;

use clap::Subcommand;

use crate::exit::Exit;
use crate::kustomize;
pub(crate) use generate::RefusedError;

/// The commands, in the order in which `--help` lists them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begins a new project, or an example to start from.
    Init(init::Args),
    /// Pins exact versions and digests of everything the project refers to.
    Lock(lock::Args),
    /// Shows what would be generated; nothing is written.
    Preview(preview::Args),
    /// Shows the rendered change against what is committed.
    Diff(diff::Args),
    /// Generates everything and commits it as one commit.
    Generate(generate::Args),
    /// Lists the last generation's files and their commit.
    Files(files::Args),
    /// Tells where a value or a rendered line comes from, or what a layer decides.
    Explain(explain::Args),
    /// Tells configuration errors and warnings.
    Validate(validate::Args),
    /// Prints the root Application or Flux Kustomization, to apply once.
    Bootstrap(bootstrap::Args),
    /// Prints JSON Schemas of the project files, for editors.
    Schema(schema::Args),
    /// Renders and inspects Helm charts, as helm does.
    Helm(crate::helm::Args),
    /// Changes files and touches only what it changes.
    Edit(edit::Args),
    /// Serves the API and hosted git repositories over HTTP, from one folder.
    Serve(serve::Args),
    /// Prints a completion script for a shell.
    Completion(completion::Args),
    /// Builds kustomizations as `kustomize` does.
    Kustomize(kustomize::Args),
}

impl Command {
    /// Runs the command; it has told the user whatever went wrong.
    pub(crate) fn run(self) -> Exit {
        match self {
            Command::Init(args) => init::run(&args),
            Command::Lock(args) => lock::run(&args),
            Command::Preview(args) => preview::run(&args),
            Command::Diff(args) => diff::run(&args),
            Command::Generate(args) => generate::run(&args),
            Command::Files(args) => files::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Validate(args) => validate::run(&args),
            Command::Bootstrap(args) => bootstrap::run(&args),
            Command::Schema(args) => schema::run(&args),
            Command::Helm(args) => crate::helm::run(args),
            Command::Edit(args) => edit::run(&args),
            Command::Serve(args) => serve::run(args),
            Command::Completion(args) => completion::run(&args),
            Command::Kustomize(args) => kustomize::run(&args),
        }
    }
}
