//! What templates wrote, taken apart: documents, their heads, hooks and the order of installation.

mod head;
mod order;
mod sort;
mod split;

pub use order::install_rank;
pub use sort::{Hook, HookEvent, Manifest, SortError, Sorted, sort};
pub use split::split;
