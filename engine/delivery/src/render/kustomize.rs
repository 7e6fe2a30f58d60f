//! What `kustomize build` prints for a unit.

use fairlead_kustomize::Error;
use fairlead_world::{RepoPath, World};

use crate::render::Failure;
use crate::render::inflate::Site;
use crate::render::overlay::{self, Over};
use crate::resolve::{Source, Unit};

/// Builds the unit's base, and whatever is laid on it.
pub(super) fn render(site: Site<'_>, source: &Source) -> Result<String, Failure> {
    match source {
        Source::Path(path) if !overlay::lays(site.unit) => build(site.world, path, site),
        _ => around(Over::new(site)?, site.unit, source),
    }
}

/// Builds a kustomization around the unit's base.
pub(super) fn around(mut over: Over<'_>, unit: &Unit, source: &Source) -> Result<String, Failure> {
    let world = over.world();
    match source {
        Source::Path(path) => overlay::build(over, unit, vec![overlay::up(path)], &[]),
        Source::Files(listed) => {
            let files = crate::config::files::Files::new(world);
            for (path, digest) in listed.iter() {
                if let Some(blob) = files.content(digest) {
                    over.add(&format!("base/{path}"), blob)?;
                }
            }
            match files.needs() {
                needs if needs.is_empty() => overlay::build(over, unit, vec!["base".to_owned()], &[]),
                needs => Err(Failure::Needed(needs)),
            }
        }
        Source::Package(_) => Err(Failure::broken(
            "a Kustomize base cannot be a packaged chart",
            "name a folder with a kustomization",
        )),
    }
}

/// Builds one folder of a world, which may have more than that of the site.
pub(super) fn build(world: &dyn World, folder: &RepoPath, site: Site<'_>) -> Result<String, Failure> {
    let built = site.with_options(|options| fairlead_kustomize::build(world, folder, options));
    let printed = built.result.and_then(|resources| resources.print());
    printed.map_err(|error| match error {
        Error::Needed(needs) => Failure::Needed(needs),
        error => Failure::broken(
            error.to_string(),
            "fix the kustomization, its resources or the patches laid on them",
        ),
    })
}
