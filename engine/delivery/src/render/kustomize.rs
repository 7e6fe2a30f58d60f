//! What `kustomize build` prints for a unit.

use fairlead_kustomize::{Error, LoadRestrictor, Options};
use fairlead_world::{RepoPath, World};

use crate::render::Failure;
use crate::render::overlay::{self, Over};
use crate::resolve::{Source, Unit};

/// Builds the unit's base, and whatever is laid on it.
pub(super) fn render(world: &dyn World, unit: &Unit, source: &Source) -> Result<String, Failure> {
    match source {
        Source::Path(path) if !overlay::lays(unit) => build(world, path),
        _ => around(Over::new(world)?, unit, source),
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

/// Builds one folder. All of the repository may be loaded: overlays and bases stand in different folders of it.
pub(super) fn build(world: &dyn World, folder: &RepoPath) -> Result<String, Failure> {
    let options = Options { load_restrictor: LoadRestrictor::None, ..Options::default() };
    let built = fairlead_kustomize::build(world, folder, &options);
    let printed = built.result.and_then(|resources| resources.print());
    printed.map_err(|error| match error {
        Error::Needed(needs) => Failure::Needed(needs),
        error if error.to_string().contains("--enable-helm") => Failure::broken(
            error.to_string(),
            "make the chart a workload of its own: bases in a project inflate no charts",
        ),
        error => Failure::broken(
            error.to_string(),
            "fix the kustomization, its resources or the patches laid on them",
        ),
    })
}
