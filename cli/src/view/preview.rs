//! A generation before it is committed: the matrix, the files and the warnings.

use std::io;

use fairlead_delivery::generate::Plan;
use fairlead_delivery::resolve::{Cell, CellStatus, Matrix};
use serde::Serialize;

use crate::generation::Generation;
use crate::output::{BOLD, DIM, Table, styled};
use crate::report::{self, DiagnosticView, counted};

/// The whole preview.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct View {
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    complete: bool,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    files: Vec<FileView>,
    diagnostics: Vec<DiagnosticView>,
}

#[derive(Debug, Serialize)]
struct ColumnView {
    tenant: String,
    environment: String,
}

#[derive(Debug, Serialize)]
struct RowView {
    workload: String,
    cells: Vec<CellView>,
}

#[derive(Debug, Serialize)]
struct CellView {
    status: &'static str,
    targets: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suspended: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

#[derive(Debug, Serialize)]
struct FileView {
    path: String,
    bytes: usize,
}

impl View {
    /// The preview as data.
    pub(crate) fn of(generation: &Generation) -> View {
        let plan = generation.plan.as_deref();
        let files = generation.outcome.files.iter();
        View {
            project: plan.map(|plan| plan.project.file.value.name.to_string()),
            complete: plan.is_some() && generation.outcome.is_complete(),
            columns: plan.map(columns).unwrap_or_default(),
            rows: plan.map(|plan| rows(&plan.matrix)).unwrap_or_default(),
            files: files
                .map(|(path, blob)| FileView { path: path.to_string(), bytes: blob.bytes().len() })
                .collect(),
            diagnostics: generation.diagnostics().iter().map(DiagnosticView::from).collect(),
        }
    }
}

fn columns(plan: &Plan) -> Vec<ColumnView> {
    let column = |(tenant, environment): &(_, _)| ColumnView {
        tenant: ToString::to_string(tenant),
        environment: ToString::to_string(environment),
    };
    plan.matrix.columns.iter().map(column).collect()
}

fn rows(matrix: &Matrix) -> Vec<RowView> {
    let cell = |cell: &Cell| CellView {
        status: cell.status.word(),
        targets: cell.targets.iter().map(ToString::to_string).collect(),
        suspended: cell.suspended,
        version: version(matrix, cell),
    };
    grid(matrix)
        .map(|(workload, cells)| RowView {
            workload: workload.to_owned(),
            cells: cells.iter().map(cell).collect(),
        })
        .collect()
}

fn version(matrix: &Matrix, cell: &Cell) -> Option<String> {
    let version = matrix.units.get(cell.unit?)?.version.as_ref()?;
    Some(version.exact.to_string())
}

/// The rows of the matrix. One without columns has no cells to show.
fn grid(matrix: &Matrix) -> impl Iterator<Item = (&str, &[Cell])> {
    let width = matrix.columns.len().max(1);
    matrix.workloads.iter().map(|workload| workload.as_str()).zip(matrix.cells.chunks(width))
}

/// The preview for people.
pub(crate) fn table(generation: &Generation) -> String {
    let mut text = String::new();
    if let Some(plan) = &generation.plan {
        text.push_str(&matrix(&plan.matrix));
        let files = &generation.outcome.files;
        let bytes: usize = files.values().map(|blob| blob.bytes().len()).sum();
        let units = counted(plan.units().count(), "unit");
        text.push_str(&format!("\n{units}, {}, {bytes} bytes\n", counted(files.len(), "file")));
        for path in files.keys() {
            text.push_str(&format!("  {path}\n"));
        }
    }
    let diagnostics = generation.diagnostics();
    if !diagnostics.is_empty() {
        text.push('\n');
        text.push_str(&report::lines(diagnostics));
    }
    text.push_str(&format!("\n{}\n", report::counts(diagnostics)));
    text
}

/// The grid of workloads and cells; each tenant's environments stand together.
fn matrix(matrix: &Matrix) -> String {
    let titles: Vec<String> =
        matrix.columns.iter().map(|(tenant, environment)| format!("{tenant}/{environment}")).collect();
    let titles: Vec<&str> = [""].into_iter().chain(titles.iter().map(String::as_str)).collect();
    let mut table = Table::new(&titles);
    for (workload, cells) in grid(matrix) {
        table.row([styled(BOLD, workload)].into_iter().chain(cells.iter().map(shown)));
    }
    table.render()
}

/// A cell: its sign, and its targets' names.
fn shown(cell: &Cell) -> String {
    let targets: Vec<&str> = cell.targets.iter().map(|target| target.as_str()).collect();
    let targets = if targets.is_empty() { "—".to_owned() } else { targets.join(", ") };
    if cell.suspended {
        return styled(DIM, "suspended");
    }
    match cell.status {
        CellStatus::Complete => format!("✅ {targets}"),
        CellStatus::TargetMissing => format!("⚠️ {targets}"),
        CellStatus::NotBound => "❌ —".to_owned(),
    }
}

/// The files of one unit, one after the other.
pub(crate) fn manifests(generation: &Generation, unit: &str) -> io::Result<String> {
    let missing =
        || io::Error::new(io::ErrorKind::NotFound, format!("there is no unit `{unit}` in this preview"));
    let place = generation.outcome.units.iter().find(|place| place.id == unit).ok_or_else(missing)?;
    let files = generation.outcome.files.iter();
    let own = files.filter(|(path, _)| **path == place.application || path.below(&place.folder).is_some());
    Ok(own
        .map(|(path, blob)| format!("# {path}\n{}", blob.text().unwrap_or_default()))
        .collect::<Vec<_>>()
        .join("---\n"))
}
