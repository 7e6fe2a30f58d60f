//! The object that is applied once by hand and applies all others.

use crate::adapt::{self, argocd, flux};
use crate::config::Runtime;
use crate::generate::{Plan, deliver};

/// Prints the root Application, or Flux's GitRepository and root Kustomization. They are not inside what they apply.
pub fn bootstrap(plan: &Plan) -> String {
    let Plan { project, layout, .. } = plan;
    let source = deliver::source(project);
    match project.delivery.runtime {
        Runtime::ArgoCd => {
            let instance = deliver::argocd_instance(project, "default".into());
            let name = project.file.value.name.as_str();
            adapt::print([argocd::root(name, &instance, &source, &layout.applications, layout.nested)])
        }
        Runtime::Flux => {
            adapt::print(flux::root(&deliver::flux_instance(project), &source, &layout.applications))
        }
    }
}
