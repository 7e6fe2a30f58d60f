//! Merging a chart's own values under the ones given to it, down through its subcharts.

use std::collections::BTreeSet;

use fairlead_yaml::{Str, Value};

use super::table::{Item, Table, empty, shallow_copy};
use crate::dialect::Dialect;
use crate::tree::Node;

/// The key whose table every subchart sees.
pub(crate) const GLOBAL: &str = "global";

/// Values given for a subchart are not a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("type mismatch on {chart}: {value}")]
pub struct CoalesceError {
    chart: Str,
    /// The value as Go prints it where it expects a boolean.
    value: String,
}

/// One merge of values through a tree of charts.
pub(crate) struct Coalesce<'w> {
    pub(crate) dialect: Dialect,
    /// Whether nulls are kept for a later merge rather than taking their key away.
    pub(crate) merge: bool,
    pub(crate) warnings: &'w mut Vec<String>,
}

impl Coalesce<'_> {
    /// Merges the values of `chart` and its subcharts under `given`, in place.
    pub(crate) fn chart<'a>(
        &mut self,
        chart: &Node<'a>,
        given: &Table<'a>,
        prefix: &str,
    ) -> Result<(), CoalesceError> {
        let path = join(prefix, &chart.name);
        self.own_values(chart, given, &path);
        for child in &chart.children {
            let values = self.child_values(child, given)?;
            self.globals(&values, given, &path);
            self.chart(child, &values, &path)?;
        }
        Ok(())
    }

    fn child_values<'a>(&self, child: &Node<'a>, given: &Table<'a>) -> Result<Table<'a>, CoalesceError> {
        match given.borrow_mut().entry(child.name.clone()).or_insert_with(|| Item::Table(empty())) {
            Item::Table(values) => Ok(values.clone()),
            Item::Leaf(value) => Err(CoalesceError { chart: child.name.clone(), value: as_boolean(value) }),
        }
    }

    /// The chart's own values, under what is given for it.
    fn own_values<'a>(&mut self, chart: &Node<'a>, given: &Table<'a>, path: &str) {
        let own = chart.values_copy();
        let own = own.borrow();
        for (key, value) in own.iter() {
            let found = given.borrow().get(key).cloned();
            match found {
                Some(Item::Leaf(Value::Null)) if !self.merge => {
                    given.borrow_mut().remove(key);
                }
                Some(Item::Leaf(_)) => {}
                Some(Item::Table(dest)) => match value {
                    Item::Table(source) => {
                        // For the values of a subchart nulls are kept: its own coalescing comes after.
                        let merge = self.merge || chart.children.iter().any(|child| child.name == *key);
                        if !merge && self.dialect.drops_default_nulls() {
                            drop_nulls(source);
                        }
                        self.tables(&dest, source, &join(path, key), merge);
                    }
                    value if value.is_null() => {}
                    _ => self.warn(format!("warning: skipped value for {path}.{key}: Not a table.")),
                },
                None => {
                    if !self.merge && self.dialect.drops_default_nulls() {
                        match value {
                            value if value.is_null() => continue,
                            Item::Table(source) => drop_nulls(source),
                            Item::Leaf(_) => {}
                        }
                    }
                    given.borrow_mut().insert(key.clone(), value.clone());
                }
            }
        }
    }

    /// Hands the parent's globals down; they win over the child's own.
    fn globals<'a>(&mut self, child: &Table<'a>, parent: &Table<'a>, path: &str) {
        let target = match child.borrow().get(GLOBAL) {
            None => empty(),
            Some(Item::Table(globals)) => globals.clone(),
            Some(Item::Leaf(_)) => {
                self.warn(format!("warning: skipping globals because destination {GLOBAL} is not a table."));
                return;
            }
        };
        let source = match parent.borrow().get(GLOBAL) {
            None => empty(),
            Some(Item::Table(globals)) => globals.clone(),
            Some(Item::Leaf(_)) => {
                self.warn(format!("warning: skipping globals because source {GLOBAL} is not a table."));
                return;
            }
        };
        if !std::rc::Rc::ptr_eq(&source, &target) {
            self.each_global(&source, &target, path);
        }
        child.borrow_mut().insert(Str::from(GLOBAL), Item::Table(target));
    }

    fn each_global<'a>(&mut self, source: &Table<'a>, target: &Table<'a>, path: &str) {
        let entries: Vec<_> = source.borrow().iter().map(|(key, item)| (key.clone(), item.clone())).collect();
        for (key, item) in entries {
            let there = target.borrow().get(&key).cloned();
            match (item, there) {
                (Item::Table(value), None) => {
                    target.borrow_mut().insert(key, Item::Table(shallow_copy(&value)));
                }
                (Item::Table(value), Some(Item::Table(own))) => {
                    let value = shallow_copy(&value);
                    // What the coalescing of the chart itself removes stays in for now.
                    self.tables(&value, &own, &join(path, &key), true);
                    target.borrow_mut().insert(key, Item::Table(value));
                }
                (Item::Table(_), Some(Item::Leaf(_))) => {
                    let key = fairlead_template::go::quote::quote(&key);
                    self.warn(format!("Conflict: cannot merge map onto non-map for {key}. Skipping."));
                }
                (Item::Leaf(_), Some(Item::Table(_))) => self.warn(format!("key {key} is table. Skipping")),
                (leaf, _) => {
                    target.borrow_mut().insert(key, leaf);
                }
            }
        }
    }

    /// Merges `source` under `dest`, in place; `source` is changed as well, as in Helm.
    pub(crate) fn tables<'a>(&mut self, dest: &Table<'a>, source: &Table<'a>, path: &str, merge: bool) {
        if std::rc::Rc::ptr_eq(dest, source) {
            return;
        }
        let mut not_null = BTreeSet::new();
        for (key, item) in dest.borrow().iter().filter(|(_, item)| item.is_null()) {
            let before = source.borrow_mut().insert(key.clone(), item.clone());
            if before.is_some_and(|before| !before.is_null()) {
                not_null.insert(key.clone());
            }
        }
        let entries: Vec<_> = source.borrow().iter().map(|(key, item)| (key.clone(), item.clone())).collect();
        for (key, value) in entries {
            let found = dest.borrow().get(&key).cloned();
            match (found, value) {
                (Some(found), _) if !merge && found.is_null() && not_null.contains(&key) => {
                    dest.borrow_mut().remove(&key);
                }
                (None, value) => {
                    dest.borrow_mut().insert(key, value);
                }
                (Some(Item::Table(found)), Item::Table(value)) => {
                    self.tables(&found, &value, &join(path, &key), merge)
                }
                (Some(Item::Leaf(_)), Item::Table(value)) => {
                    let value = go_map(&value);
                    let path = join(path, &key);
                    self.warn(format!("warning: cannot overwrite table with non table for {path} ({value})"));
                }
                (Some(Item::Table(_)), Item::Leaf(value)) if *value != Value::Null => {
                    let value = super::print::go_value(value);
                    let path = join(path, &key);
                    self.warn(format!(
                        "warning: destination for {path} is a table. Ignoring non-table value ({value})"
                    ));
                }
                _ => {}
            }
        }
    }

    fn warn(&mut self, text: String) {
        self.warnings.push(text);
    }
}

/// Removes nulls at every depth, in place.
fn drop_nulls(values: &Table<'_>) {
    if values.loaded().is_some_and(|map| !has_null(map)) {
        return;
    }
    values.borrow_mut().retain(|_, item| !item.is_null());
    for item in values.borrow().values() {
        if let Item::Table(inner) = item {
            drop_nulls(inner);
        }
    }
}

/// Whether there is a null at any depth of tables.
fn has_null(map: &fairlead_yaml::Map) -> bool {
    map.iter().any(|(_, value)| match value {
        Value::Null => true,
        Value::Map(inner) => has_null(inner),
        _ => false,
    })
}

/// A table over a list of path segments that ends in `values`.
pub(crate) fn nest<'a>(path: &str, values: Table<'a>) -> Table<'a> {
    if path == "." {
        return values;
    }
    path.rsplit('.').fold(values, |inner, key| {
        let outer = empty();
        outer.borrow_mut().insert(Str::from(key), Item::Table(inner));
        outer
    })
}

fn go_map(values: &Table<'_>) -> String {
    super::print::go_value(&Value::Map(super::table::to_map(values)))
}

fn as_boolean(value: &Value) -> String {
    super::print::bad_boolean(value)
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}
