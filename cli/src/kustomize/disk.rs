//! The disk as a kustomization on somebody's own machine sees it: symbolic links are followed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fairlead_world::{Answer, Blob, Digest, Entry, RepoPath, World};

use crate::repository::WorkTree;

/// A folder and everything below it. A kustomization's files may stand behind links, as `kustomize build` lets them; what
/// a link leads to has to be in the kustomization's root all the same, unless the load restrictor is off.
///
/// Projects read their repository as [`WorkTree`], which follows no link.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    tree: WorkTree,
}

impl Disk {
    /// Reads below `root`.
    pub(super) fn new(root: &Path) -> Disk {
        Disk { root: root.to_owned(), tree: WorkTree::new(root, root) }
    }
}

impl World for Disk {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        self.tree.read(path)
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        self.tree.list(path)
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        self.tree.content(digest)
    }

    fn link(&self, path: &RepoPath) -> Answer<Arc<str>> {
        let target = std::fs::read_link(self.root.join(path.as_str()));
        let target = target.ok().and_then(|target| target.into_os_string().into_string().ok());
        target.map_or(Answer::Absent, |target| Answer::Found(target.replace('\\', "/").into()))
    }
}
