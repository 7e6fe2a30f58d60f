//! `bindings/<binding>.yaml`.

use std::sync::Arc;

use fairlead_world::RepoPath;

use super::name::Name;
use super::node::{Content, Node};
use super::patch::Patch;
use super::reader::Reader;
use super::schema::Schema;
use super::shape::{Shape, record};
use crate::diagnostic::Spanned;

record! {
    /// Binds a workload to cells: all pairs of the tenants and environments, and those included, without those
    /// excluded.
    pub struct Binding {
        /// The workload.
        "workload" => workload: Spanned<Name>,
        /// The tenants, or `"*"` for all.
        "tenants" => tenants: Selection = Selection::Names(Vec::new()),
        /// The environments, or `"*"` for all.
        "environments" => environments: Selection = Selection::Names(Vec::new()),
        /// Further cells.
        "include" => include: Vec<Spanned<CellRule>>,
        /// Cells that are left out.
        "exclude" => exclude: Vec<Spanned<CellRule>>,
        /// What is different in single cells; each is bound even where no rule names it.
        "cells" => cells: Vec<Spanned<CellOverride>>,
        /// The version for the binding's cells that nothing pins, before the workload's.
        "version" => version: Option<Spanned<Arc<str>>>,
        /// What is laid on the rendered objects of every cell, or of those that an overlay names.
        "overlays" => overlays: Vec<Spanned<Overlay>>,
        /// Ends the names of the binding's units, where they would share a name with others.
        "suffix" => suffix: Option<Spanned<Name>>,
        /// Leaves out all of the binding's cells; taking it back brings them back.
        "suspended" => suspended: bool = false,
    }
}

/// Some names, or all.
#[derive(Debug, Clone, PartialEq)]
pub enum Selection {
    /// Whatever there is.
    All,
    /// Those.
    Names(Vec<Spanned<Name>>),
}

impl Selection {
    /// Whether it has a name.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Selection::All => true,
            Selection::Names(names) => names.iter().any(|candidate| candidate.as_str() == name),
        }
    }

    /// The names that it spells out.
    pub fn names(&self) -> &[Spanned<Name>] {
        match self {
            Selection::All => &[],
            Selection::Names(names) => names,
        }
    }
}

impl Shape for Selection {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.content {
            Content::Scalar(scalar) if &*scalar.text == "*" => Some(Selection::All),
            Content::List(_) => Vec::read(node, reader).map(Selection::Names),
            _ => reader.mismatch(node, "a list of names, or \"*\" for all"),
        }
    }
    fn schema() -> Schema {
        Schema::Either(vec![Schema::Choice(&["*"]), <Vec<Name>>::schema()])
    }
}

record! {
    /// Cells, by tenant, by environment, or one by both; an absent field means all.
    pub struct CellRule {
        /// The tenant.
        "tenant" => tenant: Option<Spanned<Name>>,
        /// The environment.
        "environment" => environment: Option<Spanned<Name>>,
    }
}

record! {
    /// What is different in one cell.
    pub struct CellOverride {
        /// The tenant.
        "tenant" => tenant: Spanned<Name>,
        /// The environment.
        "environment" => environment: Spanned<Name>,
        /// The version; it wins over every pin.
        "version" => version: Option<Spanned<Arc<str>>>,
        /// The only target, by name.
        "target" => target: Option<Spanned<Name>>,
        /// The targets, by name.
        "targets" => targets: Vec<Spanned<Name>>,
        /// What is laid on the rendered objects, after the binding's overlays.
        "overlays" => overlays: Vec<Spanned<Overlay>>,
        /// Ends the unit's name, instead of the binding's suffix.
        "suffix" => suffix: Option<Spanned<Name>>,
        /// Leaves the cell out; taking it back brings it back.
        "suspended" => suspended: bool = false,
    }
}

record! {
    /// What is laid on rendered objects: exactly one of a patch and a Kustomize component.
    pub struct Overlay {
        /// A patch.
        "patch" => patch: Option<Patch>,
        /// The folder of a Kustomize component, relative to the project's folder.
        "component" => component: Option<Spanned<RepoPath>>,
        /// The tenants that it is for, or `"*"` for all that are bound.
        "tenants" => tenants: Selection = Selection::All,
        /// The environments that it is for, or `"*"` for all that are bound.
        "environments" => environments: Selection = Selection::All,
    }
}
