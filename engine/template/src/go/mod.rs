//! Facts about Go and its libraries that several function families need, as pure functions.

pub mod path;
pub mod quote;
pub mod regexp;
pub mod semver;
pub mod time;
pub mod url;
