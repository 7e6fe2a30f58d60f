//! The delivery generator: from a project's files to the tree that a GitOps runtime applies.
//!
//! ```text
//! config ─► resolve ─► values ─► render ─► adapt ─► layout ─► change
//! ```
//!
//! Each module is named after its step, and every step is plain data for the next.

pub mod adapt;
pub mod change;
pub mod config;
pub mod diagnostic;
pub mod explain;
pub mod generate;
pub mod kubernetes;
pub mod layout;
pub mod lock;
pub mod render;
pub mod resolve;
pub mod values;
pub mod variables;
pub mod workspace;

pub use workspace::Workspace;
