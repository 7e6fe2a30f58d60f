//! What only the host can do.

use std::sync::Arc;

use fairlead_world::{Blob, Digest, Entry, RepoPath};
use thiserror::Error;

/// What the use cases ask of whoever runs them: where projects are, and the content that the engine needs.
///
/// The futures need not be `Send`: an edge isolate has one thread.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Host {
    /// The folder of the project of that slug, or `None` where there is no such project.
    async fn project(&self, slug: &str) -> Result<Option<RepoPath>, HostError>;

    /// The file at a path of the projects' repository; `None` for anything that is no regular file.
    async fn file(&self, path: &RepoPath) -> Result<Option<Blob>, HostError>;

    /// The entries directly inside a folder, sorted by name as bytes.
    async fn folder(&self, path: &RepoPath) -> Result<Option<Arc<[Entry]>>, HostError>;

    /// Content by its digest, verified.
    async fn content(&self, digest: &Digest) -> Result<Option<Blob>, HostError>;
}

/// The host could not answer. What went wrong is for its own log; the caller is told only that it did.
#[derive(Debug, Error)]
#[error("the host could not answer: {0}")]
pub struct HostError(pub String);
