//! Who may move which ref: the door for protected branches, roles and freezes.

use crate::object::Oid;
use crate::reference::RefName;

/// One ref that somebody wants to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// The ref.
    pub reference: &'a RefName,
    /// What it is at; `None` where it is created.
    pub old: Option<Oid>,
    /// What it becomes; `None` where it is deleted.
    pub new: Option<Oid>,
    /// Whether commits that it has would be lost from it: `new` does not build on `old`.
    pub rewinds: bool,
    /// What the pusher says with `git push -o`.
    pub options: &'a [String],
}

/// Decides about pushes. An implementation knows who pushes, and is asked once for each ref, after its objects have been
/// checked and before anything moves.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Policy {
    /// Whether a ref may move so; the refusal is told to whoever pushes.
    async fn may(&self, change: &Change<'_>) -> Result<(), String>;
}

/// What is allowed to everybody who may push at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// Whether a branch may be moved to a commit that does not build on it.
    pub rewind: bool,
}

impl Policy for Rules {
    async fn may(&self, change: &Change<'_>) -> Result<(), String> {
        if change.rewinds && !self.rewind {
            return Err("non-fast-forward".to_owned());
        }
        Ok(())
    }
}
