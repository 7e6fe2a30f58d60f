//! Helm's rules for several files of values: maps merge, everything else replaces.

use std::sync::Arc;

use fairlead_yaml::Value;
use fairlead_yaml::value::Map;

use super::Layer;

/// Merges layers, the weakest first, as Helm merges `-f a.yaml -f b.yaml`.
///
/// A null replaces like any other value and stays: it deletes the chart's default when Helm lays the result on the
/// chart's own values. Lists replace.
pub fn merge(layers: &[Arc<Layer>]) -> Value {
    let mut merged = Map::new();
    for layer in layers {
        let Value::Map(content) = &*layer.value else { continue };
        if !layer.global {
            lay(&mut merged, content);
            continue;
        }
        match merged.entry("global".into()).or_insert_with(|| Value::Map(Map::new())) {
            Value::Map(global) => lay(global, content),
            other => *other = Value::Map(content.clone()),
        }
    }
    Value::Map(merged)
}

/// Lays `over` on `below`.
fn lay(below: &mut Map, over: &Map) {
    for (key, value) in over {
        match (below.get_mut(key), value) {
            (Some(Value::Map(below)), Value::Map(over)) => lay(below, over),
            (Some(there), value) => *there = value.clone(),
            (None, value) => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}
