//! Helm charts, byte for byte: loading, dependencies, values and rendering.
//!
//! A [`Chart`] is loaded once from files in memory and rendered as often as wanted.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::expect_used))]

mod capabilities;
pub mod chart;
mod decode;
mod dependencies;
mod dialect;
mod engine;
mod failure;
mod json;
pub mod limits;
pub mod manifest;
mod objects;
mod pattern;
mod print;
mod render;
mod schema;
pub mod source;
pub mod trace;
mod tree;
pub mod values;
mod version;

pub use capabilities::{Capabilities, KubeVersion, KubeVersionError};
pub use chart::{Chart, File, LoadError, load_folder, load_package};
pub use dialect::Dialect;
pub use engine::{EngineError, EngineErrorKind, name_of_template};
pub use print::{NoSuchTemplate, PrintOptions, Printed};
pub use render::{RenderError, Rendered, Request, render, render_objects, render_unread};
pub use schema::Fetched;
