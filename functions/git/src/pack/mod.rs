//! Packs: many objects in one stream of bytes.

pub(crate) mod delta;
mod read;
mod resolve;
mod spool;
mod unpack;
pub(crate) mod write;

pub use read::{Limits, PackError, read};
pub use spool::{InMemory, Packed, Packer, Spool, SpoolError};
pub use unpack::Unpacker;
pub use write::Writer;

use crate::object::Kind;

/// The number that a pack has for a kind of object.
pub(crate) fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Commit => 1,
        Kind::Tree => 2,
        Kind::Blob => 3,
        Kind::Tag => 4,
    }
}
