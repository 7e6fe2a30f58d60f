//! `fairlead bootstrap [PROJECT]`: the root Application or Flux Kustomization, to apply once.

use fairlead_delivery::generate::{self, Options};

use crate::commands::generate::{RefusedError, tell};
use crate::exit::Exit;
use crate::project::{Planned, ProjectArgs};

/// Which project.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    project: ProjectArgs,
}

/// Prints the objects, ready for `kubectl apply`. They are not inside what they apply.
pub(crate) fn run(args: &Args) -> Exit {
    match printed(args) {
        Ok(exit) => exit,
        Err(error) => tell(&error),
    }
}

fn printed(args: &Args) -> Result<Exit, RefusedError> {
    let opened = args.project.open()?;
    let Planned { plan, diagnostics, .. } = opened.plan(&Options::default())?;
    match plan {
        Some(plan) if !diagnostics.iter().any(|diagnostic| diagnostic.is_error()) => {
            anstream::print!("{}", generate::bootstrap(&plan));
            Ok(Exit::Done)
        }
        _ => Err(RefusedError::Diagnostics(diagnostics)),
    }
}
