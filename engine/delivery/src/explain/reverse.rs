//! What would change if a layer were edited.

use fairlead_world::RepoPath;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::generate::Plan;
use crate::resolve::UnitId;
use crate::values::{Origins, Scope, ValuePath};

/// A unit that has a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader {
    /// The unit.
    pub unit: UnitId,
    /// The values that the layer gives it, with their places.
    pub gives: Vec<(ValuePath, Span)>,
    /// The values that the layer names and a stronger one overrides, with the place that does.
    pub overridden: Vec<(ValuePath, Span)>,
}

/// The units that a layer concerns, and what it decides for each: at and below a path, or anywhere.
pub fn reverse(plan: &Plan, layer: &RepoPath, path: Option<&ValuePath>) -> Vec<Reader> {
    let units = plan.matrix.units.iter().filter_map(|unit| {
        let own = unit.layers.iter().find(|known| known.path == *layer)?;
        let origins = Origins::new(&unit.layers);
        let mut reader = Reader { unit: unit.id.clone(), gives: Vec::new(), overridden: Vec::new() };
        for leaf in Origins::new(std::slice::from_ref(own)).leaves() {
            if path.is_some_and(|path| !leaf.touches(path)) {
                continue;
            }
            let Some(decides) = origins.decides(&leaf) else { continue };
            let decided = (leaf, decides.place);
            match decided.1.path == *layer {
                true => reader.gives.push(decided),
                false => reader.overridden.push(decided),
            }
        }
        let is_concerned = path.is_none() || !(reader.gives.is_empty() && reader.overridden.is_empty());
        is_concerned.then_some(reader)
    });
    units.collect()
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
