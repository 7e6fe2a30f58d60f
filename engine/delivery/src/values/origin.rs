//! Where a value came from, and what it overrode: found when somebody asks, so that merging carries nothing along.

use std::sync::Arc;

use fairlead_world::{Blob, RepoPath};
use fairlead_yaml::Value;
use fairlead_yaml::value::{Options, Places, with_places};

use super::{Layer, Scope, ValuePath};
use crate::config::Name;
use crate::diagnostic::Span;

/// The layers of a unit with the places of everything in them.
#[derive(Debug, Clone)]
pub struct Origins {
    layers: Vec<Placed>,
}

#[derive(Debug, Clone)]
struct Placed {
    scope: Scope,
    /// What stands above the layer's content: `global`, or the names of the charts that a subchart is in.
    prefix: Vec<Arc<str>>,
    /// Where in the file the content is: what a chart imports is a part of a subchart's values.
    inside: Vec<Arc<str>>,
    path: RepoPath,
    value: Value,
    places: Places,
}

/// One layer that says something about a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Whose layer it is.
    pub scope: Scope,
    /// Where it says it.
    pub place: Span,
    /// What it says: null where it deletes the value.
    pub value: Value,
    /// The path that it says it at: shorter than the one asked for where it replaces what is above.
    pub at: ValuePath,
}

impl Origins {
    /// Reads the layers of a unit again, for their places. A chart's own values come first with [`Origins::chart`].
    pub fn new(layers: &[Arc<Layer>]) -> Origins {
        let placed = layers.iter().filter_map(|layer| {
            let prefix = if layer.global { vec![Arc::from("global")] } else { Vec::new() };
            Placed::read(layer.scope, prefix, &layer.path, &layer.blob)
        });
        Origins { layers: placed.collect() }
    }

    /// Adds a chart's own values, below all layers. `within` names the charts from the top one down to a subchart, by
    /// the names or aliases that their values go under; the top chart's is empty. Parents are stronger than their
    /// subcharts: add them after these.
    pub fn chart(&mut self, within: &[Arc<str>], path: &RepoPath, blob: &Blob) {
        if let Some(placed) = Placed::read(Scope::Chart, within.to_vec(), path, blob) {
            self.insert(placed);
        }
    }

    /// Adds a part of a subchart's own values, at `from`, that a chart imports to `to`. It is weaker than that chart's own
    /// values: add these after it.
    pub fn imported(&mut self, to: &[Arc<str>], from: &[Arc<str>], path: &RepoPath, blob: &Blob) {
        if let Some(mut placed) = Placed::read(Scope::Chart, to.to_vec(), path, blob) {
            placed.inside = from.to_vec();
            self.insert(placed);
        }
    }

    fn insert(&mut self, placed: Placed) {
        let charts = self.layers.iter().take_while(|layer| layer.scope == Scope::Chart).count();
        self.layers.insert(charts, placed);
    }

    /// Every layer that says something about a value, from the weakest to the strongest: the last one decides, and the
    /// others are what it overrode.
    pub fn trace(&self, path: &ValuePath) -> Vec<Step> {
        self.layers.iter().filter_map(|layer| layer.step(path)).collect()
    }

    /// The layer that decides a value.
    pub fn decides(&self, path: &ValuePath) -> Option<Step> {
        self.layers.iter().rev().find_map(|layer| layer.step(path))
    }

    /// Every path that some layer gives a scalar or a list, in their order.
    pub fn leaves(&self) -> Vec<ValuePath> {
        let mut leaves = Vec::new();
        for layer in &self.layers {
            let mut path = ValuePath::of(layer.prefix.iter().cloned());
            if let Some((value, _)) = layer.content() {
                collect(value, &mut path, &mut leaves);
            }
        }
        leaves.sort();
        leaves.dedup();
        leaves
    }
}

fn collect(value: &Value, path: &mut ValuePath, leaves: &mut Vec<ValuePath>) {
    match value {
        Value::Map(map) if !map.is_empty() => {
            for (key, value) in map {
                path.push(key.clone());
                collect(value, path, leaves);
                path.pop();
            }
        }
        // An empty file gives nothing.
        _ if path.steps().is_empty() => {}
        _ => leaves.push(path.clone()),
    }
}

impl Placed {
    fn read(scope: Scope, prefix: Vec<Arc<str>>, path: &RepoPath, blob: &Blob) -> Option<Placed> {
        // A layer that cannot be read has been told where it was loaded.
        let (value, places) = with_places(blob.text()?, &Options::default()).ok()?;
        Some(Placed { scope, prefix, inside: Vec::new(), path: path.clone(), value, places })
    }

    /// The part of the file that counts.
    fn content(&self) -> Option<(&Value, &Places)> {
        let mut content = (&self.value, &self.places);
        for step in &self.inside {
            content = (content.0.field(step)?, content.1.field(step)?);
        }
        Some(content)
    }

    /// What the layer says at a path, or at the nearest value above it that is no map and so replaces all below.
    fn step(&self, path: &ValuePath) -> Option<Step> {
        let steps = path.steps();
        let is_inside = self.prefix.iter().zip(steps).all(|(prefix, step)| prefix == step);
        if !is_inside || steps.len() < self.prefix.len() {
            return None;
        }
        let (mut value, mut places) = self.content()?;
        let mut position = places.at;
        let mut depth = self.prefix.len();
        for step in &steps[self.prefix.len()..] {
            let next = match value {
                Value::Map(map) => match map.get(step) {
                    Some(value) => Some((value, places.field(step)?, places.key(step)?)),
                    None => return None,
                },
                Value::List(items) => step.parse::<usize>().ok().and_then(|index| {
                    let places = places.item(index)?;
                    Some((items.get(index)?, places, places.at))
                }),
                _ => None,
            };
            // A scalar, or an item that the list does not have: the layer replaced what is asked for.
            let Some((below, inside, at)) = next else { break };
            (value, places, position) = (below, inside, at);
            depth += 1;
        }
        if depth == self.prefix.len() && matches!(value, Value::Null) {
            // An empty file says nothing about anything.
            return None;
        }
        let place = Span { path: self.path.clone(), line: position.line, column: position.column };
        let at = ValuePath::of(steps[..depth].iter().cloned());
        Some(Step { scope: self.scope, place, value: value.clone(), at })
    }
}

/// The words for a scope that people read.
impl Scope {
    /// Such as `project` or `tenant`.
    pub fn word(self) -> &'static str {
        match self {
            Scope::Chart => "chart",
            Scope::Organization => "organization",
            Scope::Project => "project",
            Scope::Tenant => "tenant",
            Scope::Environment => "environment",
            Scope::Service => "service",
        }
    }

    /// The layer that a word of the command line names: `project`, `tenants/acme`, `environments/prod`,
    /// `services/acme/prod/api`, or the path of a file of values.
    pub fn of_word(word: &str) -> Option<(Scope, Vec<Name>)> {
        let mut parts = word.split('/');
        let scope = match parts.next()? {
            "chart" => Scope::Chart,
            "project" => Scope::Project,
            "tenant" | "tenants" => Scope::Tenant,
            "environment" | "environments" => Scope::Environment,
            "service" | "services" => Scope::Service,
            _ => return None,
        };
        let names: Option<Vec<Name>> = parts.map(|part| Name::parse(part).ok()).collect();
        Some((scope, names?))
    }
}
