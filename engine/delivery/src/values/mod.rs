//! Values: the layers of a unit, merged by Helm's rules, and where each leaf came from.

mod layer;

pub use layer::{Layer, Scope};
