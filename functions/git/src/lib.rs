//! Commits to git repositories over HTTP, without ever cloning them.
//!
//! A commit is made of the objects that changed and nothing else: the new blobs, the trees on the paths to them, and the
//! commit itself. They are packed here and pushed with the branch's old id as compare-and-swap. Commit bytes are fixed
//! when a commit is planned, so that its id is known before it is sent and tells, after a lost answer, whether it landed.
//!
//! Nothing here opens a connection: [`wire`] makes requests and reads answers, and hosts carry them.

mod cache;
pub mod hosted;
pub mod landing;
pub mod object;
pub mod pack;
pub mod provider;
pub mod push;
mod reference;
mod repository;
pub mod said;
mod sign;
mod snapshot;
mod trees;
pub mod wire;

pub use cache::Cache;
pub use reference::{Branch, RefName, RefNameError};
pub use repository::{
    LandError, Landed, Landing, Past, Planned, Repository, RepositoryError, Strategy, Survey,
};
pub use sign::{SignError, SigningKey};
pub use snapshot::{File, Snapshot};

/// What this program calls itself to servers.
pub const AGENT: &str = concat!("fairlead/", env!("CARGO_PKG_VERSION"));
