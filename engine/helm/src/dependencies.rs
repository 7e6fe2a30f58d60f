//! Which subcharts take part in a render, under which names, and what their parents import from them.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_yaml::{Str, Value};

use crate::chart::Dependency;
use crate::dialect::Dialect;
use crate::tree::Node;
use crate::values::coalesce::{Coalesce, CoalesceError, nest};
use crate::values::table::{self, Table};
use crate::version::is_compatible;

/// Names the dependencies of `Chart.yaml` that are not in `charts/`, or `None` where all are.
pub(crate) fn missing(node: &Node<'_>) -> Option<String> {
    let there = |dependency: &&Dependency| node.children.iter().any(|child| child.name == dependency.name);
    let missing: Vec<&str> = node
        .dependencies
        .iter()
        .flatten()
        .filter(|dependency| !there(dependency))
        .map(|dependency| &*dependency.name)
        .collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

/// Decides which dependencies are enabled, renames aliased ones and imports their values, in the whole tree.
pub(crate) fn process<'a>(
    root: &mut Node<'a>,
    given: &Table<'a>,
    dialect: Dialect,
    warnings: &mut Vec<String>,
) -> Result<(), CoalesceError> {
    let mut process = Process { dialect, warnings, renamed: BTreeSet::new(), imported: BTreeSet::new() };
    process.enable(root, given, "")?;
    process.import(root)
}

struct Process<'w> {
    dialect: Dialect,
    warnings: &'w mut Vec<String>,
    /// Charts whose dependency entries already carry their aliases as names, where aliases share these entries.
    renamed: BTreeSet<*const crate::chart::Chart>,
    /// Charts whose imports were made once: where aliases share entries, the others import nothing.
    imported: BTreeSet<*const crate::chart::Chart>,
}

impl Process<'_> {
    fn enable<'a>(
        &mut self,
        node: &mut Node<'a>,
        given: &Table<'a>,
        path: &str,
    ) -> Result<(), CoalesceError> {
        let Some(mut declared) = node.dependencies.take() else { return Ok(()) };
        if !self.dialect.copies_aliased_chart() && !self.renamed.insert(std::ptr::from_ref(node.chart)) {
            declared.iter_mut().for_each(rename);
        }
        node.children = select(&node.children, &mut declared);
        let values = table::deep_copy(given);
        Coalesce { dialect: self.dialect, merge: false, warnings: self.warnings }.chart(node, &values, "")?;
        declared.iter_mut().for_each(|dependency| dependency.enabled = true);
        self.apply_tags(&mut declared, &values);
        self.apply_conditions(&mut declared, &values, path);
        let disabled: BTreeSet<Str> =
            declared.iter().filter(|d| !d.enabled).map(|d| d.name.clone()).collect();
        declared.retain(|dependency| !disabled.contains(&dependency.name));
        node.children.retain(|child| !disabled.contains(&child.name));
        if !self.dialect.copies_aliased_chart() {
            name_owners(&mut node.children);
        }
        for child in &mut node.children {
            let path = format!("{path}{}.", child.name);
            self.enable(child, &values, &path)?;
        }
        node.dependencies = (!declared.is_empty()).then_some(declared);
        Ok(())
    }

    fn apply_tags(&mut self, declared: &mut [Dependency], values: &Table<'_>) {
        let Ok(tags) = table::lookup(values, "tags") else { return };
        for dependency in declared {
            let (mut on, mut off) = (false, false);
            for tag in dependency.tags.iter().flatten() {
                match tags.borrow().get(tag) {
                    Some(table::Item::Leaf(Value::Bool(true))) => on = true,
                    Some(table::Item::Leaf(Value::Bool(false))) => off = true,
                    Some(_) => self.warnings.push(self.dialect.log(
                        format!("Warning: Tag '{tag}' for chart {} returned non-bool value", dependency.name),
                        "WARN",
                        "returned non-bool value",
                        &[("tag", tag), ("chart", &dependency.name)],
                    )),
                    None => {}
                }
            }
            dependency.enabled = on || !off;
        }
    }

    fn apply_conditions(&mut self, declared: &mut [Dependency], values: &Table<'_>, path: &str) {
        for dependency in declared {
            for condition in dependency.condition.trim().split(',').filter(|condition| !condition.is_empty())
            {
                match table::lookup_leaf(values, &format!("{path}{condition}")) {
                    Some(Value::Bool(flag)) => {
                        dependency.enabled = *flag;
                        break;
                    }
                    Some(_) => self.warnings.push(self.dialect.log(
                        format!(
                            "Warning: Condition path '{condition}' for chart {} returned non-bool value",
                            dependency.name
                        ),
                        "WARN",
                        "returned non-bool value",
                        &[("path", condition), ("chart", &dependency.name)],
                    )),
                    None => {}
                }
            }
        }
    }

    /// Merges what parents import from their subcharts into the parents' own values, from the leaves up.
    fn import<'a>(&mut self, node: &mut Node<'a>) -> Result<(), CoalesceError> {
        for child in &mut node.children {
            self.import(child)?;
        }
        let Some(declared) = &node.dependencies else { return Ok(()) };
        let first =
            self.imported.insert(std::ptr::from_ref(node.chart)) || self.dialect.copies_aliased_chart();
        let values = table::empty();
        Coalesce { dialect: self.dialect, merge: true, warnings: self.warnings }.chart(node, &values, "")?;
        let imported = table::empty();
        for dependency in declared.iter().filter(|_| first) {
            for import in dependency.import_values.iter().flatten() {
                self.import_one(dependency, import, &values, &imported);
            }
        }
        let values = table::deep_copy(&values);
        self.merge().tables(&values, &imported, "", true);
        node.set_values(values);
        Ok(())
    }

    fn import_one<'a>(
        &mut self,
        dependency: &Dependency,
        import: &Value,
        values: &Table<'a>,
        imported: &Table<'a>,
    ) {
        let (child, parent, chart) = match import {
            Value::Map(map) => {
                let text = |key: &str| crate::values::print::go_value(map.get(key).unwrap_or(&Value::Null));
                (text("child"), text("parent"), format!(" from chart {}", dependency.name))
            }
            Value::String(name) => (format!("exports.{name}"), ".".to_owned(), String::new()),
            _ => return,
        };
        match table::lookup(values, &format!("{}.{child}", dependency.name)) {
            Ok(found) => {
                // An empty table is not shared, so that what comes into it later stays out of the subchart.
                let found = if found.borrow().is_empty() { table::empty() } else { found };
                self.merge().tables(imported, &nest(&parent, found), "", true);
            }
            Err(error) => {
                let error = error.to_string();
                let plain = format!("Warning: ImportValues missing table{chart}: {error}");
                let warning = match import {
                    Value::Map(_) => self.dialect.log(
                        plain,
                        "WARN",
                        "ImportValues missing table from chart",
                        &[("chart", &dependency.name), ("error", &error)],
                    ),
                    _ => self.dialect.log(plain, "WARN", "ImportValues missing table", &[("error", &error)]),
                };
                self.warnings.push(warning);
            }
        }
    }

    fn merge(&mut self) -> Coalesce<'_> {
        Coalesce { dialect: self.dialect, merge: true, warnings: self.warnings }
    }
}

/// The subcharts in the order of a render: first those that `Chart.yaml` does not name, then one for each entry.
///
/// An entry takes the first subchart of its name and a fitting version, and gives it its alias.
fn select<'a>(children: &[Node<'a>], declared: &mut [Dependency]) -> Vec<Node<'a>> {
    let fits = |child: &Node<'_>, dependency: &Dependency| {
        child.name == dependency.name && is_compatible(&dependency.version, &child.chart.metadata.version)
    };
    let mut selected: Vec<Node<'a>> = children
        .iter()
        .filter(|child| !declared.iter().any(|dependency| fits(child, dependency)))
        .cloned()
        .collect();
    selected.iter_mut().for_each(|child| child.is_unnamed = true);
    for dependency in declared {
        if let Some(child) = children.iter().find(|child| fits(child, dependency)) {
            let mut child = child.clone();
            child.name = dependency.name_or_alias().clone();
            selected.push(child);
        }
        rename(dependency);
    }
    selected
}

/// Gives the subcharts that aliases of one chart share to the last of these aliases.
fn name_owners(children: &mut [Node<'_>]) {
    let mut owners = BTreeMap::new();
    for child in children.iter_mut().rev() {
        let owner = owners.entry(std::ptr::from_ref(child.chart)).or_insert_with(|| child.name.clone());
        child.owner = Some(owner.clone());
    }
}

fn rename(dependency: &mut Dependency) {
    if !dependency.alias.is_empty() {
        dependency.name = dependency.alias.clone();
    }
}

/// Why a name can't be a release's; displays as Helm's text.
pub(crate) fn release_name_reason(name: &str) -> Option<&'static str> {
    const INVALID: &str = "invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53";
    if name.is_empty() {
        return Some("no name provided");
    }
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let label = |label: &str| {
        edge(label.bytes().next())
            && edge(label.bytes().last())
            && label.bytes().all(|byte| edge(Some(byte)) || byte == b'-')
    };
    let valid = name.len() <= 53 && name.split('.').all(label);
    (!valid).then_some(INVALID)
}
