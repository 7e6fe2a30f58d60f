//! Object ids.

use std::fmt;

use sha1::{Digest, Sha1};

use super::Kind;

/// The SHA-1 that names an object. Repositories of another object format are refused when they are opened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid([u8; 20]);

/// Text that is no [`Oid`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no object id: 40 lower-case hexadecimal digits")]
pub struct OidError(String);

impl Oid {
    /// The id of nothing: what a ref has before it exists.
    pub const ZERO: Oid = Oid([0; 20]);

    /// The id of an object.
    pub fn of(kind: Kind, bytes: &[u8]) -> Oid {
        let header = format!("{} {}\0", kind.word(), bytes.len());
        Oid(Sha1::new().chain_update(header).chain_update(bytes).finalize().into())
    }

    /// The id as a tree or a pack holds it.
    pub fn from_bytes(bytes: [u8; 20]) -> Oid {
        Oid(bytes)
    }

    /// The 20 bytes.
    pub fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Reads 40 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// Any other text, and the 64 digits of a SHA-256 among them.
    pub fn parse(text: &str) -> Result<Oid, OidError> {
        let wrong = || OidError(text.chars().take(80).collect());
        if text.len() != 40 {
            return Err(wrong());
        }
        let mut oid = [0; 20];
        for (byte, pair) in oid.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let nibble = |digit: u8| match digit {
                b'0'..=b'9' => Ok(digit - b'0'),
                b'a'..=b'f' => Ok(digit - b'a' + 10),
                _ => Err(wrong()),
            };
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Oid(oid))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
