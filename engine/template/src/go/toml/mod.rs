//! TOML as the library that Helm uses reads and writes it.

mod read;
mod scalar;
mod table;
mod write;

pub use read::{ReadError, from_str};
pub use write::{WriteError, to_string};
