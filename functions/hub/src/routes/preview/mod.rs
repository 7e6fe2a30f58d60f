//! `GET /api/v2/projects/{slug}/delivery/preview`: what would be generated; nothing is written.

mod wire;

use std::sync::Arc;

use fairlead_delivery::config::Name;
use fairlead_delivery::generate::{Options, Outcome, Plan};
use fairlead_delivery::resolve::Matrix;
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
#[derive(Default)]
struct Preview {
    matrix: Arc<Matrix>,
    outcome: Outcome,
}

/// Renders every unit. While something has to be fetched the answer is empty: it would be thrown away.
fn preview(world: &dyn World, root: &RepoPath, options: &Options) -> Preview {
    let planned = Plan::new(world, root, options);
    if !planned.needs.is_empty() {
        return Preview::default();
    }
    let Some(plan) = planned.plan else {
        let outcome = Outcome { diagnostics: planned.diagnostics, ..Outcome::default() };
        return Preview { outcome, ..Preview::default() };
    };
    let mut outcome = plan.assemble(plan.units().map(|unit| plan.render(world, unit)));
    outcome.diagnostics.extend(planned.diagnostics);
    outcome.diagnostics.sort();
    outcome.diagnostics.dedup();
    Preview { matrix: plan.matrix.clone(), outcome }
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
