//! What `kustomize build` prints for a bundle's files as resources, with the patches on them.

use fairlead_world::World;

use crate::config::files::Files;
use crate::render::{Failure, artifacts};
use crate::resolve::{Source, Unit};

/// Renders the unit's bundle: every YAML and JSON file of it, in the order of their paths.
pub(super) fn render(world: &dyn World, unit: &Unit, source: &Source) -> Result<String, Failure> {
    let files = Files::new(world);
    if !unit.overlays.is_empty() || !unit.workload.patches.is_empty() {
        return Err(Failure::broken("patches are not laid on bundles by this build", "wait for it"));
    }
    let Source::Path(path) = source else {
        return Err(Failure::broken(
            "bundles of other repositories are not rendered by this build",
            "wait for it",
        ));
    };
    let found = artifacts::folder(&files, path);
    if !files.needs().is_empty() {
        return Err(Failure::Needed(files.needs()));
    }
    let text = found.iter().filter(|(path, _)| is_manifest(path.name())).filter_map(|(_, blob)| blob.text());
    Ok(text
        .map(|text| if text.starts_with("---") { text.to_owned() } else { format!("---\n{text}") })
        .collect())
}

/// Whether a file is a manifest: YAML or JSON, and no kustomization, which is no Kubernetes object.
fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_data = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
    is_data && !matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}
