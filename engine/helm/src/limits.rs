//! The bounds on what a chart may ask for, each with an error of its own where it is reached.

/// The decompressed size of a whole chart, archives in `charts/` counted each for itself (100 MiB, as Helm).
pub const CHART_BYTES: u64 = 100 * 1024 * 1024;

/// One file of a chart (5 MiB, as Helm 3; Helm 4 bounds the whole chart only).
pub const FILE_BYTES: u64 = 5 * 1024 * 1024;

/// Entries of one archive: Helm has no such bound, and no real chart comes near it.
pub const ARCHIVE_ENTRIES: usize = 100_000;

/// Archives within archives, and folders of subcharts within subcharts.
pub const CHART_DEPTH: usize = 64;

/// All charts of one tree together, so that small archives cannot multiply.
pub const TREE_BYTES: u64 = 512 * 1024 * 1024;

/// The largest list index of `--set` (as Helm).
pub const SET_INDEX: i64 = 65_536;

/// The deepest `--set` name (as Helm).
pub const SET_DEPTH: usize = 30;

/// Nesting of one JSON document (as Go's decoder).
pub const JSON_DEPTH: usize = 10_000;

/// Nested schemas while one value is validated.
pub const SCHEMA_DEPTH: usize = 512;

/// Documents that the schema of one chart refers to.
pub(crate) const SCHEMA_DOCUMENTS: usize = 100;
