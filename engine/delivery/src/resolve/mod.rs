//! From a project to its units: which cells are bound, where they go, which version and which settings they get.

mod bound;
mod build;
mod matrix;
mod pin;
mod route;
mod settings;
mod sync;
mod unit;
mod wildcard;

pub use build::{AgentStatus, Options, matrix, wanted};
pub use matrix::{Cell, CellStatus, Matrix};
pub use route::IN_CLUSTER;
pub use settings::{Setting, SettingOrigin, Settings};
pub use unit::{Artifact, PinOrigin, Route, Source, Target, Unit, UnitId, Version};
pub use wildcard::is_wildcard;
