//! `GET /api/v2/projects/{slug}/delivery/preview`: what would be generated; nothing is written.

mod wire;

use fairlead_delivery::config::{self, Name};
use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_delivery::layout::Layout;
use fairlead_delivery::resolve::{Matrix, Options, matrix};
use fairlead_world::{RepoPath, World};
use http::{Response, StatusCode};

use super::json;
use crate::driver::drive;
use crate::host::Host;
use crate::problem::Problem;

/// Answers with the matrix, the list of manifests and everything there is to say about them.
pub(super) async fn answer(
    host: &impl Host,
    slug: &str,
    query: Option<&str>,
) -> Result<Response<String>, Problem> {
    let options = options(query)?;
    let root = host.project(slug).await.map_err(|_| Problem::Internal)?.ok_or(Problem::ProjectNotFound)?;
    let preview = drive(host, |world| preview(world, &root, &options)).await?;
    Ok(json(StatusCode::OK, &wire::Preview::of(slug, &options, &preview)))
}

/// What the engine has to say about a project.
struct Preview {
    matrix: Matrix,
    layout: Option<Layout>,
    diagnostics: Vec<Diagnostic>,
}

fn preview(world: &dyn World, root: &RepoPath, options: &Options) -> Preview {
    let loaded = config::load(world, root);
    let mut diagnostics = loaded.diagnostics;
    let Some(project) = loaded.project else {
        return Preview { matrix: Matrix::default(), layout: None, diagnostics };
    };
    let mut matrix = matrix(&project, options);
    diagnostics.append(&mut matrix.diagnostics);
    let layout = Layout::of(&project).ok();
    if let Some(layout) = &layout {
        diagnostics.extend(layout.check(matrix.units.iter().map(|unit| &**unit)));
    }
    Preview { matrix, layout, diagnostics }
}

/// Reads the query: `profile=NAME` and nothing else.
fn options(query: Option<&str>) -> Result<Options, Problem> {
    let mut options = Options::default();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("profile", name)) => {
                let name = Name::parse(name)
                    .map_err(|error| Problem::InvalidRequest(format!("profile: {error}")))?;
                options.profile = Some(name);
            }
            _ => return Err(Problem::InvalidRequest(format!("`{pair}` is not `profile=NAME`"))),
        }
    }
    Ok(options)
}
