//! The grid of workloads and cells.

use std::sync::Arc;

use super::unit::{Unit, UnitId};
use crate::config::Name;
use crate::diagnostic::Diagnostic;

/// Workloads by tenants and environments, and what became of each cell.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// The rows, in the order of their names.
    pub workloads: Vec<Name>,
    /// The columns: tenants in the order of their names, and for each the environments in their order.
    pub columns: Vec<(Name, Name)>,
    /// Every cell, row by row: `workloads.len() * columns.len()` of them.
    pub cells: Vec<Cell>,
    /// The units of the bound cells, in the order of the cells.
    pub units: Vec<Arc<Unit>>,
    /// Whether the operation's profile is for a subset: what is not selected stays as it is, and nothing is stale.
    pub partial: bool,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Matrix {
    /// The unit of that name.
    pub fn unit(&self, id: &UnitId) -> Option<&Arc<Unit>> {
        let row = self.workloads.binary_search(&id.workload).ok()?;
        let column = self.columns.iter().position(|(t, e)| *t == id.tenant && *e == id.environment)?;
        let cell = self.cells.get(row * self.columns.len() + column)?;
        self.units.get(cell.unit?)
    }
}

/// One cell of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What it shows.
    pub status: CellStatus,
    /// The names of its targets; empty where none is found.
    pub targets: Vec<Name>,
    /// Whether it is bound and left out for now: the tenant, the binding or the cell is suspended.
    pub suspended: bool,
    /// The index of its unit in [`Matrix::units`].
    pub unit: Option<usize>,
}

/// What a cell of the matrix shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellStatus {
    /// Binding and target are complete.
    Complete,
    /// It is bound, and its target is missing or incomplete.
    TargetMissing,
    /// No binding names it.
    NotBound,
}

impl CellStatus {
    /// The word that scripts read.
    pub fn word(self) -> &'static str {
        match self {
            CellStatus::Complete => "complete",
            CellStatus::TargetMissing => "target-missing",
            CellStatus::NotBound => "not-bound",
        }
    }
}
