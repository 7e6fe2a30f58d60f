//! `fairlead diff [PROJECT]`: the rendered change against what is committed.

use fairlead_delivery::change::Change;
use fairlead_delivery::change::diff::{self, Diff};
use fairlead_delivery::generate::Plan;

use crate::base::Base;
use crate::commands::generate::{self, RefusedError};
use crate::exit::Exit;
use crate::generation::Generation;
use crate::home::Home;
use crate::output::OutputArgs;
use crate::project::{Opened, ProjectArgs, ScopeArgs};
use crate::remote::RemoteArgs;
use crate::report::{self, DiagnosticView};
use crate::view;

/// What to compare.
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
    /// Refuses warnings.
    #[arg(long)]
    strict: bool,
}

/// Shows the change. Ends with 0 where nothing differs, with 1 where something does.
pub(crate) fn run(args: &Args) -> Exit {
    match compared(args) {
        Ok(exit) => exit,
        Err(error) => generate::tell(&error),
    }
}

fn compared(args: &Args) -> Result<Exit, RefusedError> {
    match args.remote.connect(&args.project.project)? {
        Some(remote) => compared_in(args, &remote.open()?),
        None => compared_in(args, &args.project.open()?),
    }
}

fn compared_in<H: Home>(args: &Args, opened: &Opened<H>) -> Result<Exit, RefusedError> {
    let generation = Generation::of(opened, &args.scope.options()?)?;
    let plan = generate::accepted(&generation, args.strict)?;
    let base = Base::of(&opened.repository, plan)?;
    let (change, diff) = compare(opened, &base, plan, &generation)?;
    let diagnostics = generation.diagnostics().iter().map(DiagnosticView::from).collect();
    let data = view::diff::View::of(base.name(), &change, &diff, diagnostics);
    args.output.print(&data, || view::diff::table(base.name(), &change, &diff))?;
    report::warn(generation.diagnostics());
    Ok(if change.is_empty() { Exit::Done } else { Exit::Differs })
}

/// Compares with what is committed. Deletions are shown here and confirmed when they are generated.
pub(crate) fn compare<H: Home>(
    opened: &Opened<H>,
    base: &Base,
    plan: &Plan,
    generation: &Generation,
) -> Result<(Change, Diff), RefusedError> {
    let outcome = &generation.outcome;
    let compare = |confirmed| base.compare(&opened.repository, plan, outcome, confirmed, diff::diff);
    match compare(None) {
        Err(crate::base::BaseError::Change(fairlead_delivery::change::ChangeError::Unconfirmed(
            unconfirmed,
        ))) => Ok(compare(Some(unconfirmed.removals.len()))?),
        compared => Ok(compared?),
    }
}
