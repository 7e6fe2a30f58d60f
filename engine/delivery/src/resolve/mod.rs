//! From a project to its units: which cells are bound, where they go, which version and which settings they get.

mod matrix;
mod settings;
mod unit;
mod wildcard;

pub use matrix::{Cell, CellStatus, Matrix};
pub use settings::{Setting, SettingOrigin, Settings};
pub use unit::{Artifact, PinOrigin, Route, Source, Target, Unit, UnitId, Version};
pub use wildcard::is_wildcard;
