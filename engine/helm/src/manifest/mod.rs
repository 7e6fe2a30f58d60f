//! What templates wrote, taken apart: documents, their heads, hooks and the order of installation.

mod head;
mod order;
mod sort;
mod split;

pub use order::install_rank;
pub use sort::{Hook, HookEvent, Manifest, SortError, Sorted, sort, sort_whole};
pub use split::split;
