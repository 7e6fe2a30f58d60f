//! `fairlead validate [PROJECT]`: configuration errors and warnings, for CI.

use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_delivery::generate::Options;
use serde::Serialize;

use crate::exit::Exit;
use crate::output::OutputArgs;
use crate::project::{Opened, Planned, ProjectArgs, ProjectError};
use crate::report::{self, DiagnosticView};

/// What to validate, and how strictly.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Counts warnings as errors.
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Serialize)]
struct View {
    valid: bool,
    diagnostics: Vec<DiagnosticView>,
}

/// Reads every project file and the matrix, and renders nothing. Ends with 1 where there are errors.
pub(crate) fn run(args: &Args) -> Exit {
    let diagnostics = match args.project.open().and_then(|opened| diagnostics(&opened)) {
        Ok(diagnostics) => diagnostics,
        Err(error) => return report::failed(&error),
    };
    let valid = !diagnostics.iter().any(|diagnostic| args.strict || diagnostic.is_error());
    let view = View { valid, diagnostics: diagnostics.iter().map(DiagnosticView::from).collect() };
    let table = || format!("{}{}\n", report::lines(&diagnostics), report::counts(&diagnostics));
    match args.output.print(&view, table) {
        Ok(()) if valid => Exit::Done,
        Ok(()) => Exit::Differs,
        Err(error) => report::failed(&error),
    }
}

fn diagnostics(opened: &Opened) -> Result<Vec<Diagnostic>, ProjectError> {
    let Planned { plan, mut diagnostics, .. } = opened.plan(&Options::default())?;
    diagnostics.extend(plan.into_iter().flat_map(|plan| plan.matrix.diagnostics.clone()));
    diagnostics.sort();
    diagnostics.dedup();
    Ok(diagnostics)
}
