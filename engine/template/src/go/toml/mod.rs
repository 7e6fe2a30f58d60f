//! TOML as the library that Helm uses writes it.

mod write;

pub use write::{WriteError, to_string};
