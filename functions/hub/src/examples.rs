//! A host of the example projects.

use std::sync::Arc;

use fairlead_world::{Answer, Blob, Digest, Entry, MemoryWorld, PathError, RepoPath, World};
use thiserror::Error;

use crate::host::{Host, HostError};

/// Serves the example projects, compiled in: each folder with a `fairlead.yaml` is a project of the folder's name.
#[derive(Debug, Clone)]
pub struct Examples {
    world: MemoryWorld,
}

/// The examples cannot be served.
#[derive(Debug, Error)]
#[error("an example cannot be served: {0}")]
pub struct ExamplesError(#[from] PathError);

impl Examples {
    /// Takes the files that were compiled in.
    ///
    /// # Errors
    /// Where one of them has a name that no repository could hold.
    pub fn open() -> Result<Examples, ExamplesError> {
        let mut world = MemoryWorld::new();
        for (path, bytes) in fairlead_examples::FILES {
            world.insert(RepoPath::parse(path)?, Blob::from(*bytes));
        }
        for bytes in fairlead_examples::CONTENTS {
            world.insert_content(Blob::from(*bytes));
        }
        Ok(Examples { world })
    }
}

impl Host for Examples {
    async fn project(&self, slug: &str) -> Result<Option<RepoPath>, HostError> {
        let Ok(root) = RepoPath::root().join(slug) else { return Ok(None) };
        if root.parent() != Some(RepoPath::root()) {
            return Ok(None);
        }
        let file = root.join("fairlead.yaml").ok().map(|path| self.world.read(&path));
        Ok(matches!(file, Some(Answer::Found(_))).then_some(root))
    }

    async fn file(&self, path: &RepoPath) -> Result<Option<Blob>, HostError> {
        Ok(found(self.world.read(path)))
    }

    async fn folder(&self, path: &RepoPath) -> Result<Option<Arc<[Entry]>>, HostError> {
        Ok(found(self.world.list(path)))
    }

    async fn content(&self, digest: &Digest) -> Result<Option<Blob>, HostError> {
        Ok(found(self.world.content(digest)))
    }
}

/// What a whole world has; it never needs anything.
fn found<T>(answer: Answer<T>) -> Option<T> {
    match answer {
        Answer::Found(found) => Some(found),
        Answer::Absent | Answer::Needed => None,
    }
}
