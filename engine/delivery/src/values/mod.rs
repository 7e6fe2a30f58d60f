//! Values: the layers of a unit, merged by Helm's rules, and where each leaf came from.

mod index;
mod layer;

pub use index::{Index, Shelf};
pub use layer::{Layer, Scope};
