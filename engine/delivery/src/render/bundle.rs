//! What `kustomize build` prints for a bundle's files as resources, with the patches on them.

use crate::config::files::Files;
use crate::render::overlay::{self, Over};
use crate::render::{Failure, artifacts};
use crate::resolve::{Source, Unit};

/// Renders the unit's bundle: every YAML and JSON file of it, in the order of their paths.
pub(super) fn render(mut over: Over<'_>, unit: &Unit, source: &Source) -> Result<String, Failure> {
    let files = Files::new(over.world());
    let mut resources = Vec::new();
    match source {
        Source::Path(path) if is_manifest(path.name()) => resources.push(overlay::up(path)),
        Source::Path(path) => {
            let found = artifacts::folder(&files, path);
            resources.extend(found.keys().filter(|path| is_manifest(path.name())).map(overlay::up));
        }
        Source::Files(listed) => {
            for (path, digest) in listed.iter().filter(|(path, _)| is_manifest(path)) {
                let Some(blob) = files.content(digest) else { continue };
                over.add(path, blob)?;
                resources.push(path.to_string());
            }
        }
        Source::Package(_) => {
            return Err(Failure::broken("a bundle cannot be a packaged chart", "name a folder of manifests"));
        }
    }
    let needs = files.needs();
    if !needs.is_empty() {
        return Err(Failure::Needed(needs));
    }
    if resources.is_empty() {
        return Err(Failure::broken("the bundle holds no manifests", "add `.yaml` files to its folder"));
    }
    let patches = unit.workload.bundle.as_ref().map(|bundle| &*bundle.value.patches).unwrap_or_default();
    overlay::build(over, unit, resources, patches)
}

/// Whether a file is a manifest: YAML or JSON, and no kustomization, which is no Kubernetes object.
fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_data = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
    is_data && !matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}
