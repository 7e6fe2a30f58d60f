//! Git's object ids, computed here so that a change can be compared with a committed tree without reading it.

use std::fmt;

use sha2::Digest as _;

/// How a repository names its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ObjectFormat {
    /// Git's default.
    #[default]
    Sha1,
    /// Repositories made with `--object-format=sha256`.
    Sha256,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A folder.
    Tree,
    /// A file's bytes.
    Blob,
    /// An annotated tag.
    Tag,
}

impl ObjectKind {
    /// The word that an object's header has for it.
    pub fn word(self) -> &'static str {
        match self {
            ObjectKind::Commit => "commit",
            ObjectKind::Tree => "tree",
            ObjectKind::Blob => "blob",
            ObjectKind::Tag => "tag",
        }
    }
}

/// The id of a git object, written in lower-case hexadecimal digits: 40 or 64 of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Oid {
    /// A SHA-1.
    Sha1([u8; 20]),
    /// A SHA-256.
    Sha256([u8; 32]),
}

/// Text that is no [`Oid`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an object id: git writes 40 or 64 lower-case hexadecimal digits")]
pub struct OidError(String);

impl Oid {
    /// The SHA-1 id of nothing: what git's protocol writes for a ref that does not exist.
    pub const ZERO: Oid = Oid::Sha1([0; 20]);

    /// Reads 40 or 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> Result<Oid, OidError> {
        let wrong = || OidError(text.chars().take(80).collect());
        match text.len() {
            40 => Ok(Oid::Sha1(hex(text).ok_or_else(wrong)?)),
            64 => Ok(Oid::Sha256(hex(text).ok_or_else(wrong)?)),
            _ => Err(wrong()),
        }
    }

    /// The id of an object of these bytes, without its header.
    pub fn of(format: ObjectFormat, kind: ObjectKind, bytes: &[u8]) -> Oid {
        let header = format!("{} {}\0", kind.word(), bytes.len());
        match format {
            ObjectFormat::Sha1 => {
                Oid::Sha1(sha1::Sha1::new().chain_update(header).chain_update(bytes).finalize().into())
            }
            ObjectFormat::Sha256 => {
                Oid::Sha256(sha2::Sha256::new().chain_update(header).chain_update(bytes).finalize().into())
            }
        }
    }

    /// The id that git gives a file of these bytes, exactly as they are: no line end is converted.
    pub fn of_blob(format: ObjectFormat, bytes: &[u8]) -> Oid {
        Oid::of(format, ObjectKind::Blob, bytes)
    }

    /// The bytes of the id, as trees hold them.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Oid::Sha1(bytes) => bytes,
            Oid::Sha256(bytes) => bytes,
        }
    }

    /// Which hash it is.
    pub fn format(&self) -> ObjectFormat {
        match self {
            Oid::Sha1(_) => ObjectFormat::Sha1,
            Oid::Sha256(_) => ObjectFormat::Sha256,
        }
    }
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each expected id is what `git hash-object` answered.

    #[test]
    fn blobs_have_gits_ids() {
        let sha1 = |bytes| Oid::of_blob(ObjectFormat::Sha1, bytes).to_string();
        assert_eq!(sha1(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(sha1(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(sha1(b"hello\r\n"), "ef0493b275aa2080237f676d2ef6559246f56636");
    }

    #[test]
    fn other_text_is_no_oid() {
        for text in ["", "abc", &"G".repeat(40), &"A".repeat(40), &"é".repeat(20)] {
            assert!(Oid::parse(text).is_err(), "{text}");
        }
        let text = "ce013625030ba8dba906f756967f9e9ca394464a";
        assert_eq!(Oid::parse(text).unwrap().to_string(), text);
    }
}
