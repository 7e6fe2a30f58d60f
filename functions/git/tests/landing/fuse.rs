//! Calls that are counted down to one that fails.

use std::cell::Cell;
use std::rc::Rc;

use super::chance::Chance;

/// Counts calls down to one that fails: before it is carried out, or after.
#[derive(Clone, Default)]
pub(crate) struct Fuse(Rc<Cell<Option<(u64, bool)>>>);

impl Fuse {
    /// Lets the call after so many others fail.
    pub(crate) fn light(&self, calls: u64, after: bool) {
        self.0.set(Some((calls, after)));
    }

    /// Whether the call that is to fail has still to come.
    pub(crate) fn is_lit(&self) -> bool {
        self.0.get().is_some()
    }

    /// Counts a call; where it is the one, answers whether it fails after it was carried out.
    pub(crate) fn burn(&self) -> Option<bool> {
        let (left, after) = self.0.get()?;
        self.0.set(left.checked_sub(1).map(|left| (left, after)));
        (left == 0).then_some(after)
    }

    /// Counts a call that fails by chance as well: whether it does so before it is carried out, and after.
    pub(crate) fn or_chance(&self, chance: &Chance, percent: u64) -> (bool, bool) {
        match self.burn() {
            Some(after) => (!after, after),
            None => (chance.percent(percent), chance.percent(percent)),
        }
    }
}
