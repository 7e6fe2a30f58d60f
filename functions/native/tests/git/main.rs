//! Hosted repositories held against the ordinary git client, over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

mod access;
mod clone;
mod large;
mod push;
mod random;
mod server;
