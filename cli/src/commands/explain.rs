//! `fairlead explain`: where a value or a rendered line comes from, and in reverse what a layer decides.

mod views;

use std::path::PathBuf;
use std::sync::Arc;

use fairlead_delivery::diagnostic::{Code, Diagnostic};
use fairlead_delivery::explain::{self, Trace};
use fairlead_delivery::generate::{Options, Plan};
use fairlead_delivery::resolve::Unit;
use fairlead_delivery::values::ValuePath;

use crate::commands::generate::{RefusedError, tell};
use crate::exit::Exit;
use crate::output::OutputArgs;
use crate::project::{Opened, Planned, ProjectArgs};
use crate::report::counted;

use self::views::{LineView, ReaderView, ValuesView};

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(override_usage = "fairlead explain [PROJECT] WORKLOAD/TENANT/ENVIRONMENT [PATH]\n       \
                            fairlead explain [PROJECT] --reverse LAYER [PATH]")]
pub(crate) struct Args {
    /// The project's folder, the unit, and what to explain of it: a value's path (`image.tag`), a rendered line
    /// (`manifest.yaml:12`), an object (`Deployment/api`) or a field of it (`Deployment/api:spec.replicas`).
    #[arg(value_name = "WHAT", num_args = 0..=3)]
    what: Vec<String>,
    /// Tells what would change if this layer were edited: a file of values, or a name such as `tenants/acme/api`.
    #[arg(long, value_name = "LAYER")]
    reverse: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Explains; nothing is written.
pub(crate) fn run(args: &Args) -> Exit {
    match explained(args) {
        Ok(exit) => exit,
        Err(error) => tell(&error),
    }
}

fn explained(args: &Args) -> Result<Exit, RefusedError> {
    let mut what = args.what.iter().map(String::as_str).peekable();
    let is_project = |word: &&str| PathBuf::from(word).join("fairlead.yaml").is_file();
    let project = what.next_if(is_project).unwrap_or(".").into();
    let opened = ProjectArgs { project }.open()?;
    let Planned { plan, diagnostics, .. } = opened.plan(&Options::default())?;
    let Some(plan) = plan else { return Err(RefusedError::Diagnostics(diagnostics)) };
    if let Some(layer) = &args.reverse {
        return reverse(args, &plan, layer, what.next());
    }
    let unit = what.next().unwrap_or_default();
    let unit = plan.matrix.units.iter().find(|known| known.id.to_string() == unit).ok_or_else(|| {
        let hint = "name a cell of the matrix that a binding covers, as WORKLOAD/TENANT/ENVIRONMENT";
        refused(Diagnostic::error(Code::MissingReference, format!("there is no unit `{unit}`"), hint))
    })?;
    match what.next().map(What::parse) {
        None => values(args, &opened, &plan, unit, None),
        Some(What::Value(path)) => values(args, &opened, &plan, unit, Some(&path)),
        Some(What::Line(file, number)) => line(args, &opened, &plan, unit, file, number),
        Some(What::Object(kind, name, field)) => object(args, &opened, &plan, unit, (kind, name), &field),
    }
}

/// What of a unit is to be explained.
enum What<'a> {
    Value(ValuePath),
    Line(&'a str, u32),
    Object(&'a str, &'a str, ValuePath),
}

impl What<'_> {
    fn parse(text: &str) -> What<'_> {
        if let Some((file, number)) = text.rsplit_once(':')
            && let Ok(number) = number.parse()
        {
            return What::Line(file, number);
        }
        let (object, field) = text.split_once(':').unwrap_or((text, ""));
        let is_kind = |kind: &str| kind.starts_with(|c: char| c.is_ascii_uppercase()) && !kind.contains('.');
        match object.split_once('/') {
            Some((kind, name)) if is_kind(kind) => What::Object(kind, name, ValuePath::parse(field)),
            _ => What::Value(ValuePath::parse(text)),
        }
    }
}

fn refused(diagnostic: Diagnostic) -> RefusedError {
    RefusedError::Diagnostics(vec![diagnostic])
}

fn values(
    args: &Args,
    opened: &Opened,
    plan: &Plan,
    unit: &Arc<Unit>,
    path: Option<&ValuePath>,
) -> Result<Exit, RefusedError> {
    let found = explain::values(plan, &opened.world, unit, path);
    // Which lines a value went into is asked of a value, not of all there are; a unit that does not render has none.
    let trace = path.and_then(|_| Trace::new(plan, &opened.world, unit).ok());
    let readers = path.zip(trace.as_ref()).map(|(path, trace)| trace.readers_of(path)).unwrap_or_default();
    if let (true, true, Some(path)) = (found.is_empty(), readers.is_empty(), path) {
        let hint = "name a path that some layer has, such as `image.tag`";
        let message = format!("no layer of {} says anything about `{path}`", unit.id);
        return Err(refused(Diagnostic::error(Code::MissingReference, message, hint)));
    }
    let view = ValuesView::new(&found, &readers);
    args.output.print(&view, || view.shown())?;
    Ok(Exit::Done)
}

fn traced<'w>(opened: &'w Opened, plan: &Plan, unit: &Arc<Unit>) -> Result<Trace<'w>, RefusedError> {
    Trace::new(plan, &opened.world, unit).map_err(RefusedError::Diagnostics)
}

fn line(
    args: &Args,
    opened: &Opened,
    plan: &Plan,
    unit: &Arc<Unit>,
    file: &str,
    number: u32,
) -> Result<Exit, RefusedError> {
    let trace = traced(opened, plan, unit)?;
    let files = &trace.output.files;
    let named = |path: &&fairlead_world::RepoPath| {
        path.as_str() == file || path.as_str().ends_with(&format!("/{file}"))
    };
    let missing = |message: String| {
        let files: Vec<&str> = files.keys().map(fairlead_world::RepoPath::as_str).collect();
        let hint = format!("name one of {}, and one of its lines", files.join(", "));
        refused(Diagnostic::error(Code::MissingReference, message, hint))
    };
    let path =
        files.keys().find(named).ok_or_else(|| missing(format!("{} has no file `{file}`", unit.id)))?;
    let found = trace.line(path, number);
    let found = found.ok_or_else(|| missing(format!("`{file}` has no line {number}")))?;
    let view = LineView::new(path, &found);
    args.output.print(&view, || view.shown())?;
    Ok(Exit::Done)
}

fn object(
    args: &Args,
    opened: &Opened,
    plan: &Plan,
    unit: &Arc<Unit>,
    (kind, name): (&str, &str),
    field: &ValuePath,
) -> Result<Exit, RefusedError> {
    let trace = traced(opened, plan, unit)?;
    let lines = trace.lines_of(kind, name, field);
    let found = lines.iter().filter_map(|(file, number)| Some((file, trace.line(file, *number)?)));
    let views: Vec<LineView> = found.map(|(file, line)| LineView::new(file, &line)).collect();
    if views.is_empty() {
        let what = if field.steps().is_empty() { String::new() } else { format!(" with a field `{field}`") };
        let message = format!("{} has no {kind} `{name}`{what}", unit.id);
        let hint = format!("name one of {}", trace.names().join(", "));
        return Err(refused(Diagnostic::error(Code::MissingReference, message, hint)));
    }
    args.output.print(&views, || views.iter().map(LineView::shown).collect::<Vec<_>>().join("\n"))?;
    Ok(Exit::Done)
}

fn reverse(args: &Args, plan: &Plan, layer: &str, path: Option<&str>) -> Result<Exit, RefusedError> {
    let layer = explain::layer_path(plan, layer).map_err(refused)?;
    let path = path.map(ValuePath::parse);
    let readers: Vec<ReaderView> =
        explain::reverse(plan, &layer, path.as_ref()).iter().map(ReaderView::from).collect();
    args.output.print(&readers, || {
        let mut text = format!("{layer} concerns {}\n", counted(readers.len(), "unit"));
        text.extend(readers.iter().map(ReaderView::shown));
        text
    })?;
    Ok(Exit::Done)
}
