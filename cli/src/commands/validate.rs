//! `fairlead validate [PROJECT]`: configuration errors and warnings, for CI.

use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_delivery::resolve::{self, Options};
use serde::Serialize;

use crate::exit::Exit;
use crate::output::OutputArgs;
use crate::project::{Opened, ProjectArgs};
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
    let opened = match args.project.open() {
        Ok(opened) => opened,
        Err(error) => return report::failed(&error),
    };
    let diagnostics = diagnostics(&opened);
    let valid = !diagnostics.iter().any(|diagnostic| args.strict || diagnostic.is_error());
    let view = View { valid, diagnostics: diagnostics.iter().map(DiagnosticView::from).collect() };
    let table = || format!("{}{}\n", report::lines(&diagnostics), report::counts(&diagnostics));
    match args.output.print(&view, table) {
        Ok(()) if valid => Exit::Done,
        Ok(()) => Exit::Differs,
        Err(error) => report::failed(&error),
    }
}

fn diagnostics(opened: &Opened) -> Vec<Diagnostic> {
    let mut diagnostics = opened.loaded.diagnostics.clone();
    if let Some(project) = &opened.loaded.project {
        diagnostics.extend(resolve::matrix(project, &Options::default()).diagnostics);
    }
    diagnostics.sort();
    diagnostics.dedup();
    diagnostics
}
