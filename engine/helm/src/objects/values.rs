//! Merged values to run-time values.

use std::collections::BTreeMap;
use std::rc::Rc;

use fairlead_template::value::MapType;
use fairlead_template::{Map, Value};
use fairlead_yaml::Str;

use crate::trace::Origins;
use crate::values::table::{Item, Table};

/// Converts tables; one that stands in several places becomes one map that stands in these places.
#[derive(Default)]
pub(crate) struct Converter {
    shared: BTreeMap<usize, Map>,
    origins: Option<Origins>,
}

impl Converter {
    /// A converter that numbers the maps which it makes.
    pub(crate) fn tracing(origins: Origins) -> Converter {
        Converter { shared: BTreeMap::new(), origins: Some(origins) }
    }

    /// The numbers that were given.
    pub(crate) fn finish(self) -> Origins {
        self.origins.unwrap_or_default()
    }

    /// Converts a table to a map of a type.
    pub(crate) fn table(&mut self, table: &Table<'_>, ty: MapType) -> Map {
        let is_shared = Rc::strong_count(table) > 1;
        let address = Rc::as_ptr(table) as usize;
        if is_shared && let Some(map) = self.shared.get(&address) {
            return map.clone();
        }
        if self.origins.is_none()
            && let Some(loaded) = table.loaded()
        {
            let map = plain_map(loaded, ty);
            if is_shared {
                self.shared.insert(address, map.clone());
            }
            return map;
        }
        let origin = self.origins.as_mut().map_or(0, Origins::add);
        let entries = table.borrow();
        let entries = entries.iter().map(|(key, item)| {
            let value = match item {
                Item::Leaf(value) => self.leaf(value, origin, key),
                Item::Table(table) => {
                    let inner = self.table(table, MapType::Any);
                    if let Some(origins) = &mut self.origins {
                        origins.place(origin, key, inner.origin());
                    }
                    Value::Map(inner)
                }
            };
            (key.clone(), value)
        });
        let map = Map::from_sorted(ty, entries.collect());
        map.set_origin(origin);
        if is_shared {
            self.shared.insert(address, map.clone());
        }
        map
    }

    fn leaf(&mut self, value: &fairlead_yaml::Value, outer: u32, key: &Str) -> Value {
        match &mut self.origins {
            Some(origins) if origins.lists() => numbered(value, origins, outer, key),
            _ => plain(value),
        }
    }
}

/// Converts a list with the maps inside of it numbered: their keys are the places in the list.
fn numbered(value: &fairlead_yaml::Value, origins: &mut Origins, outer: u32, key: &Str) -> Value {
    match value {
        fairlead_yaml::Value::List(items) => {
            let list = origins.add();
            origins.place(outer, key, list);
            let items = items.iter().enumerate();
            Value::list(
                items.map(|(index, item)| numbered(item, origins, list, &index.to_string().into())).collect(),
            )
        }
        fairlead_yaml::Value::Map(map) => {
            let origin = origins.add();
            origins.place(outer, key, origin);
            let entries = map.iter().map(|(key, value)| (key.clone(), numbered(value, origins, origin, key)));
            let map = Map::from_sorted(MapType::Any, entries.collect());
            map.set_origin(origin);
            Value::Map(map)
        }
        other => plain(other),
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
        fairlead_yaml::Value::Map(map) => Value::Map(plain_map(map, MapType::Any)),
    }
}

fn plain_map(map: &fairlead_yaml::Map, ty: MapType) -> Map {
    Map::from_sorted(ty, map.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
}
