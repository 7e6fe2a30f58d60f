//! Chart packages (`.tgz`): the files of one, within bounds and without ways out of the chart's folder.

use fairlead_world::Blob;

use super::gzip;
use super::tar::{Entries, EntryKind, TarError};
use crate::dialect::Dialect;
use crate::limits;

/// A file of a chart, its name relative to the chart's folder and with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path within the chart.
    pub name: String,
    /// The content, without a byte order mark at its start.
    pub data: Blob,
}

impl File {
    /// A file as it is found: a byte order mark is taken off.
    pub fn new(name: impl Into<String>, data: &[u8]) -> File {
        File { name: name.into(), data: Blob::from(data.strip_prefix(BOM).unwrap_or(data)) }
    }
}

const BOM: &[u8] = &[0xef, 0xbb, 0xbf];

/// Why a package is refused; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The first bytes are not those of gzip.
    #[error("gzip: invalid header")]
    NotGzip,
    /// The compressed data is damaged or cut short.
    #[error("{0}")]
    Gzip(String),
    /// The archive within is damaged or cut short.
    #[error(transparent)]
    Tar(#[from] TarError),
    /// An entry's path is absolute.
    #[error("chart illegally contains absolute paths")]
    AbsolutePath,
    /// An entry lies beside the chart's folder.
    #[error("chart illegally contains content outside the base directory: {0}")]
    OutsideBase(String),
    /// An entry's path climbs out of the chart's folder.
    #[error("chart illegally references parent directory")]
    ParentFolder,
    /// An entry's path names a drive.
    #[error("chart contains illegally named files")]
    DrivePath,
    /// `Chart.yaml` is not inside of a folder.
    #[error("chart yaml not in base directory")]
    ChartNotInBase,
    /// All files together are too large.
    #[error("decompressed chart is larger than the {limit} {bytes}")]
    ChartTooLarge {
        /// How Helm calls this limit.
        limit: &'static str,
        /// The limit.
        bytes: u64,
    },
    /// One file is too large.
    #[error("decompressed chart file {name} is larger than the maximum file size {bytes}")]
    FileTooLarge {
        /// The entry's name, quoted.
        name: String,
        /// The limit.
        bytes: u64,
    },
    /// There are more entries than [`limits::ARCHIVE_ENTRIES`].
    #[error("chart archive has more than {} entries", limits::ARCHIVE_ENTRIES)]
    TooManyEntries,
    /// There are no files.
    #[error("no files in chart archive")]
    Empty,
}

/// Reads the files of a package. Links and devices count as empty files, as they do for Helm; nothing is followed.
pub fn unpack(package: &[u8], dialect: Dialect) -> Result<Vec<File>, ArchiveError> {
    let archive = Blob::from(decompress(package, dialect)?);
    let mut entries = Entries::new(archive.bytes());
    let mut files = Vec::new();
    let mut remaining = limits::CHART_BYTES;
    let mut count = 0;
    while let Some(entry) = entries.next_entry()? {
        count += 1;
        if count > limits::ARCHIVE_ENTRIES {
            return Err(ArchiveError::TooManyEntries);
        }
        if matches!(entry.kind, EntryKind::Folder | EntryKind::GlobalHeader) {
            continue;
        }
        let name = path_in_chart(&entry.name)?;
        let size = entry.data.len() as u64;
        if let Some(bytes) = dialect.largest_file().filter(|&bytes| size <= remaining && size > bytes) {
            return Err(ArchiveError::FileTooLarge {
                name: fairlead_template::go::quote::quote(&entry.name),
                bytes,
            });
        }
        if size >= remaining {
            return Err(too_large(dialect));
        }
        remaining -= size;
        let start = entry.start + if entry.data.starts_with(BOM) { BOM.len() } else { 0 };
        let data = archive.part(start..entry.start + entry.data.len()).unwrap_or_default();
        files.push(File { name, data });
    }
    if files.is_empty() { Err(ArchiveError::Empty) } else { Ok(files) }
}

fn too_large(dialect: Dialect) -> ArchiveError {
    ArchiveError::ChartTooLarge { limit: dialect.chart_limit_name(), bytes: limits::CHART_BYTES }
}

/// Unzips as much as a chart may have, headers included.
fn decompress(package: &[u8], dialect: Dialect) -> Result<Vec<u8>, ArchiveError> {
    let most = limits::CHART_BYTES as usize + limits::ARCHIVE_ENTRIES * 1024;
    gzip::inflate(package, most)?.ok_or_else(|| too_large(dialect))
}

/// An entry's path without the archive's top folder, cleaned and checked.
fn path_in_chart(entry: &str) -> Result<String, ArchiveError> {
    let delimiter = if entry.contains('\\') { '\\' } else { '/' };
    let (top, rest) = entry.split_once(delimiter).unwrap_or((entry, ""));
    let name = rest.replace(delimiter, "/");
    if name.starts_with('/') {
        return Err(ArchiveError::AbsolutePath);
    }
    let name = clean(&name);
    if name == "." {
        return Err(ArchiveError::OutsideBase(fairlead_template::go::quote::quote(entry)));
    }
    if name.starts_with("..") {
        return Err(ArchiveError::ParentFolder);
    }
    if matches!(name.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic()) {
        return Err(ArchiveError::DrivePath);
    }
    if top == "Chart.yaml" {
        return Err(ArchiveError::ChartNotInBase);
    }
    Ok(name)
}

/// A relative path without empty, `.` and inner `..` segments, as Go's `path.Clean`.
pub(crate) fn clean(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    if segments.is_empty() { ".".to_owned() } else { segments.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_chart() {
        assert_eq!(path_in_chart("c/templates/../a.yaml").unwrap(), "a.yaml");
        assert_eq!(path_in_chart("c\\templates\\a.yaml").unwrap(), "templates/a.yaml");
        assert_eq!(path_in_chart("c/../../a").unwrap_err(), ArchiveError::ParentFolder);
        assert_eq!(path_in_chart("c//etc/passwd").unwrap_err(), ArchiveError::AbsolutePath);
        assert_eq!(path_in_chart("c/c:/x").unwrap_err(), ArchiveError::DrivePath);
        assert_eq!(
            path_in_chart("Chart.yaml").unwrap_err(),
            ArchiveError::OutsideBase("\"Chart.yaml\"".into())
        );
    }

    #[test]
    fn what_is_no_package_is_refused() {
        assert_eq!(unpack(b"apiVersion: v2", Dialect::Helm4).unwrap_err(), ArchiveError::NotGzip);
        assert_eq!(
            unpack(&[0x1f, 0x8b, 8, 0], Dialect::Helm4).unwrap_err(),
            ArchiveError::Gzip("unexpected EOF".into())
        );
    }
}
