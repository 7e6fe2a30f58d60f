//! Where things come from: values, rendered lines, and in reverse what a layer decides.
//!
//! Nothing of this is kept while a project is generated. A value's layers are read again for their places ([`values`]);
//! a unit whose lines are asked about is rendered once more with everything noted that its templates read ([`Trace`]);
//! so is each unit that a layer concerns ([`reverse`]).

mod base;
mod fields;
mod line;
mod reverse;
mod setting;
mod switch;
mod trace;

use std::sync::Arc;

use fairlead_world::{Answer, Blob, RepoPath, World};
use fairlead_yaml::Value;

pub use line::{Call, Condition, Extent, Line, Role, Source, TemplatePlace, Used, Written};
pub use reverse::{Reader, layer_path, reverse};
pub use setting::{Decided, Decider};
pub use trace::Trace;

use crate::generate::Plan;
use crate::resolve::{self, Artifact, Unit};
use crate::values::{Origins, Scope, Step, ValuePath};
use crate::variables::{Part, parts};

/// A value of a unit and everything that had a say in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Its path.
    pub path: ValuePath,
    /// What it is in the end, variables in their place; `None` where the strongest layer deletes it.
    pub value: Option<Value>,
    /// The layers that say something about it, from the weakest to the strongest: the last one decides, and the others
    /// are what it overrode.
    pub layers: Vec<Step>,
    /// The variables that stand in it.
    pub variables: Vec<UsedVariable>,
}

/// A variable that stands in a value.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedVariable {
    /// The reference as it is written.
    pub reference: Arc<str>,
    /// The scope that has it, where it is written, and its text; `None` where nobody has it.
    pub found: Option<(Scope, crate::diagnostic::Span, Arc<str>)>,
}

/// Explains a unit's values: those at and below a path, or all.
pub fn values(plan: &Plan, world: &dyn World, unit: &Unit, path: Option<&ValuePath>) -> Vec<Explained> {
    values_in(&origins(plan, world, unit), unit, path)
}

fn values_in(origins: &Origins, unit: &Unit, path: Option<&ValuePath>) -> Vec<Explained> {
    let mut leaves = origins.leaves();
    if let Some(path) = path {
        leaves.retain(|leaf| leaf.steps().starts_with(path.steps()));
        // A path into a list, or to something that a layer deletes, is no leaf and can be explained all the same.
        if leaves.is_empty() && !origins.trace(path).is_empty() {
            leaves.push(path.clone());
        }
    }
    leaves.into_iter().filter_map(|path| explained(origins, unit, path)).collect()
}

fn explained(origins: &Origins, unit: &Unit, path: ValuePath) -> Option<Explained> {
    let layers = origins.trace(&path);
    let decides = layers.last()?;
    // A leaf that a stronger layer replaces from above, as a whole, is told with what replaced it.
    let is_here = decides.at == path && !matches!(decides.value, Value::Null);
    let value = is_here.then(|| {
        let mut value = decides.value.clone();
        crate::variables::substitute(&mut value, &unit.variables);
        value
    });
    let variables = match &decides.value {
        Value::String(text) if is_here => used(text, unit),
        _ => Vec::new(),
    };
    Some(Explained { path, value, layers, variables })
}

fn used(text: &str, unit: &Unit) -> Vec<UsedVariable> {
    let references = parts(text).into_iter().filter_map(|part| match part {
        Part::Reference(reference, written) => {
            let found = unit.variables.find(reference.scope, reference.key);
            let found = found.map(|(scope, variable)| (scope, variable.span.clone(), variable.text.clone()));
            Some(UsedVariable { reference: Arc::from(written), found })
        }
        Part::Text(_) | Part::Malformed(_) => None,
    });
    references.collect()
}

/// The layers of a unit with their places, its chart's own values included.
fn origins(plan: &Plan, world: &dyn World, unit: &Unit) -> Origins {
    let mut origins = Origins::new(&unit.layers);
    if let Artifact::Chart(source) = &*unit.artifact {
        let root = match source {
            resolve::Source::Path(path) => path.clone(),
            // What has no place in the repository is shown by the chart's name.
            resolve::Source::Files(_) | resolve::Source::Package(_) => RepoPath::root()
                .join(&format!("{}.chart", unit.id.workload))
                .unwrap_or_else(|_| RepoPath::root()),
        };
        if let Ok(chart) = plan.artifacts().chart(unit) {
            chart_values(&mut origins, world, chart, &root, &mut Vec::new());
        }
    }
    origins
}

/// Adds the values of a chart's subcharts, each under every name that it goes by, then what the chart imports from them,
/// then its own, which are stronger.
fn chart_values(
    origins: &mut Origins,
    world: &dyn World,
    chart: &fairlead_helm::Chart,
    folder: &RepoPath,
    within: &mut Vec<Arc<str>>,
) {
    /// Charts nest as deep as their folders do; whoever nests deeper is not explained.
    const MAX_DEPTH: usize = 32;
    let depth = within.len();
    for subchart in chart.subcharts.iter().filter(|_| depth < MAX_DEPTH) {
        let name = &subchart.metadata.name;
        let Ok(folder) = folder.join(&format!("charts/{name}")) else { continue };
        let entries = || chart.metadata.dependencies().filter(|entry| entry.name == *name);
        let mut names: Vec<Arc<str>> = entries().map(|entry| entry.name_or_alias().clone()).collect();
        if names.is_empty() {
            names.push(name.clone());
        }
        for name in names {
            within.push(name);
            chart_values(origins, world, subchart, &folder, within);
            within.pop();
        }
        if let Some((path, blob)) = values_file(world, subchart, &folder) {
            for import in entries().flat_map(|entry| entry.import_values.iter().flatten()) {
                if let Some((from, to)) = imported(import) {
                    let to: Vec<Arc<str>> = within.iter().cloned().chain(to).collect();
                    origins.imported(&to, &from, &path, &blob);
                }
            }
        }
    }
    if let Some((path, blob)) = values_file(world, chart, folder) {
        origins.chart(within, &path, &blob);
    }
}

/// The file of a chart's own values.
fn values_file(
    world: &dyn World,
    chart: &fairlead_helm::Chart,
    folder: &RepoPath,
) -> Option<(RepoPath, Blob)> {
    let path = folder.join("values.yaml").ok()?;
    let blob = match world.read(&path) {
        Answer::Found(blob) => blob,
        Answer::Absent | Answer::Needed => chart.values_file.clone()?,
    };
    Some((path, blob))
}

/// Where a chart imports from in a subchart's values, and where to in its own.
fn imported(import: &Value) -> Option<(Vec<Arc<str>>, Vec<Arc<str>>)> {
    let steps = |path: &str| path.split('.').filter(|step| !step.is_empty()).map(Arc::from).collect();
    match import {
        Value::String(name) => Some((steps(&format!("exports.{name}")), Vec::new())),
        import => {
            let text = |field: &str| import.field(field).and_then(Value::as_str);
            Some((steps(text("child")?), steps(text("parent")?)))
        }
    }
}

/// Puts a value at the end of a path of maps.
fn put(value: &mut Value, path: &[Arc<str>], new: Value) {
    let mut at = value;
    for step in path {
        if !matches!(at, Value::Map(_)) {
            *at = Value::Map(fairlead_yaml::Map::new());
        }
        let Value::Map(map) = at else { return };
        at = map.entry(step.clone()).or_default();
    }
    *at = new;
}
