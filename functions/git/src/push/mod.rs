//! Repositories on any git server, over the protocol that the ordinary client speaks.
//!
//! [`Remote`] reads single objects and pushes packs made here; it clones nothing. [`Transport`] carries its requests: over
//! HTTP ([`Http`]), or whatever else a host has. What is asked of the server is the same everywhere:
//!
//! | what | requests |
//! |---|---|
//! | what the server offers, once | `GET info/refs` |
//! | a branch's head | `ls-refs` with its name as prefix |
//! | any number of objects by their ids | one fetch that wants exactly these, `filter=tree:0` |
//! | all trees below some | one fetch, `filter=blob:none` |
//! | the last commits | one fetch, `deepen N`, `filter=tree:0` |
//! | a commit | `GET info/refs`, then one `receive-pack` with the old id, the pack as its body |
//!
//! A server that cannot leave objects out is read one commit deep, whole, within the limits.

mod answer;
mod credential;
mod http;
mod land;
mod read;
mod remote;
mod transport;

pub use credential::{Credential, CredentialError, Renew, RenewError};
pub use http::Http;
pub use remote::{Remote, Traffic};
pub use transport::Transport;
