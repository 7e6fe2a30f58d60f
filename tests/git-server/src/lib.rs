//! Real git behind a small HTTP server, for tests: `git http-backend` answers, and the server can be told to fail.
//!
//! It speaks as much HTTP/1.1 as git's client and ours need, to clients of the same machine. It is no server for anything
//! else.

mod cgi;
mod fault;
mod http;
mod repository;
mod serve;

pub use fault::Fault;
pub use http::Request;
pub use repository::Repository;
pub use serve::{Options, Server};
