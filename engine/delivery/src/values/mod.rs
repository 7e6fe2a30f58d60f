//! Values: the layers of a unit, merged by Helm's rules, and where each leaf came from.

mod index;
mod layer;
mod merge;
mod origin;
mod path;

pub use index::{Index, Shelf};
pub use layer::{Layer, Scope};
pub use merge::merge;
pub use origin::{Origins, Step};
pub use path::ValuePath;
