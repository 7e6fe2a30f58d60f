//! Who carries a request: the only thing that differs between hosts.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Carries one request and brings its answer.
///
/// A carrier sends what it is given: it follows no redirect, keeps no cookie, adds no credentials and does not decode
/// the body. It checks the server's certificate, gives up on a server that takes too long, and stops reading an answer
/// that is longer than `limit`. Where it resolves names itself and the private network is not to be reached, it also
/// refuses names that lead there: what an address looks like is checked here, what it resolves to cannot be.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Carrier {
    /// Sends a request without a body.
    async fn carry(
        &self,
        request: http::Request<()>,
        limit: u64,
    ) -> Result<http::Response<Vec<u8>>, CarryError>;
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CarryError {
    /// No connection, or one that broke; what the host says of it.
    #[error("{0}")]
    Transport(String),
    /// The answer is longer than it may be.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The most bytes.
        limit: u64,
    },
}

/// The future of a carrier that does not block was to be run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the carrier did not answer at once")]
pub struct Stalled;

/// Runs a future whose carrier blocks until it has the answer, and which therefore never waits.
///
/// # Errors
/// [`Stalled`] where it waits nevertheless.
pub fn at_once<T>(future: impl Future<Output = T>) -> Result<T, Stalled> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err(Stalled),
    }
}
