//! What Kubernetes says about its own API: which kinds each version has, what their fields are, which kinds are
//! deprecated and which are gone.
//!
//! It is data, made from Kubernetes' own publications by `data/kubernetes/make.py`, and not part of the engine's
//! code: [`load`] reads it from the [`World`] by its digest, so that a page fetches it once and keeps it. Custom
//! resources are checked by the schemas of the CustomResourceDefinitions that a project keeps in `crds/`.

mod api;
mod check;
mod crd;
mod quantity;
mod schema;
mod scope;
mod validate;
mod version;

pub use api::{Api, ApiError, Lifecycle};
pub use check::{Problem, check};
pub use crd::{Crds, crds, with_defined};
pub use schema::{Field, Schema, SchemaId, Schemas};
pub use scope::{Scope, Scopes};
pub use validate::{Finding, Validator};
pub use version::Minor;

use std::sync::Arc;

use fairlead_world::{Digest, Need, World};

/// The digest of the data that this version of the engine reads.
pub fn digest() -> Result<Digest, fairlead_world::DigestError> {
    Digest::parse(include_str!("api.digest").trim_end())
}

/// Why the data is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// It has to be fetched first.
    #[error("Kubernetes' API data has to be fetched first")]
    Needed(Need),
    /// Whoever supplies content does not have it.
    #[error("Kubernetes' API data ({0}) is not there, so that manifests cannot be checked")]
    Absent(Digest),
    /// The digest in the program is broken.
    #[error(transparent)]
    Digest(#[from] fairlead_world::DigestError),
    /// The data is not what the digest promises.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// Reads Kubernetes' API data. Reading takes a few milliseconds: keep the result.
///
/// # Errors
/// Where it is not there, or not there yet.
pub fn load(world: &dyn World) -> Result<Arc<Api>, LoadError> {
    let digest = digest()?;
    let need = || Need::Content(digest);
    let blob = world.content(&digest).or_need(need).map_err(LoadError::Needed)?;
    let blob = blob.ok_or(LoadError::Absent(digest))?;
    Ok(Arc::new(Api::parse(blob.text().unwrap_or_default())?))
}
