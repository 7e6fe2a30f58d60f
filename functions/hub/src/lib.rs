//! Fairlead over HTTP: what a user can do, as routes on `http` types, whatever host runs them.
//!
//! A host hands every request to [`serve`] together with what only it can do, its [`Host`], and what it keeps, its
//! [`Keeper`]. Where each repository has a database of its own, [`Owner`] says which of them a request is for, and
//! [`keep`] answers it there; [`respond`] answers what is about nothing that is kept. The crate knows no runtime: the
//! same code answers in workerd, in Spin and in one native process.
//!
//! ```
//! use fairlead_hub::{Examples, respond};
//! use http::{Method, Uri};
//!
//! # futures_executor::block_on(async {
//! let host = Examples::open()?;
//! let uri = Uri::from_static("/api/v2/projects/nowhere/delivery/preview");
//! let response = respond(&host, &Method::GET, &uri).await;
//! assert_eq!(response.status(), 404);
//! assert!(response.body().contains("project not found"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod access;
mod driver;
mod examples;
mod host;
mod keeper;
mod owner;
mod problem;
mod routes;

pub use access::Access;
pub use examples::{Examples, ExamplesError};
pub use host::{Host, HostError};
pub use keeper::{Keeper, Tended};
pub use owner::{Owner, named};
pub use routes::{keep, respond, serve};
