//! The preview as the API writes it.

use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_delivery::generate::Options;
use fairlead_delivery::resolve::Matrix;
use serde::Serialize;

/// The body of the answer.
#[derive(Serialize)]
pub(super) struct Preview<'a> {
    project: &'a str,
    profile: Option<&'a str>,
    cells: Vec<Cell<'a>>,
    manifests: Vec<Manifest<'a>>,
    errors: Vec<Said<'a>>,
    warnings: Vec<Said<'a>>,
}

/// One cell of the matrix, row by row.
#[derive(Serialize)]
struct Cell<'a> {
    workload: &'a str,
    tenant: &'a str,
    environment: &'a str,
    status: &'static str,
    targets: Vec<&'a str>,
}

/// One file that would be generated; the digest is the SHA-256 of its bytes.
#[derive(Serialize)]
struct Manifest<'a> {
    path: &'a str,
    size: usize,
    digest: String,
}

/// One diagnostic.
#[derive(Serialize)]
struct Said<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    message: &'a str,
    resolution: &'a str,
}

impl<'a> Preview<'a> {
    pub(super) fn of(slug: &'a str, options: &'a Options, preview: &'a super::Preview) -> Preview<'a> {
        let outcome = &preview.outcome;
        let said = |errors: bool| {
            outcome.diagnostics.iter().filter(|said| said.is_error() == errors).map(Said::of).collect()
        };
        let manifests = outcome.files.iter().map(|(path, blob)| Manifest {
            path: path.as_str(),
            size: blob.bytes().len(),
            digest: blob.digest().to_string(),
        });
        Preview {
            project: slug,
            profile: options.profile.as_ref().map(|name| name.as_str()),
            cells: cells(&preview.matrix),
            manifests: manifests.collect(),
            errors: said(true),
            warnings: said(false),
        }
    }
}

impl<'a> Said<'a> {
    fn of(said: &'a Diagnostic) -> Said<'a> {
        Said {
            code: said.code.slug(),
            title: said.code.title(),
            place: said.place.as_ref().map(ToString::to_string),
            unit: said.unit.as_deref(),
            message: &said.message,
            resolution: &said.resolution,
        }
    }
}

fn cells(matrix: &Matrix) -> Vec<Cell<'_>> {
    let places = matrix
        .workloads
        .iter()
        .flat_map(|workload| matrix.columns.iter().map(move |column| (workload, column)));
    places
        .zip(&matrix.cells)
        .map(|((workload, (tenant, environment)), cell)| Cell {
            workload: workload.as_str(),
            tenant: tenant.as_str(),
            environment: environment.as_str(),
            status: cell.status.word(),
            targets: cell.targets.iter().map(|name| name.as_str()).collect(),
        })
        .collect()
}
