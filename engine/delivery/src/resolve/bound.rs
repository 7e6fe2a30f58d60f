//! Which cells a binding binds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::{Binding, CellOverride, CellRule, Entry, Name, Project, Selection};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};

/// A workload, a tenant and an environment.
pub(super) type CellKey = (Name, Name, Name);

/// A bound cell: by which binding, and what is different in it.
pub(super) struct Bound {
    pub(super) binding: Arc<Entry<Binding>>,
    /// The index in the binding's `cells`.
    index: Option<usize>,
}

impl Bound {
    /// What is different in the cell.
    pub(super) fn cell(&self) -> Option<&Spanned<CellOverride>> {
        self.binding.cells.get(self.index?)
    }

    /// Where it is bound.
    pub(super) fn place(&self) -> &Span {
        self.cell().map_or(&self.binding.workload.span, |cell| &cell.span)
    }

    /// Whether it is left out for now, apart from its tenant.
    pub(super) fn is_suspended(&self) -> bool {
        self.binding.suspended || self.cell().is_some_and(|cell| cell.suspended)
    }
}

/// All bound cells. A cell that two bindings bind is told and keeps the first.
pub(super) fn all(project: &Project, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<CellKey, Bound> {
    let mut bound: BTreeMap<CellKey, Bound> = BTreeMap::new();
    for binding in project.bindings.values() {
        if !project.workloads.contains_key(&binding.workload.value) {
            continue;
        }
        for ((tenant, environment), index) in cells(project, binding) {
            let key = (binding.workload.value.clone(), tenant, environment);
            let cell = Bound { binding: binding.clone(), index };
            match bound.get(&key) {
                Some(first) => {
                    let message = format!(
                        "the cell {}/{}/{} is bound twice, first by {}",
                        key.0,
                        key.1,
                        key.2,
                        first.place()
                    );
                    let hint = "exclude it from one of both bindings";
                    diagnostics.push(Diagnostic::error(Code::BoundTwice, message, hint).at(cell.place()));
                }
                None => {
                    bound.insert(key, cell);
                }
            }
        }
    }
    bound
}

/// The cells of one binding: products and inclusions, without exclusions, and those that it spells out, which are the
/// most specific and stay.
fn cells(project: &Project, binding: &Binding) -> BTreeMap<(Name, Name), Option<usize>> {
    let tenants = expand(&binding.tenants, &project.tenants);
    let environments = expand(&binding.environments, &project.environments);
    let mut cells = BTreeMap::new();
    let mut add = |tenants: &BTreeSet<Name>, environments: &BTreeSet<Name>| {
        for tenant in tenants {
            for environment in environments {
                cells.insert((tenant.clone(), environment.clone()), None);
            }
        }
    };
    add(&tenants, &environments);
    for rule in &binding.include {
        add(
            &named_or_all(rule.tenant.as_ref(), &project.tenants),
            &named_or_all(rule.environment.as_ref(), &project.environments),
        );
    }
    cells.retain(|(tenant, environment), _| {
        !binding.exclude.iter().any(|rule| matches(rule, tenant, environment))
    });
    for (index, cell) in binding.cells.iter().enumerate() {
        let (tenant, environment) = (&cell.tenant.value, &cell.environment.value);
        if project.tenants.contains_key(tenant) && project.environments.contains_key(environment) {
            cells.insert((tenant.clone(), environment.clone()), Some(index));
        }
    }
    cells
}

fn matches(rule: &CellRule, tenant: &Name, environment: &Name) -> bool {
    rule.tenant.as_ref().is_none_or(|name| name.value == *tenant)
        && rule.environment.as_ref().is_none_or(|name| name.value == *environment)
}

fn expand<T>(selection: &Selection, all: &BTreeMap<Name, T>) -> BTreeSet<Name> {
    all.keys().filter(|name| selection.contains(name)).cloned().collect()
}

fn named_or_all<T>(name: Option<&Spanned<Name>>, all: &BTreeMap<Name, T>) -> BTreeSet<Name> {
    all.keys().filter(|candidate| name.is_none_or(|name| name.value == **candidate)).cloned().collect()
}
