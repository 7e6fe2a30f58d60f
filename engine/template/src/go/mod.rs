//! Facts about Go and its libraries that several function families need, as pure functions.

pub mod base64;
pub mod bcrypt;
pub mod cast;
pub mod decimal;
pub mod path;
pub mod quote;
pub mod regexp;
pub mod semver;
pub mod time;
pub mod toml;
pub mod unicode;
pub mod url;
#[cfg(feature = "keys")]
pub mod x509;
