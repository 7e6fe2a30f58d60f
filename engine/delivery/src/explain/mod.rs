//! Where things come from: values, rendered lines, and in reverse what a layer decides.
//!
//! Nothing of this is kept while a project is generated. A value's layers are read again for their places
//! ([`values`]); which values a rendered line depends on is found by rendering with each of them changed ([`line`]);
//! what a layer concerns is read off the plan ([`reverse`]).

mod line;
mod reverse;

use std::sync::Arc;

use fairlead_world::{Answer, RepoPath, World};
use fairlead_yaml::Value;

pub use line::{Influence, Line, Role, line};
pub use reverse::{Reader, layer_path, reverse};

use crate::generate::Plan;
use crate::resolve::{Artifact, Source, Unit};
use crate::values::{self as layers, Origins, Scope, Step, ValuePath};
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
    let origins = origins(plan, world, unit);
    let mut leaves = origins.leaves();
    if let Some(path) = path {
        leaves.retain(|leaf| leaf.steps().starts_with(path.steps()));
        // A path into a list, or to something that a layer deletes, is no leaf and can be explained all the same.
        if leaves.is_empty() && !origins.trace(path).is_empty() {
            leaves.push(path.clone());
        }
    }
    leaves.into_iter().filter_map(|path| explained(&origins, unit, path)).collect()
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
            Source::Path(path) => path.clone(),
            // What has no place in the repository is shown by the chart's name.
            Source::Files(_) | Source::Package(_) => RepoPath::root()
                .join(&format!("{}.chart", unit.id.workload))
                .unwrap_or_else(|_| RepoPath::root()),
        };
        if let Ok(chart) = plan.artifacts().chart(unit) {
            chart_values(&mut origins, world, chart, &root, &mut Vec::new());
        }
    }
    origins
}

/// Adds the values of a chart's subcharts, then its own, which are stronger.
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
        let name: Arc<str> = Arc::from(&*subchart.metadata.name);
        if let Ok(folder) = folder.join(&format!("charts/{name}")) {
            within.push(name);
            chart_values(origins, world, subchart, &folder, within);
            within.pop();
        }
    }
    let Ok(path) = folder.join("values.yaml") else { return };
    let file = match world.read(&path) {
        Answer::Found(blob) => Some(blob),
        Answer::Absent | Answer::Needed => chart.values_file.clone(),
    };
    if let Some(blob) = file {
        origins.chart(within, &path, &blob);
    }
}

/// A unit with one more layer above all others, which sets one value.
fn with_value(unit: &Unit, path: &ValuePath, value: Value) -> Unit {
    let nested = path
        .steps()
        .iter()
        .rev()
        .fold(value, |below, step| Value::Map([(step.clone(), below)].into_iter().collect()));
    let layer = layers::Layer {
        scope: Scope::Service,
        global: false,
        path: RepoPath::root(),
        blob: fairlead_world::Blob::default(),
        value: Arc::new(nested),
    };
    let mut changed = unit.clone();
    changed.layers = unit.layers.iter().cloned().chain([Arc::new(layer)]).collect();
    changed
}
