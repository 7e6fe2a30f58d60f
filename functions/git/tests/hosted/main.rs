//! Hosted repositories against hostile packs, failing storage and collections, without any network.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

mod collect;
mod faults;
mod hostile;
mod land;
mod rivals;
mod support;
