//! Files to a chart: which file means what, and what is refused.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_yaml::{Map, Value};

use super::archive::{ArchiveError, File, unpack};
use super::ignore::{IGNORE_FILE, IgnoreError, IgnoreRules};
use super::{Chart, Lock, Metadata, Template, ValidationError};
use crate::dialect::Dialect;
use crate::limits;
use crate::values::documents::{self, DocumentError};

/// Why a chart can't be loaded; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// There is no `Chart.yaml`.
    #[error("Chart.yaml file is missing")]
    NoChartFile,
    /// The package has no `Chart.yaml` (Helm 4).
    #[error("unable to detect chart version, no Chart.yaml found")]
    NoChartFileInPackage,
    /// `apiVersion` is neither `v1` nor `v2` (Helm 4).
    #[error("unsupported chart version")]
    UnsupportedVersion,
    /// The package can't be read (Helm 4, which does not say why).
    #[error("unable to load chart archive")]
    Package(ArchiveError),
    /// One of the chart's YAML files can't be read.
    #[error("cannot load {file}: {reason}")]
    File {
        /// The file within the chart.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// `values.yaml` can't be read.
    #[error("cannot load values.yaml: {0}")]
    Values(#[from] DocumentError),
    /// The metadata is not acceptable.
    #[error(transparent)]
    Invalid(#[from] ValidationError),
    /// The chart's package is not acceptable.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// `.helmignore` is not acceptable.
    #[error(transparent)]
    Ignore(#[from] IgnoreError),
    /// A file of a folder is too large for Helm 3.
    #[error("chart file {name} is larger than the maximum file size {bytes}")]
    FileTooLarge {
        /// The file's own name, quoted.
        name: String,
        /// The limit.
        bytes: u64,
    },
    /// The files of a folder are too large for Helm 4.
    #[error("error reading {path}: chart exceeds maximum decompressed size of {bytes} bytes")]
    FolderTooLarge {
        /// The file that went over the limit.
        path: String,
        /// The limit.
        bytes: u64,
    },
    /// A subchart can't be loaded.
    #[error("error unpacking subchart {entry} in {chart}: {error}")]
    Subchart {
        /// The entry of `charts/`.
        entry: String,
        /// The chart it is part of.
        chart: String,
        /// What is wrong with it.
        error: Box<LoadError>,
    },
    /// Something in `charts/` has a package's name and is a folder.
    #[error("error unpacking subchart tar in {chart}: expected {entry}, got {found}")]
    PackageIsFolder {
        /// The chart it is part of.
        chart: String,
        /// The entry of `charts/`.
        entry: String,
        /// The first file in it.
        found: String,
    },
    /// Charts within charts go deeper than [`limits::CHART_DEPTH`].
    #[error("charts are nested more than {} deep", limits::CHART_DEPTH)]
    TooDeep,
    /// All charts of a tree together are larger than [`limits::TREE_BYTES`].
    #[error("chart and its subcharts are larger than {} bytes", limits::TREE_BYTES)]
    TreeTooLarge,
}

/// Loads a chart from the files of its folder; the names are relative to it, with `/`, in any order.
///
/// `.helmignore` is applied. The caller follows symbolic links as far as it wants them followed.
pub fn load_folder(files: Vec<File>, dialect: Dialect) -> Result<Chart, LoadError> {
    let rules = files.iter().find(|file| file.name == IGNORE_FILE);
    let rules = IgnoreRules::parse(&String::from_utf8_lossy(rules.map_or(&[], |file| file.data.bytes())))?;
    let mut files = files;
    files.sort_by(|a, b| by_segments(&a.name, &b.name));
    rules.apply(&mut files);
    check_sizes(&files, dialect)?;
    let chart = Loader::new(dialect).load(files, 0)?;
    check_version(&chart)?;
    Ok(chart)
}

/// The order of paths segment by segment: a slash comes before everything that a segment can have.
fn by_segments(a: &str, b: &str) -> Ordering {
    let rank = |byte: u8| if byte == b'/' { 0 } else { u16::from(byte) + 1 };
    a.bytes().map(rank).cmp(b.bytes().map(rank))
}

/// Loads a chart from its package.
pub fn load_package(package: &[u8], dialect: Dialect) -> Result<Chart, LoadError> {
    let files = unpack(package, dialect).map_err(|error| match error {
        ArchiveError::NotGzip => LoadError::Archive(error),
        error if dialect.hides_package_errors() => LoadError::Package(error),
        error => LoadError::Archive(error),
    })?;
    if dialect.checks_chart_version() && !files.iter().any(|file| file.name == "Chart.yaml") {
        return Err(LoadError::NoChartFileInPackage);
    }
    let chart = Loader::new(dialect).load(files, 0)?;
    check_version(&chart)?;
    Ok(chart)
}

/// Of the chart that is asked for, Helm 4 looks at `apiVersion`; of its subcharts it doesn't.
fn check_version(chart: &Chart) -> Result<(), LoadError> {
    let known = matches!(&*chart.metadata.api_version, "v1" | "v2");
    if known || !chart.dialect.checks_chart_version() { Ok(()) } else { Err(LoadError::UnsupportedVersion) }
}

fn check_sizes(files: &[File], dialect: Dialect) -> Result<(), LoadError> {
    let mut remaining = limits::CHART_BYTES;
    for file in files {
        let size = file.data.bytes().len() as u64;
        match dialect.largest_file() {
            Some(bytes) if size > bytes => {
                let name = file.name.rsplit('/').next().unwrap_or(&file.name);
                return Err(LoadError::FileTooLarge {
                    name: fairlead_template::go::quote::quote(name),
                    bytes,
                });
            }
            Some(_) => {}
            None => {
                let left = remaining.checked_sub(size);
                let too_large =
                    || LoadError::FolderTooLarge { path: file.name.clone(), bytes: limits::CHART_BYTES };
                remaining = left.ok_or_else(too_large)?;
            }
        }
    }
    Ok(())
}

struct Loader {
    dialect: Dialect,
    warnings: Vec<String>,
    remaining: u64,
}

/// The files of a chart, sorted by what they mean.
#[derive(Default)]
struct Parts {
    lock: Option<Lock>,
    values: Map,
    values_file: Option<fairlead_world::Blob>,
    schema: Option<super::SchemaFile>,
    templates: Vec<Template>,
    files: Vec<File>,
    /// The files of `charts/` by the entry they are part of, their names relative to `charts/`.
    subcharts: BTreeMap<String, Vec<File>>,
}

impl Loader {
    fn new(dialect: Dialect) -> Loader {
        Loader { dialect, warnings: Vec::new(), remaining: limits::TREE_BYTES }
    }

    fn load(mut self, files: Vec<File>, depth: usize) -> Result<Chart, LoadError> {
        let mut chart = self.chart(files, depth)?;
        chart.warnings = self.warnings;
        Ok(chart)
    }

    fn chart(&mut self, files: Vec<File>, depth: usize) -> Result<Chart, LoadError> {
        if depth > limits::CHART_DEPTH {
            return Err(LoadError::TooDeep);
        }
        let size = files.iter().map(|file| file.data.bytes().len() as u64).sum();
        self.remaining = self.remaining.checked_sub(size).ok_or(LoadError::TreeTooLarge)?;
        let mut metadata = self.metadata(&files)?;
        let mut parts = Parts::default();
        for file in files {
            self.sort_in(file, &mut metadata, &mut parts)?;
        }
        let mut metadata = metadata.ok_or(LoadError::NoChartFile)?;
        metadata.validate()?;
        let mut subcharts = Vec::new();
        for (entry, files) in parts.subcharts {
            if let Some(subchart) = self.subchart(&entry, files, &metadata, depth)? {
                subcharts.push(Arc::new(subchart));
            }
        }
        Ok(Chart {
            metadata,
            lock: parts.lock,
            values: parts.values,
            values_file: parts.values_file,
            schema: parts.schema,
            templates: parts.templates,
            files: parts.files.into(),
            subcharts,
            dialect: self.dialect,
            warnings: Vec::new(),
        })
    }

    fn metadata(&self, files: &[File]) -> Result<Option<Metadata>, LoadError> {
        let mut metadata: Option<Metadata> = None;
        for file in files.iter().filter(|file| file.name == "Chart.yaml") {
            let metadata = metadata.get_or_insert_default();
            self.read_metadata("Chart.yaml", file, metadata)?;
            if metadata.api_version.is_empty() {
                metadata.api_version = "v1".into();
            }
        }
        Ok(metadata)
    }

    fn read_metadata(
        &self,
        name: &'static str,
        file: &File,
        metadata: &mut Metadata,
    ) -> Result<(), LoadError> {
        let failed = |reason| LoadError::File { file: name, reason };
        let document = documents::read_raw(file.data.bytes()).map_err(failed)?;
        metadata.read(&document, self.dialect).map_err(failed)
    }

    fn sort_in(
        &mut self,
        file: File,
        metadata: &mut Option<Metadata>,
        parts: &mut Parts,
    ) -> Result<(), LoadError> {
        match file.name.as_str() {
            "Chart.yaml" => {}
            "Chart.lock" => parts.lock = Some(self.lock("Chart.lock", &file)?),
            "values.yaml" => {
                parts.values = documents::load(file.data.bytes(), self.dialect)?;
                parts.values_file = Some(file.data);
            }
            "values.schema.json" => parts.schema = Some(super::SchemaFile::new(file.data)),
            "requirements.yaml" => {
                let metadata = metadata.get_or_insert_default();
                self.warn_of_requirements(metadata, "Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml.");
                self.read_metadata("requirements.yaml", &file, metadata)?;
                keep_if_v1(metadata, file, parts);
            }
            "requirements.lock" => {
                parts.lock = Some(self.lock("requirements.lock", &file)?);
                let metadata = metadata.get_or_insert_default();
                self.warn_of_requirements(metadata, "Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to Chart.lock.");
                keep_if_v1(metadata, file, parts);
            }
            name if name.starts_with("templates/") => parts.templates.push(Template::new(file)),
            name if name.starts_with("charts/") && !name.ends_with(".prov") => {
                let name = name["charts/".len()..].to_owned();
                let entry = name.split('/').next().unwrap_or(&name).to_owned();
                parts.subcharts.entry(entry).or_default().push(File { name, data: file.data });
            }
            _ => parts.files.push(file),
        }
        Ok(())
    }

    fn warn_of_requirements(&mut self, metadata: &Metadata, text: &str) {
        if &*metadata.api_version != "v1" {
            self.warnings.push(format!("Warning: {text}"));
        }
    }

    fn lock(&self, name: &'static str, file: &File) -> Result<Lock, LoadError> {
        let failed = |reason| LoadError::File { file: name, reason };
        let document = documents::read_raw(file.data.bytes()).map_err(failed)?;
        Lock::read(&document, self.dialect).map_err(failed)
    }

    /// Loads one entry of `charts/`; what starts with `_` or `.` is none.
    fn subchart(
        &mut self,
        entry: &str,
        files: Vec<File>,
        parent: &Metadata,
        depth: usize,
    ) -> Result<Option<Chart>, LoadError> {
        if entry.starts_with(['_', '.']) {
            return Ok(None);
        }
        let chart = if entry.ends_with(".tgz") {
            match files.first() {
                Some(file) if file.name == entry => unpack(file.data.bytes(), self.dialect)
                    .map_err(LoadError::from)
                    .and_then(|files| self.chart(files, depth + 1)),
                found => {
                    return Err(LoadError::PackageIsFolder {
                        chart: parent.name.to_string(),
                        entry: entry.to_owned(),
                        found: found.map(|file| file.name.clone()).unwrap_or_default(),
                    });
                }
            }
        } else {
            let inside =
                |file: File| Some(File { name: file.name.split_once('/')?.1.to_owned(), data: file.data });
            self.chart(files.into_iter().filter_map(inside).collect(), depth + 1)
        };
        chart.map(Some).map_err(|error| LoadError::Subchart {
            entry: entry.to_owned(),
            chart: parent.name.to_string(),
            error: Box::new(error),
        })
    }
}

/// Files of the old format stay readable through `.Files` in charts of the old format.
fn keep_if_v1(metadata: &Metadata, file: File, parts: &mut Parts) {
    if &*metadata.api_version == "v1" {
        parts.files.push(file);
    }
}

impl Lock {
    fn read(document: &Value, dialect: Dialect) -> Result<Lock, String> {
        let mut lock = Lock::default();
        let mut decoder = crate::decode::Decoder::new(dialect.chart_package());
        decoder.root(document, "Lock", |fields, decoder| {
            fields.each(
                decoder,
                |name, field, decoder| match name {
                    "dependencies" => {
                        decoder.objects(field, "Dependency", &mut lock.dependencies, super::Dependency::fill)
                    }
                    "digest" => decoder.string(field, &mut lock.digest),
                    "generated" => decoder.string(field, &mut lock.generated),
                    _ => {}
                },
                &["generated", "digest", "dependencies"],
            );
        });
        decoder.finish()?;
        Ok(lock)
    }
}
