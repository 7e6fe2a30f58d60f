//! The example projects as data: what a host without a disk serves before it is given projects of its own, and what
//! its tests compare with the command line's answers.

/// Every file of the examples: its path below `examples/`, with `/` between the segments, and its bytes. Sorted by path.
pub const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Content that the examples' manifests are checked against and that the engine asks for by its digest: Kubernetes' API.
pub const CONTENTS: &[&[u8]] = &[include_bytes!("../../data/kubernetes/api.txt")];
