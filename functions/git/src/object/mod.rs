//! Git's objects, as bytes and as values.

use fairlead_world::ObjectFormat;

mod commit;
mod edit;
mod tree;

pub use commit::{Commit, CommitError, Identity, Outline};
pub use edit::{Edit, EditError, Edited, edit};
pub use fairlead_world::{ObjectKind as Kind, Oid, OidError};
pub use tree::{Entry, Mode, Tree, TreeError};

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
        Oid::of(ObjectFormat::Sha1, self.kind, &self.bytes)
    }
}
