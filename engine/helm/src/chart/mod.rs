//! Charts as they are loaded: once, immutable, to be rendered many times.

mod archive;
mod gzip;
mod ignore;
mod load;
mod metadata;
mod pack;
mod tar;
mod template;

use std::sync::Arc;
use std::sync::OnceLock;

use fairlead_world::Blob;
use fairlead_yaml::{Map, Str};

pub(crate) use archive::clean;
pub use archive::{ArchiveError, File, unpack};
pub use ignore::{IGNORE_FILE, IgnoreError, IgnoreRules};
pub use load::{LoadError, load_folder, load_package};
pub use metadata::{Dependency, Maintainer, Metadata, ValidationError};
pub use pack::pack;
pub use tar::TarError;
pub(crate) use template::Template;

use crate::dialect::Dialect;
use crate::schema::{Fetched, Schema, SchemaError};

/// A loaded chart with its subcharts.
#[derive(Debug)]
pub struct Chart {
    /// What `Chart.yaml` says.
    pub metadata: Metadata,
    /// What `Chart.lock` (or `requirements.lock`) says.
    pub lock: Option<Lock>,
    /// The default values.
    pub values: Map,
    /// `values.yaml` as it was written.
    pub values_file: Option<Blob>,
    /// Every file without a meaning of its own, for `.Files`.
    pub files: Arc<[File]>,
    /// The charts of `charts/`, by the name of their entry.
    pub subcharts: Vec<Arc<Chart>>,
    /// What Helm would have logged while loading.
    pub warnings: Vec<String>,
    pub(crate) dialect: Dialect,
    pub(crate) schema: Option<SchemaFile>,
    pub(crate) templates: Vec<Template>,
}

/// `Chart.lock`: exact versions of the dependencies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lock {
    /// When it was written, in RFC 3339.
    pub generated: Str,
    /// The digest of the dependencies it was made for and of those it holds.
    pub digest: Str,
    /// The dependencies with exact versions.
    pub dependencies: Option<Vec<Option<Dependency>>>,
}

/// A custom resource definition of `crds/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crd {
    /// The path from the root chart's folder.
    pub path: String,
    /// The file.
    pub data: Blob,
}

/// `values.schema.json`, compiled when it is first needed.
#[derive(Debug)]
pub(crate) struct SchemaFile {
    data: Blob,
    compiled: OnceLock<Result<Schema, SchemaError>>,
    /// The same with what it refers to elsewhere.
    fetched: OnceLock<Result<Schema, SchemaError>>,
}

impl SchemaFile {
    fn new(data: Blob) -> SchemaFile {
        SchemaFile { data, compiled: OnceLock::new(), fetched: OnceLock::new() }
    }

    pub(crate) fn schema(&self) -> Result<&Schema, &SchemaError> {
        let alone = || Schema::compile(self.data.bytes(), None);
        self.fetched.get().unwrap_or_else(|| self.compiled.get_or_init(alone)).as_ref()
    }

    /// Compiles the schema again where a render found that it refers elsewhere. Gives back whether it does.
    fn fetch(&self, fetcher: &mut dyn FnMut(&str) -> Fetched) -> bool {
        let refers = matches!(self.compiled.get(), Some(Err(SchemaError::Remote(_))));
        if refers {
            self.fetched.get_or_init(|| Schema::compile(self.data.bytes(), Some(fetcher)));
        }
        refers
    }
}

impl Chart {
    /// The dialect that the chart was loaded in; it is rendered in the same.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Names the dependencies of `Chart.yaml` that `charts/` lacks, or `None` where all are there.
    pub fn missing_dependencies(&self) -> Option<String> {
        crate::dependencies::missing(&crate::tree::Node::new(self))
    }

    /// Fetches what the schemas refer to that a render could not use for that. Gives back whether there was any: the
    /// next render goes by what was fetched, or by why it could not be.
    pub fn fetch_schemas(&self, fetcher: &mut dyn FnMut(&str) -> Fetched) -> bool {
        let own = self.schema.as_ref().is_some_and(|schema| schema.fetch(fetcher));
        self.subcharts.iter().fold(own, |any, subchart| subchart.fetch_schemas(fetcher) || any)
    }

    /// Whether two charts are the same but for their default values, down through their subcharts.
    pub fn is_like(&self, other: &Chart) -> bool {
        let schema = |chart: &Chart| chart.schema.as_ref().map(|schema| schema.data.clone());
        self.dialect == other.dialect
            && self.metadata == other.metadata
            && self.lock == other.lock
            && self.warnings == other.warnings
            && self.files == other.files
            && schema(self) == schema(other)
            && self.templates == other.templates
            && self.subcharts.len() == other.subcharts.len()
            && self.subcharts.iter().zip(&other.subcharts).all(|(mine, theirs)| mine.is_like(theirs))
    }

    /// The manifests of `crds/`, the chart's own and then those of its subcharts, as they are without any render.
    pub fn crds(&self) -> Vec<Crd> {
        let mut crds = Vec::new();
        crate::tree::Node::new(self).collect_crds("", &mut crds);
        crds
    }
}

impl crate::tree::Node<'_> {
    /// Adds the CRDs of the tree below `parent` (empty for the root chart).
    pub(crate) fn collect_crds(&self, parent: &str, crds: &mut Vec<Crd>) {
        let path = self.full_path(parent);
        let is_manifest = |name: &str| {
            let extension = name
                .rsplit('/')
                .next()
                .unwrap_or(name)
                .rsplit_once('.')
                .map_or("", |(_, extension)| extension);
            ["yaml", "yml", "json"].iter().any(|known| known.eq_ignore_ascii_case(extension))
        };
        for file in
            self.chart.files.iter().filter(|file| file.name.starts_with("crds/") && is_manifest(&file.name))
        {
            crds.push(Crd { path: format!("{path}/{}", file.name), data: file.data.clone() });
        }
        for child in &self.children {
            child.collect_crds(&self.path_for(child, parent), crds);
        }
    }

    /// The path that a subchart's path starts with, given this chart's parent's.
    ///
    /// In Helm 3 aliases share subcharts. Those of a chart that names no dependencies still belong to the chart without
    /// alias; of a chart that names some, those that it does not name belong to the last of its aliases.
    pub(crate) fn path_for(&self, child: &Self, parent: &str) -> String {
        if parent.is_empty() || self.chart.dialect.copies_aliased_chart() {
            return self.full_path(parent);
        }
        let owner = match &self.owner {
            _ if self.chart.metadata.dependencies.is_none() => &self.chart.metadata.name,
            Some(owner) if child.is_unnamed => owner,
            _ => &self.name,
        };
        format!("{parent}/charts/{owner}")
    }

    /// The path of this chart's files, given its parent's (empty for the root chart).
    pub(crate) fn full_path(&self, parent: &str) -> String {
        if parent.is_empty() { self.name.to_string() } else { format!("{parent}/charts/{}", self.name) }
    }
}
