//! The values of a unit's chart.

use fairlead_yaml::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::resolve::Unit;
use crate::{values, variables};

/// The values above the chart's own, with variables in their place.
///
/// Where the chart's own defaults refer to variables and nothing overrides them, the substituted default is given too.
pub(super) fn merged(unit: &Unit, defaults: Option<&Map>, diagnostics: &mut Vec<Diagnostic>) -> Map {
    let mut merged = match values::merge(&unit.layers) {
        Value::Map(map) => map,
        _ => Map::new(),
    };
    if let Some(defaults) = defaults {
        add_referring(&mut merged, defaults);
    }
    let mut value = Value::Map(merged);
    if variables::has_references(&value) {
        let unresolved = variables::substitute(&mut value, &unit.variables);
        if !unresolved.is_empty() {
            let origins = values::Origins::new(&unit.layers);
            diagnostics.extend(unresolved.iter().map(|unresolved| {
                let step = origins.decides(&unresolved.path);
                variables::warning(
                    unresolved,
                    &unit.variables,
                    &unit.id,
                    step.as_ref().map(|step| &step.place),
                )
            }));
        }
    }
    match value {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

/// Adds the defaults that refer to variables, except where something is given: lists and nulls replace whole.
fn add_referring(given: &mut Map, defaults: &Map) {
    for (key, default) in defaults.iter().filter(|(_, default)| variables::has_references(default)) {
        match (given.get_mut(key), default) {
            (Some(Value::Map(given)), Value::Map(defaults)) => add_referring(given, defaults),
            (Some(_), _) => {}
            (None, Value::Map(defaults)) => {
                let mut inner = Map::new();
                add_referring(&mut inner, defaults);
                given.insert(key.clone(), Value::Map(inner));
            }
            (None, default) => {
                given.insert(key.clone(), default.clone());
            }
        }
    }
}
