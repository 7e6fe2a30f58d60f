//! HTTP requests as Fairlead makes them: one trait that each host carries, under one policy.
//!
//! A host implements [`Fetch`] with whatever it has and decides nothing: it follows no redirect, adds no credential and
//! answers with what came. [`Guarded`] wraps it, and is where everything that must hold for every request does: which
//! addresses may be reached, where redirects may lead, and that a credential stays with its origin.
//!
//! A failed request is one of two very different things, and [`FetchError::may_have_arrived`] tells them apart: the
//! server never saw it, or nobody knows what the server did with it.

mod address;
mod body;
mod guarded;
#[cfg(feature = "http-body")]
mod hosts;
#[cfg(feature = "native")]
pub mod native;
mod policy;

pub use address::{Address, AddressError, Origin, Scheme};
pub use body::{Body, BodyError};
pub use guarded::{Guarded, Redirects};
#[cfg(feature = "native")]
pub use native::{Native, block_on};
pub use policy::{Forbidden, Policy};

/// Carries one request to its server and the answer back.
///
/// The futures need not be `Send`: an edge isolate has one thread.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Fetch {
    /// Sends `request`, whose address is absolute. Redirects are answers like any other; nothing is sent twice.
    async fn fetch(&self, request: http::Request<Body>) -> Result<http::Response<Body>, FetchError>;
}

impl<F: Fetch + ?Sized> Fetch for &F {
    async fn fetch(&self, request: http::Request<Body>) -> Result<http::Response<Body>, FetchError> {
        (**self).fetch(request).await
    }
}

/// Why there is no answer. No text in it holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is not one.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The address may not be reached from here.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No connection came about: the server has not seen the request.
    #[error("{origin} cannot be reached: {why}")]
    Unreached {
        /// The server.
        origin: Origin,
        /// What the host says.
        why: String,
    },
    /// The connection broke or the time was up after the request was on its way: it may have been carried out.
    #[error("the connection to {origin} broke, so that nobody knows whether the request arrived: {why}")]
    Broken {
        /// The server.
        origin: Origin,
        /// What the host says.
        why: String,
    },
    /// A redirect that is not followed.
    #[error("{from} redirects to {to}, {why}")]
    Redirect {
        /// Who redirects.
        from: Origin,
        /// Where to, as the server wrote it, shortened.
        to: String,
        /// Why it is not followed, and what to do.
        why: &'static str,
    },
}

impl FetchError {
    /// Whether the server may have carried the request out all the same.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            FetchError::Broken { .. } => true,
            FetchError::Address(_)
            | FetchError::Forbidden(_)
            | FetchError::Unreached { .. }
            | FetchError::Redirect { .. } => false,
        }
    }
}
