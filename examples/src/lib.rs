//! The example projects as data: what a host without a disk serves before it is given projects of its own, and what
//! its tests compare with the command line's answers.

/// Every file of the examples: its path below `examples/`, with `/` between the segments, and its bytes. Sorted by path.
pub const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));
