//! Charts from chart repositories and OCI registries.
//!
//! Which version a constraint chooses is the engine's to say ([`fairlead_helm::source`]); here is how an index, the tags of
//! a repository and a package are asked for, and what of the answers is believed. Nothing here opens a connection: a
//! [`Carrier`] takes one request and brings its answer, so that the command line, a Worker and a Spin component run the
//! same code, each with its own fetch. Redirects, tokens, credentials and digests are this crate's business; a carrier
//! follows nothing and adds nothing.
//!
//! ```
//! use fairlead_charts::repository::Repository;
//! use fairlead_charts::{Access, CarryError, Carrier, Policy, Session};
//!
//! struct Shelf;
//! impl Carrier for Shelf {
//!     async fn carry(&self, request: http::Request<()>, _limit: u64) -> Result<http::Response<Vec<u8>>, CarryError> {
//!         assert_eq!(request.uri(), "https://charts.example.com/index.yaml");
//!         let index = "apiVersion: v1\nentries: {web: [{name: web, version: 1.2.0, urls: [web-1.2.0.tgz]}]}\n";
//!         Ok(http::Response::new(index.into()))
//!     }
//! }
//!
//! # fairlead_charts::at_once(async {
//! let session = Session::new(&Shelf, Policy::edge(), Access::anonymous());
//! let repository = Repository::parse("https://charts.example.com")?;
//! let found = repository.index(&session).await?.find("web", "^1.0.0")?;
//! assert_eq!((&*found.version, &*found.package.to_string()), ("1.2.0", "https://charts.example.com/web-1.2.0.tgz"));
//! # Ok::<(), fairlead_charts::ChartError>(())
//! # }).unwrap().unwrap();
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::expect_used))]

mod access;
mod address;
mod carrier;
mod error;
pub mod limits;
mod policy;
pub mod registry;
pub mod repository;
mod session;

pub use access::{Access, Credentials};
pub use address::{Address, AddressError};
pub use carrier::{Carrier, CarryError, Stalled, at_once};
pub use error::ChartError;
pub use policy::{PlainHttp, Policy, Refusal};
pub use session::Session;
