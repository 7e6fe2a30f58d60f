//! What would change if a layer were edited.

use fairlead_helm::trace::PathRead;
use fairlead_world::RepoPath;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::generate::Plan;
use crate::render;
use crate::resolve::{Artifact, Unit, UnitId};
use crate::values::{Origins, Scope, ValuePath};

/// A unit that has a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader {
    /// The unit.
    pub unit: UnitId,
    /// The values that the layer gives it and that are read, with their places.
    pub reads: Vec<(ValuePath, Span)>,
    /// The values that the layer gives it and that nobody reads, with their places.
    pub unread: Vec<(ValuePath, Span)>,
    /// The values that the layer names and a stronger one overrides, with the place that does.
    pub overridden: Vec<(ValuePath, Span)>,
    /// Whether the unit could not be rendered, so that it is not known what it reads: what the layer gives stands under
    /// `reads` then.
    pub unknown: bool,
}

/// The units that a layer concerns, and what it decides for each: at and below a path, or anywhere.
///
/// Each is rendered once for every target that differs, to see what it reads.
pub fn reverse(plan: &Plan, layer: &RepoPath, path: Option<&ValuePath>) -> Vec<Reader> {
    let units = plan.matrix.units.iter().filter_map(|unit| {
        let own = unit.layers.iter().find(|known| known.path == *layer)?;
        let origins = Origins::new(&unit.layers);
        let reads = reads(plan, unit);
        let mut reader = Reader {
            unit: unit.id.clone(),
            reads: Vec::new(),
            unread: Vec::new(),
            overridden: Vec::new(),
            unknown: reads.is_none(),
        };
        for leaf in Origins::new(std::slice::from_ref(own)).leaves() {
            if path.is_some_and(|path| !leaf.touches(path)) {
                continue;
            }
            let Some(decides) = origins.decides(&leaf) else { continue };
            let is_read = reads.as_ref().is_none_or(|reads| reads.iter().any(|read| concerns(read, &leaf)));
            let list = match (decides.place.path == *layer, is_read) {
                (false, _) => &mut reader.overridden,
                (true, true) => &mut reader.reads,
                (true, false) => &mut reader.unread,
            };
            list.push((leaf, decides.place));
        }
        let lists = [&reader.reads, &reader.unread, &reader.overridden];
        let is_concerned = path.is_none() || lists.iter().any(|list| !list.is_empty());
        is_concerned.then_some(reader)
    });
    units.collect()
}

/// What a unit reads of its values, by whatever target; `None` where that is not known.
fn reads(plan: &Plan, unit: &Unit) -> Option<Vec<PathRead>> {
    if !matches!(&*unit.artifact, Artifact::Chart(_)) {
        return Some(Vec::new());
    }
    // Whoever does not render the chart here writes all of its values.
    if !plan.renders(unit) {
        return Some(vec![PathRead { path: Vec::new(), keys: false, whole: true }]);
    }
    let mut reads = Vec::new();
    for target in plan.rendered_targets(unit) {
        reads.extend(render::recorded(plan.artifacts(), &plan.project, unit, target).ok()?.recorded.read);
    }
    Some(reads)
}

/// Whether another value at a path would be seen by who reads.
fn concerns(read: &PathRead, leaf: &ValuePath) -> bool {
    let steps = leaf.steps();
    let shared = read.path.iter().zip(steps).all(|(read, step)| read == step);
    match read {
        // What is given there, or a part of it, such as an item of a list.
        _ if read.path.len() >= steps.len() => shared,
        PathRead { whole: true, .. } => shared,
        // Of a map its keys are seen, or whether there are any: by what is one step below.
        PathRead { .. } => shared && steps.len() == read.path.len() + 1,
    }
}

/// The file of a layer that a command line names: its path, or `project/api`, `tenants/acme/api`,
/// `environments/prod/api`, `services/acme/prod/api`, with `global` for the common values.
///
/// # Errors
/// A layer that there is not.
pub fn layer_path(plan: &Plan, word: &str) -> Result<RepoPath, Diagnostic> {
    let layers = || plan.project.values.all().map(|layer| &layer.path);
    let root = &plan.project.root;
    let named = [RepoPath::root().join(word), root.join(word), root.join(&format!("{word}.yaml"))];
    let spoken = Scope::of_word(word).map(|(scope, names)| {
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        let folder = match scope {
            Scope::Tenant => "values/tenants/",
            Scope::Environment => "values/environments/",
            Scope::Service => "values/services/",
            Scope::Chart | Scope::Organization | Scope::Project => "values/",
        };
        root.join(&format!("{folder}{}.yaml", names.join("/")))
    });
    let candidates = named.into_iter().chain(spoken).flatten();
    let found = candidates.filter_map(|path| layers().find(|known| **known == path)).next();
    found.cloned().ok_or_else(|| {
        let hint = "name a file of values, or `project/WORKLOAD`, `tenants/TENANT/WORKLOAD`, \
                    `environments/ENVIRONMENT/WORKLOAD` or `services/TENANT/ENVIRONMENT/WORKLOAD`";
        Diagnostic::error(Code::MissingReference, format!("there is no layer `{word}`"), hint)
    })
}
