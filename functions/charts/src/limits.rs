//! The bounds on what a server may answer, each with an error of its own where it is reached.

/// The longest `index.yaml`: the largest public ones have 20 MB.
pub const INDEX_BYTES: u64 = 64 << 20;

/// The largest package. A chart may not have more than this unpacked either.
pub const PACKAGE_BYTES: u64 = fairlead_helm::limits::CHART_BYTES;

/// The longest manifest, page of tags, or token (4 MiB, as registries allow for manifests).
pub const DOCUMENT_BYTES: u64 = 4 << 20;

/// The pages of one list of tags.
pub const TAG_PAGES: usize = 1_000;

/// The tags of one repository.
pub const TAGS: usize = 100_000;

/// How often one request is sent on to another address.
pub const REDIRECTS: usize = 10;

/// The longest address.
pub const ADDRESS_BYTES: usize = 8 << 10;
