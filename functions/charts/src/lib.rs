//! Charts from chart repositories and OCI registries.
//!
//! Which version a constraint chooses is the engine's to say ([`fairlead_helm::source`]); here is how an index, the tags of
//! a repository and a package are asked for, and what of the answers is believed. Nothing here opens a connection: a
//! host's [`Fetch`](fairlead_fetch::Fetch) carries each request, so that the command line, a Worker and a Spin component
//! run the same code. Tokens, credentials, digests and bounds are this crate's business; addresses and redirects are
//! [`fairlead_fetch`]'s.
//!
//! ```
//! use fairlead_charts::repository::Repository;
//! use fairlead_charts::{Access, Session};
//! use fairlead_fetch::{Body, Fetch, FetchError, Policy};
//!
//! struct Shelf;
//! impl Fetch for Shelf {
//!     async fn fetch(&self, request: http::Request<Body>) -> Result<http::Response<Body>, FetchError> {
//!         assert_eq!(request.uri(), "https://charts.example.com/index.yaml");
//!         let index = "apiVersion: v1\nentries: {web: [{name: web, version: 1.2.0, urls: [web-1.2.0.tgz]}]}\n";
//!         Ok(http::Response::new(Body::from(index.to_owned())))
//!     }
//! }
//!
//! # futures_executor::block_on(async {
//! let session = Session::new(&Shelf, Policy::public(), Access::anonymous());
//! let repository = Repository::parse("https://charts.example.com")?;
//! let found = repository.index(&session).await?.find("web", "^1.0.0")?;
//! assert_eq!((&*found.version, &*found.package.to_string()), ("1.2.0", "https://charts.example.com/web-1.2.0.tgz"));
//! # Ok::<(), fairlead_charts::ChartError>(())
//! # }).unwrap();
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::expect_used))]

mod access;
mod error;
pub mod limits;
pub mod registry;
pub mod repository;
mod session;
mod wanted;

pub use access::{Access, Credentials};
pub use error::ChartError;
pub use session::{PlainRegistries, Session};
pub use wanted::Wanted;
