//! The charts of a project's kustomizations: packages that the lock has to name.

use std::sync::Arc;

use fairlead_kustomize::{Error, LoadRestrictor, Options, remote_charts};
use fairlead_world::{MemoryWorld, RepoPath, World};

use super::files::{Files, Tree};
use crate::lock::Location;

/// What a folder with a kustomization holds at least one of.
const FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file of this name makes a kustomization of its folder.
pub(super) fn is_kustomization(name: &str) -> bool {
    FILES.contains(&name)
}

/// The packages of the charts that a kustomization and its bases inflate, as far as they are not in the tree.
pub(super) fn packages_of(files: &Files<'_>, tree: &Tree, folder: &str) -> Vec<(Location, Arc<str>)> {
    match tree {
        Tree::Folder(root) => {
            root.join(folder).map(|path| packages(files, files.world(), &path)).unwrap_or_default()
        }
        // Another repository's base is built of its own files alone.
        Tree::Locked { files: locked, .. } => {
            let mut world = MemoryWorld::new();
            let prefix = format!("{folder}/");
            for (path, digest) in locked.iter().filter(|(path, _)| path.starts_with(&prefix)) {
                if let (Ok(path), Some(blob)) = (RepoPath::parse(path), files.content(digest)) {
                    world.insert(path, blob);
                }
            }
            RepoPath::parse(folder).map(|path| packages(files, &world, &path)).unwrap_or_default()
        }
    }
}

fn packages(files: &Files<'_>, world: &dyn World, folder: &RepoPath) -> Vec<(Location, Arc<str>)> {
    let options = Options { load_restrictor: LoadRestrictor::None, ..Options::default() };
    match remote_charts(world, folder, &options) {
        Ok(charts) => {
            charts.iter().map(|chart| (Location::of_chart(chart), Arc::from(chart.requested()))).collect()
        }
        Err(Error::Needed(needs)) => {
            files.note(needs);
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}
