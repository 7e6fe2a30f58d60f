//! Git's objects, as bytes and as values.

mod commit;
mod edit;
mod oid;
mod tree;

pub use commit::{Commit, Identity};
pub use edit::{Edit, EditError, Edited, edit};
pub use oid::{Oid, OidError};
pub use tree::{Entry, Mode, Tree, TreeError};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A commit.
    Commit,
    /// A folder.
    Tree,
    /// A file's bytes.
    Blob,
    /// An annotated tag.
    Tag,
}

impl Kind {
    /// The word that an object's header has for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
            Kind::Tag => "tag",
        }
    }
}

/// An object: its kind and its bytes without the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Object {
    /// The object's id.
    pub fn oid(&self) -> Oid {
        Oid::of(self.kind, &self.bytes)
    }
}
