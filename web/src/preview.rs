//! What the engine says about a project, and how long it took.

use std::sync::Arc;

use fairlead_delivery::generate::{Options, Outcome, Plan};
use fairlead_delivery::resolve::Matrix;
use fairlead_world::{RepoPath, World};

/// The matrix of a project and everything that would be generated.
pub(crate) struct Preview {
    pub(crate) matrix: Arc<Matrix>,
    pub(crate) outcome: Outcome,
    /// The time that the engine took, in milliseconds.
    pub(crate) took: f64,
}

impl Preview {
    /// Renders every unit of the project whose folder is `root`.
    pub(crate) fn of(world: &dyn World, root: &RepoPath, options: &Options) -> Preview {
        let began = now();
        let planned = Plan::new(world, root, options);
        let (matrix, mut outcome) = match planned.plan {
            Some(plan) => {
                let outputs = plan.units().map(|unit| plan.render(world, unit));
                (plan.matrix.clone(), plan.assemble(outputs))
            }
            None => (Arc::default(), Outcome::default()),
        };
        outcome.diagnostics.extend(planned.diagnostics);
        outcome.diagnostics.sort();
        outcome.diagnostics.dedup();
        Preview { matrix, outcome, took: now() - began }
    }
}

/// The browser's own clock: the engine has none.
fn now() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |clock| clock.now())
}
