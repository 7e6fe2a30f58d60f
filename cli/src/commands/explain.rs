//! `fairlead explain`: where a value or a rendered line comes from, and in reverse what a layer decides.

use std::path::PathBuf;
use std::sync::Arc;

use fairlead_delivery::diagnostic::{Code, Diagnostic};
use fairlead_delivery::explain::{self, Explained, Line, Reader, Role};
use fairlead_delivery::generate::{Options, Plan};
use fairlead_delivery::resolve::Unit;
use fairlead_delivery::values::ValuePath;
use fairlead_yaml::Value;
use fairlead_yaml::json;
use serde::Serialize;

use crate::commands::generate::{RefusedError, tell};
use crate::exit::Exit;
use crate::output::{BOLD, DIM, OutputArgs, styled};
use crate::project::{Opened, Planned, ProjectArgs};
use crate::report::counted;

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(override_usage = "fairlead explain [PROJECT] WORKLOAD/TENANT/ENVIRONMENT [PATH]\n       \
                            fairlead explain [PROJECT] --reverse LAYER [PATH]")]
pub(crate) struct Args {
    /// The project's folder, the unit, and a value's path (`image.tag`) or a rendered line (`manifest.yaml:12`).
    #[arg(value_name = "WHAT", num_args = 0..=3)]
    what: Vec<String>,
    /// Tells what would change if this layer were edited: a file of values, or a name such as `tenants/acme/api`.
    #[arg(long, value_name = "LAYER")]
    reverse: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ValueView {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    layers: Vec<LayerView>,
    variables: Vec<VariableView>,
}

#[derive(Debug, Serialize)]
struct LayerView {
    layer: String,
    place: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct VariableView {
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Debug, Serialize)]
struct LineView {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    written: Vec<ValueView>,
    guarded: Vec<ValueView>,
    steps: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ReaderView {
    unit: String,
    gives: Vec<PlacedView>,
    overridden: Vec<PlacedView>,
}

#[derive(Debug, Serialize)]
struct PlacedView {
    path: String,
    place: String,
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
    match what.next() {
        Some(path) => match path.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?))) {
            Some((file, number)) => line(args, &opened, &plan, unit, file, number),
            None => values(args, &opened, &plan, unit, Some(&ValuePath::parse(path))),
        },
        None => values(args, &opened, &plan, unit, None),
    }
}

fn refused(diagnostic: Diagnostic) -> RefusedError {
    RefusedError::Diagnostics(vec![diagnostic])
}

fn values(
    args: &Args,
    opened: &Opened,
    plan: &Plan,
    unit: &Unit,
    path: Option<&ValuePath>,
) -> Result<Exit, RefusedError> {
    let found = explain::values(plan, &opened.world, unit, path);
    if let (true, Some(path)) = (found.is_empty(), path) {
        let hint = "name a path that some layer has, such as `image.tag`";
        let message = format!("no layer of {} says anything about `{path}`", unit.id);
        return Err(refused(Diagnostic::error(Code::MissingReference, message, hint)));
    }
    let views: Vec<ValueView> = found.iter().map(ValueView::from).collect();
    args.output.print(&views, || views.iter().map(shown).collect())?;
    Ok(Exit::Done)
}

fn line(
    args: &Args,
    opened: &Opened,
    plan: &Plan,
    unit: &Arc<Unit>,
    file: &str,
    number: u32,
) -> Result<Exit, RefusedError> {
    let output = plan.render(&opened.world, unit);
    if !output.is_complete() {
        return Err(RefusedError::Diagnostics(output.diagnostics));
    }
    let named = |path: &&fairlead_world::RepoPath| {
        path.as_str() == file || path.as_str().ends_with(&format!("/{file}"))
    };
    let missing = |message: String| {
        let files: Vec<&str> = output.files.keys().map(fairlead_world::RepoPath::as_str).collect();
        let hint = format!("name one of {}, and one of its lines", files.join(", "));
        refused(Diagnostic::error(Code::MissingReference, message, hint))
    };
    let path = output
        .files
        .keys()
        .find(named)
        .ok_or_else(|| missing(format!("{} has no file `{file}`", unit.id)))?;
    let found = explain::line(plan, &opened.world, unit, &output, path, number);
    let found = found.ok_or_else(|| missing(format!("`{file}` has no line {number}")))?;
    let view = LineView::from(&found);
    args.output.print(&view, || shown_line(&view))?;
    Ok(Exit::Done)
}

fn reverse(args: &Args, plan: &Plan, layer: &str, path: Option<&str>) -> Result<Exit, RefusedError> {
    let layer = explain::layer_path(plan, layer).map_err(refused)?;
    let path = path.map(ValuePath::parse);
    let readers: Vec<ReaderView> =
        explain::reverse(plan, &layer, path.as_ref()).iter().map(ReaderView::from).collect();
    args.output.print(&readers, || {
        let mut text = format!("{layer} concerns {}\n", counted(readers.len(), "unit"));
        for reader in &readers {
            text.push_str(&format!("{}\n", styled(BOLD, &reader.unit)));
            text.extend(reader.gives.iter().map(|given| format!("  gives {}\n", given.path)));
            let overridden = reader.overridden.iter();
            text.extend(overridden.map(|lost| format!("  {} is overridden at {}\n", lost.path, lost.place)));
        }
        text
    })?;
    Ok(Exit::Done)
}

fn printed(value: &Value) -> String {
    json::to_string(value, json::Options::default()).unwrap_or_default()
}

fn shown(value: &ValueView) -> String {
    let mut text =
        format!("{} = {}\n", styled(BOLD, &value.path), value.value.as_deref().unwrap_or("nothing"));
    for layer in value.layers.iter().rev() {
        text.push_str(&format!("  {} {} {}\n", layer.layer, styled(DIM, &layer.place), layer.value));
    }
    for variable in &value.variables {
        let found = match (&variable.value, &variable.place) {
            (Some(value), Some(place)) => format!("is {value} at {place}"),
            _ => "has no value".to_owned(),
        };
        text.push_str(&format!("  {} {found}\n", variable.reference));
    }
    text
}

fn shown_line(line: &LineView) -> String {
    let mut text = format!("{}\n", styled(BOLD, &line.text));
    text.extend(line.object.iter().map(|object| format!("  of {object}\n")));
    text.extend(line.template.iter().map(|template| format!("  by {template}\n")));
    text.extend(line.steps.iter().map(|step| format!("  changed by the step {step}\n")));
    for (title, values) in
        [("values in it", &line.written), ("values that decide whether it is there", &line.guarded)]
    {
        if !values.is_empty() {
            text.push_str(&format!("\n{title}:\n"));
            text.extend(values.iter().map(shown));
        }
    }
    text
}

impl From<&Explained> for ValueView {
    fn from(explained: &Explained) -> ValueView {
        let layer = |step: &fairlead_delivery::values::Step| LayerView {
            layer: step.scope.word().to_owned(),
            place: step.place.to_string(),
            value: printed(&step.value),
        };
        let variable = |used: &explain::UsedVariable| VariableView {
            reference: used.reference.to_string(),
            place: used.found.as_ref().map(|(_, place, _)| place.to_string()),
            value: used.found.as_ref().map(|(_, _, text)| text.to_string()),
        };
        ValueView {
            path: explained.path.to_string(),
            value: explained.value.as_ref().map(printed),
            layers: explained.layers.iter().map(layer).collect(),
            variables: explained.variables.iter().map(variable).collect(),
        }
    }
}

impl From<&Line> for LineView {
    fn from(line: &Line) -> LineView {
        let of = |role: Role| {
            let influences = line.influences.iter().filter(move |influence| influence.role == role);
            influences.map(|influence| ValueView::from(&influence.value)).collect()
        };
        LineView {
            text: line.text.clone(),
            object: line.object.as_ref().map(|object| format!("{} {}", object.kind, object.name)),
            template: line.template.clone(),
            written: of(Role::Writes),
            guarded: of(Role::Guards),
            steps: line.steps.iter().map(|applied| applied.step.to_owned()).collect(),
        }
    }
}

impl From<&Reader> for ReaderView {
    fn from(reader: &Reader) -> ReaderView {
        let placed = |(path, place): &(ValuePath, fairlead_delivery::diagnostic::Span)| PlacedView {
            path: path.to_string(),
            place: place.to_string(),
        };
        ReaderView {
            unit: reader.unit.to_string(),
            gives: reader.gives.iter().map(placed).collect(),
            overridden: reader.overridden.iter().map(placed).collect(),
        }
    }
}
