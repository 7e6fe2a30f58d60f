//! The bounds on what a server may answer, each with an error of its own where it is reached.

/// The longest `index.yaml`: the largest public ones have 20 MB.
pub const INDEX_BYTES: usize = 64 << 20;

/// The largest package: as much as a chart may have unpacked.
pub const PACKAGE_BYTES: usize = 100 << 20;

/// The longest manifest, page of tags, or token (4 MiB, as registries allow for manifests).
pub const DOCUMENT_BYTES: usize = 4 << 20;

/// The pages of one list of tags.
pub const TAG_PAGES: usize = 1_000;

/// The tags of one repository.
pub const TAGS: usize = 100_000;
