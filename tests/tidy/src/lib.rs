//! The rules about the source itself: which crate may know which, and what no file may hold. See `tests/`.
