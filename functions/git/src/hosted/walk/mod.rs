//! Which objects a client needs: commits first, then what they hold.

mod commits;
mod objects;
mod shallow;

pub(super) use commits::Commits;
pub(super) use objects::{Filter, Objects};
pub(super) use shallow::{Deepen, Shallow, deepen};
