//! Reading and landing held against real git behind its own CGI program, with everything that can go wrong in between.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

mod concurrent;
mod hostile;
mod landing;
mod old;
mod pipe;
mod property;
mod reading;
mod signing;
mod support;
