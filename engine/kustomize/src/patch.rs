//! The two kinds of patches: strategic merge and JSON 6902.

mod directive;
mod elements;
mod json6902;
mod strategic;

pub(crate) use json6902::JsonPatch;
pub(crate) use strategic::{Merged, merge};
