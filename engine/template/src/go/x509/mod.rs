//! Keys and certificates as Go's `crypto` and `x509` packages make and read them.
//!
//! What is made here is written into manifests in plain sight, so nothing has to be kept from an observer who measures
//! time: the arithmetic is that of a general library for big numbers.

mod certificate;
mod der;
mod dsa;
mod pem;
mod prime;
mod private;
mod rsa;

pub use certificate::{Authority, Template, sign};
pub use pem::{Block, decode as decode_pem, encode as encode_pem};
pub use private::{Kind, PrivateKey};

/// Fills a slice with random bytes.
pub type Random<'r> = &'r mut dyn FnMut(&mut [u8]);
