//! `kustomize build`, byte for byte, on files that come through a [`World`].
//!
//! ```
//! use fairlead_kustomize::{Options, build};
//! use fairlead_world::{Blob, MemoryWorld, RepoPath};
//!
//! let mut world = MemoryWorld::new();
//! let mut put = |path: &str, text: &str| world.insert(RepoPath::parse(path).unwrap(), Blob::from(text));
//! put("app/kustomization.yaml", "namePrefix: dev-\nresources: [service.yaml]\n");
//! put("app/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n");
//!
//! let built = build(&world, &RepoPath::parse("app").unwrap(), &Options::default());
//! assert_eq!(built.result.unwrap().print().unwrap(), "apiVersion: v1\nkind: Service\nmetadata:\n  name: dev-web\n");
//! ```
//!
//! Nothing is fetched and nothing is run: bases in other repositories, programs and containers are refused, and charts of
//! repositories come from whoever calls ([`Packages`]).

mod base64;
mod build;
mod error;
mod fieldspec;
mod generators;
mod kustomization;
mod load;
mod node;
mod patch;
mod resource;
mod schema;
mod selector;
mod target;
mod transformers;

#[cfg(doc)]
use fairlead_world::World;

pub use build::{Built, LoadRestrictor, Options, Reorder, Resources, build, overlay, patch, remote_charts};
pub use error::Error;
pub use generators::{Charts, NoPackage, Packages, RemoteChart};
