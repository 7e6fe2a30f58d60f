//! The `helmCharts` field: charts of the tree or of a repository, rendered by Fairlead's own engine.

mod files;

use fairlead_helm::{
    Capabilities, Chart as HelmChartFiles, Dialect, KubeVersion, PrintOptions, Request, load_folder,
    name_of_template, render, values::documents,
};
use fairlead_template::{Environment, Limits};
use fairlead_world::Blob;
use fairlead_yaml::{Map, Value};

use super::Packages;
use crate::Error;
use crate::kustomization::{HelmChart, HelmGlobals};
use crate::load::Root;
use crate::node::{Node, Scalar, from_value, parse, to_value};
use crate::patch::{Merged, merge};
use crate::resource::{ResList, Resource, from_text};
use crate::schema::Schemas;

pub(crate) use files::remote;
use files::{Files, home};

/// How charts are rendered.
#[derive(Clone, Copy)]
pub struct Charts<'c> {
    /// Which Helm's behaviour to reproduce.
    pub dialect: Dialect,
    /// Time and randomness, as far as templates may have them.
    pub environment: &'c dyn Environment,
    /// The cluster's version, where the chart's entry does not say; empty for Helm's own default.
    pub kube_version: &'c str,
    /// What the cluster has beside what every cluster has, where the chart's entry does not say.
    pub api_versions: &'c [String],
    /// Who has the charts that are not in the tree; without it they are refused.
    pub packages: Option<&'c dyn Packages>,
}

/// A chart that has been configured.
pub(crate) struct Chart<'c> {
    charts: Charts<'c>,
    entry: HelmChart,
    home: String,
    values_file: String,
}

impl<'c> Chart<'c> {
    /// Takes an entry of `helmCharts`.
    ///
    /// # Errors
    /// Charts that are not enabled, entries without a name, files of values that are missing, and unknown ways to merge
    /// values.
    pub(crate) fn new(
        entry: &HelmChart,
        globals: &HelmGlobals,
        charts: Option<Charts<'c>>,
        root: &Root<'_>,
    ) -> Result<Chart<'c>, Error> {
        let wrong = |text: &str| Err(Error::Generator(text.to_owned()));
        let Some(charts) = charts else { return wrong("must specify --enable-helm") };
        if entry.name.is_empty() {
            return wrong("chart name cannot be empty");
        }
        let home = home(entry, globals);
        let mut values_file = entry.values_file.clone();
        if values_file.is_empty() {
            values_file = format!("{home}/{}/values.yaml", entry.name);
        }
        for file in &entry.additional_values_files {
            root.load(file).map_err(|error| error.under("could not load additionalValuesFile"))?;
        }
        if !matches!(entry.values_merge.as_str(), "" | "merge" | "override" | "replace") {
            return wrong("valuesMerge must be one of [merge override replace]");
        }
        Ok(Chart { charts, entry: entry.clone(), home, values_file })
    }

    /// Renders the chart.
    ///
    /// # Errors
    /// A chart that is nowhere, and whatever its templates refuse.
    pub(crate) fn inflate(&self, root: &Root<'_>, schemas: &Schemas) -> Result<Vec<Resource>, Error> {
        let files = Files::find(&self.entry, &self.home, self.charts, root)?;
        let values = self.values(&files, root)?;
        let failed = |text: String| Error::Generator(format!("chart '{}': {text}", self.entry.name));
        let chart = load_folder(files.all, self.charts.dialect).map_err(|error| failed(error.to_string()))?;
        let text = self.render(&chart, &values).map_err(failed)?;
        let mut list = ResList::default();
        for mut resource in from_text(&text).map_err(|error| failed(error.to_string()))? {
            resource.from_chart = true;
            list.append(resource, schemas).map_err(|error| Error::Generator(error.to_string()))?;
        }
        Ok(list.take())
    }

    fn render(&self, chart: &HelmChartFiles, values: &Map) -> Result<String, String> {
        let (entry, dialect) = (&self.entry, self.charts.dialect);
        let mut capabilities = Capabilities::new();
        let version =
            if entry.kube_version.is_empty() { self.charts.kube_version } else { &entry.kube_version };
        if !version.is_empty() {
            capabilities.kube_version =
                KubeVersion::parse(version, dialect).map_err(|error| error.to_string())?;
        }
        let versions =
            if entry.api_versions.is_empty() { self.charts.api_versions } else { &entry.api_versions };
        capabilities.api_versions.extend(versions.iter().map(|version| version.as_str().into()));
        let name = self.release_name()?;
        let namespace = if entry.namespace.is_empty() { "default" } else { &entry.namespace };
        let request = Request {
            name: &name,
            namespace,
            is_upgrade: false,
            capabilities: &capabilities,
            skip_schema: false,
            environment: self.charts.environment,
            limits: Limits::default(),
        };
        let rendered = render(chart, values, &request).map_err(|error| error.to_string())?;
        let options = PrintOptions {
            no_hooks: entry.skip_hooks,
            skip_tests: entry.skip_tests,
            include_crds: entry.include_crds,
            show_only: &[],
        };
        rendered.print(&options, dialect).map_err(|error| error.to_string())
    }

    fn release_name(&self) -> Result<String, String> {
        let entry = &self.entry;
        match (entry.release_name.is_empty(), entry.name_template.is_empty()) {
            (false, true) => Ok(entry.release_name.clone()),
            (false, false) => Err("cannot set --name-template and also specify a name".to_owned()),
            (true, true) => Ok("release-name".to_owned()),
            (true, false) => name_of_template(&entry.name_template, self.charts.environment)
                .map_err(|error| error.to_string()),
        }
    }

    /// The values: the file with those of the entry, then the additional files.
    fn values(&self, files: &Files, root: &Root<'_>) -> Result<Map, Error> {
        let entry = &self.entry;
        let inline = entry.values_inline.as_map().filter(|map| !map.is_empty());
        let mut merged = match inline {
            Some(inline) if entry.values_merge == "replace" => inline.clone(),
            Some(_) => self.merged(files, root)?,
            None => self.read(&self.values_file, files, root)?,
        };
        for file in &entry.additional_values_files {
            documents::merge(&mut merged, self.read(file, files, root)?);
        }
        Ok(merged)
    }

    fn read(&self, path: &str, files: &Files, root: &Root<'_>) -> Result<Map, Error> {
        let loaded = documents::load(self.load(path, files, root)?.bytes(), self.charts.dialect);
        loaded.map_err(|error| Error::Generator(format!("failed to parse {path}: {error}")))
    }

    /// A file of values, which may stand in a chart that was fetched.
    fn load(&self, path: &str, files: &Files, root: &Root<'_>) -> Result<Blob, Error> {
        let folder = format!("{}/{}/", self.home, self.entry.name);
        match path.strip_prefix(folder.as_str()).filter(|_| files.fetched) {
            Some(inside) => files.file(inside).ok_or_else(|| {
                Error::Generator(format!("chart '{}' has no file '{inside}'", self.entry.name))
            }),
            None => root.load_bytes(path),
        }
    }

    fn merged(&self, files: &Files, root: &Root<'_>) -> Result<Map, Error> {
        let wrong = |what: &'static str| move |error: String| Error::Generator(format!("{what}: {error}"));
        let text = self.load(&self.values_file, files, root)?;
        let text = String::from_utf8_lossy(text.bytes());
        let file = parse(&text).map_err(wrong("could not parse values file into rnode"))?;
        let inline = from_value(&self.entry.values_inline);
        let (mut below, above) =
            if self.entry.values_merge == "merge" { (inline, file) } else { (file, inline) };
        // A file without values is a null, which everything can be laid over.
        if below.is_null() {
            below = Node::map();
        }
        let schemas = Schemas::default();
        let mut merged =
            match merge(&mut below, above, &schemas).map_err(|fault| Error::Generator(fault.to_string()))? {
                Merged::Below => below,
                Merged::New(node) => node,
                Merged::Gone => Node::map(),
            };
        text_keys(&mut merged);
        match to_value(&merged).map_err(wrong("could not parse merged values into map"))? {
            Value::Map(map) => Ok(map),
            _ => Ok(Map::new()),
        }
    }
}

/// Makes texts of all keys: what the merge has added may read as a number or a truth value.
fn text_keys(node: &mut Node) {
    match node {
        Node::Map(map) => map.0.iter_mut().for_each(|(key, value)| {
            *key = Scalar::string(key.text.clone());
            text_keys(value);
        }),
        Node::Seq(items) => items.iter_mut().for_each(text_keys),
        Node::Scalar(_) | Node::Shared(_) => {}
    }
}
