//! What commands show, as data for programs and as text for people.

pub(crate) mod diff;
pub(crate) mod preview;
