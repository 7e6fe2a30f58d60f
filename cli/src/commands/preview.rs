//! `fairlead preview [PROJECT]`: what would be generated; nothing is written.

use crate::exit::Exit;
use crate::generation::Generation;
use crate::output::OutputArgs;
use crate::project::{ProjectArgs, ProjectError, ScopeArgs};
use crate::remote::RemoteArgs;
use crate::report;
use crate::view::preview;

/// What to preview.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Ends with 2 where there are warnings.
    #[arg(long)]
    strict: bool,
    /// Prints the manifests of this unit instead.
    #[arg(long, value_name = "WORKLOAD/TENANT/ENVIRONMENT")]
    unit: Option<String>,
}

/// Shows the matrix, the files and the warnings; units that fail do not hide the others.
pub(crate) fn run(args: &Args) -> Exit {
    match generation(args) {
        Ok(generation) => show(args, &generation),
        Err(error) => report::failed(&error),
    }
}

fn generation(args: &Args) -> Result<Generation, ProjectError> {
    let options = args.scope.options()?;
    match args.remote.connect(&args.project.project)? {
        Some(remote) => Generation::of(&remote.open()?, &options),
        None => Generation::of(&args.project.open()?, &options),
    }
}

fn show(args: &Args, generation: &Generation) -> Exit {
    let printed = match &args.unit {
        Some(unit) => preview::manifests(generation, unit).map(|text| anstream::print!("{text}")),
        None => args.output.print(&preview::View::of(generation), || preview::table(generation)),
    };
    if let Err(error) = printed {
        return report::failed(&error);
    }
    let refused = generation.diagnostics().iter().any(|diagnostic| args.strict || diagnostic.is_error());
    if refused { Exit::Failed } else { Exit::Done }
}
