//! Merged values to run-time values.

use std::collections::BTreeMap;
use std::rc::Rc;

use fairlead_template::value::MapType;
use fairlead_template::{Map, Value};

use crate::values::table::{Item, Table};

/// Converts tables; one that stands in several places becomes one map that stands in these places.
#[derive(Default)]
pub(crate) struct Converter {
    shared: BTreeMap<usize, Map>,
}

impl Converter {
    /// Converts a table to a map of a type.
    pub(crate) fn table(&mut self, table: &Table<'_>, ty: MapType) -> Map {
        let is_shared = Rc::strong_count(table) > 1;
        let address = Rc::as_ptr(table) as usize;
        if is_shared && let Some(map) = self.shared.get(&address) {
            return map.clone();
        }
        let entries = table.borrow();
        let entries = entries.iter().map(|(key, item)| {
            let value = match item {
                Item::Leaf(value) => plain(value),
                Item::Table(table) => Value::Map(self.table(table, MapType::Any)),
            };
            (key.clone(), value)
        });
        let map = Map::from_sorted(ty, entries.collect());
        if is_shared {
            self.shared.insert(address, map.clone());
        }
        map
    }
}

/// Converts plain data as Go holds it behind `sigs.k8s.io/yaml`.
fn plain(value: &fairlead_yaml::Value) -> Value {
    match value {
        fairlead_yaml::Value::Null => Value::Nil,
        fairlead_yaml::Value::Bool(flag) => Value::Bool(*flag),
        fairlead_yaml::Value::Int(number) => Value::Int64(*number),
        fairlead_yaml::Value::Uint(number) => Value::Uint64(*number),
        fairlead_yaml::Value::Float(number) => Value::Float(*number),
        fairlead_yaml::Value::String(text) => Value::Str(text.clone()),
        fairlead_yaml::Value::List(items) => Value::list(items.iter().map(plain).collect()),
        fairlead_yaml::Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| (key.clone(), plain(value))).collect();
            Value::Map(Map::from_sorted(MapType::Any, entries))
        }
    }
}
