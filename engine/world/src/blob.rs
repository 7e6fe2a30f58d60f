//! Content and its digest.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// The bytes of one file, cheap to clone, and to make from a part of other bytes.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Blob(Bytes);

impl Blob {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, or `None` where they are not UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The SHA-256 of the bytes.
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(&self.0).into())
    }

    /// Whether two handles share one allocation: a cheap test that implies equality.
    pub fn same(&self, other: &Blob) -> bool {
        self.0.as_ptr() == other.0.as_ptr() && self.0.len() == other.0.len()
    }

    /// A part of the bytes, which shares their memory; `None` where they don't reach as far.
    pub fn part(&self, range: Range<usize>) -> Option<Blob> {
        (range.start <= range.end && range.end <= self.0.len()).then(|| Blob(self.0.slice(range)))
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Blob {
        Blob(bytes.into())
    }
}

impl From<&[u8]> for Blob {
    fn from(bytes: &[u8]) -> Blob {
        Blob(Bytes::copy_from_slice(bytes))
    }
}

impl From<&str> for Blob {
    fn from(text: &str) -> Blob {
        Blob::from(text.as_bytes())
    }
}

impl From<String> for Blob {
    fn from(text: String) -> Blob {
        Blob(text.into())
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => write!(f, "Blob({text:?})"),
            None => write!(f, "Blob({} bytes)", self.0.len()),
        }
    }
}

/// A SHA-256, written `sha256:` and 64 lower-case hexadecimal digits as OCI registries and locks do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// Text that is no [`Digest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a digest: write `sha256:` and 64 hexadecimal digits")]
pub struct DigestError(String);

impl Digest {
    /// Reads `sha256:<64 hexadecimal digits>`.
    ///
    /// # Errors
    /// Any other text, upper-case digits included: a digest is compared as text in locks.
    pub fn parse(text: &str) -> Result<Digest, DigestError> {
        let wrong = || DigestError(text.chars().take(80).collect());
        let hex = text.strip_prefix("sha256:").ok_or_else(wrong)?.as_bytes();
        if hex.len() != 64 {
            return Err(wrong());
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(hex.chunks_exact(2)) {
            let nibble = |digit: u8| match digit {
                b'0'..=b'9' => Ok(digit - b'0'),
                b'a'..=b'f' => Ok(digit - b'a' + 10),
                _ => Err(wrong()),
            };
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Digest(digest))
    }

    /// The SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let digest = Digest::of(b"");
        assert_eq!(
            digest.to_string(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Digest::parse(&digest.to_string()), Ok(digest));
    }

    #[test]
    fn parts_are_blobs() {
        let blob = Blob::from("chart.yaml");
        assert_eq!(blob.part(0..5), Some(Blob::from("chart")));
        assert_eq!(blob.part(10..10), Some(Blob::default()));
        assert_eq!((blob.part(3..11), blob.part(Range { start: 3, end: 2 })), (None, None));
        assert!(blob.part(0..10).is_some_and(|whole| whole.same(&blob)));
        assert!(!blob.same(&Blob::from("chart.yaml")));
    }

    #[test]
    fn other_text_is_no_digest() {
        for text in ["", "sha256:", "sha1:00", &"sha256:E3".repeat(8), &format!("sha256:{}", "G".repeat(64))]
        {
            assert!(Digest::parse(text).is_err(), "{text}");
        }
    }
}
