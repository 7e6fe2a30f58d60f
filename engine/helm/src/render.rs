//! A chart and values to manifests.

use std::collections::BTreeMap;

use fairlead_template::value::MapType;
use fairlead_template::{Environment, Limits, Value};
use fairlead_yaml::{Map, Str};

use crate::capabilities::Capabilities;
use crate::chart::{Chart, Crd};
use crate::dependencies;
use crate::dialect::Dialect;
use crate::engine::{self, EngineError};
use crate::manifest::{self, Hook, Manifest, SortError};
use crate::objects;
use crate::trace::{Origins, Watch};
use crate::tree::Node;
use crate::values::CoalesceError;
use crate::values::coalesce::Coalesce;
use crate::values::table::{self, Table};
use crate::version::is_compatible;

/// What a render is made for, besides the chart and its values.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// The release's name.
    pub name: &'r str,
    /// The release's namespace.
    pub namespace: &'r str,
    /// Whether templates are told that this is an upgrade; an installation otherwise.
    pub is_upgrade: bool,
    /// The cluster.
    pub capabilities: &'r Capabilities,
    /// Leaves `values.schema.json` out of account.
    pub skip_schema: bool,
    /// Time, randomness and the cluster's objects, as far as templates may have them.
    pub environment: &'r dyn Environment,
    /// The bounds of execution.
    pub limits: Limits,
}

/// What a chart makes of values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rendered {
    /// What is installed, in order.
    pub manifests: Vec<Manifest>,
    /// What runs at some point of the release's life, in Helm's order.
    pub hooks: Vec<Hook>,
    /// The root chart's `NOTES.txt`, rendered.
    pub notes: String,
    /// The files of `crds/`, the root chart's first.
    pub crds: Vec<Crd>,
    /// What Helm would have logged, a line each.
    pub warnings: Vec<String>,
}

/// Why a chart can't be rendered; displays as Helm's text behind `Error: `.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The chart is a library.
    #[error("{0} charts are not installable")]
    NotInstallable(Str),
    /// Subcharts that `Chart.yaml` names are not in `charts/`.
    #[error("{text}")]
    MissingDependencies {
        /// Helm's text.
        text: String,
    },
    /// The release's name is not acceptable.
    #[error("{0}")]
    ReleaseName(String),
    /// The values don't fit the charts.
    #[error("{prefix}{error}")]
    Dependencies {
        /// What Helm puts before it.
        prefix: &'static str,
        /// What is wrong.
        error: CoalesceError,
    },
    /// The values don't fit the charts.
    #[error(transparent)]
    Values(#[from] CoalesceError),
    /// The values are not what the charts' schemas ask for.
    #[error("values don't meet the specifications of the schema(s) in the following chart(s):\n{0}")]
    Schema(String),
    /// The chart is not made for the cluster's version.
    #[error("chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {found}")]
    KubeVersion {
        /// The chart's constraint.
        wanted: Str,
        /// The cluster's version.
        found: Str,
    },
    /// A template can't be parsed, or failed.
    #[error(transparent)]
    Template(#[from] EngineError),
    /// What a template wrote is not a manifest.
    #[error(transparent)]
    Manifest(#[from] SortError),
}

impl RenderError {
    /// Whether Helm adds that `--debug` shows more.
    pub fn has_debug_hint(&self) -> bool {
        matches!(self, RenderError::KubeVersion { .. } | RenderError::Template(_) | RenderError::Manifest(_))
    }
}

/// Renders a chart with the values given for it, in the chart's dialect.
pub fn render(chart: &Chart, values: &Map, request: &Request<'_>) -> Result<Rendered, RenderError> {
    render_keeping(Keep::Heads, chart, values, request)
}

/// Renders as [`render`] does, and keeps what each manifest says, for callers that go on with the objects.
pub fn render_objects(chart: &Chart, values: &Map, request: &Request<'_>) -> Result<Rendered, RenderError> {
    render_keeping(Keep::Objects, chart, values, request)
}

/// Returns what the templates wrote, file after file, without reading it: what Helm prints with `--debug` where
/// [`render`] cannot read a manifest. Helm's order is random there; this one is that of the paths.
pub fn render_unread(chart: &Chart, values: &Map, request: &Request<'_>) -> Result<String, RenderError> {
    let stages = Stages::new(chart, values, request, &mut Vec::new())?;
    let scopes = Scopes::new(request, stages.dialect).build(&stages.root, &stages.given);
    let mut files = engine::render(&stages.root, &scopes, request, stages.dialect, &mut Watch::Nothing)?;
    take_notes(&stages.root, &mut files);
    let written = files.iter().filter(|(_, text)| !text.trim().is_empty());
    let text: String = written.map(|(path, text)| format!("---\n# Source: {path}\n{text}\n")).collect();
    Ok(text.trim().to_owned() + "\n")
}

/// What is kept of the manifests, all of which are read for sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// What sorting goes by.
    Heads,
    /// All that they say.
    Objects,
}

fn render_keeping(
    keep: Keep,
    chart: &Chart,
    values: &Map,
    request: &Request<'_>,
) -> Result<Rendered, RenderError> {
    let mut rendered = Rendered::default();
    let stages = Stages::new(chart, values, request, &mut rendered.warnings)?;
    let scopes = Scopes::new(request, stages.dialect).build(&stages.root, &stages.given);
    let files = engine::render(&stages.root, &scopes, request, stages.dialect, &mut Watch::Nothing)?;
    stages.finish(files, keep, &mut rendered)?;
    Ok(rendered)
}

/// A chart with its values merged, ready for its templates.
pub(crate) struct Stages<'a> {
    pub(crate) root: Node<'a>,
    pub(crate) given: Table<'a>,
    pub(crate) dialect: Dialect,
}

impl<'a> Stages<'a> {
    /// Merges the values through the tree of charts and checks whether they and the cluster will do.
    pub(crate) fn new(
        chart: &'a Chart,
        values: &'a Map,
        request: &Request<'_>,
        warnings: &mut Vec<String>,
    ) -> Result<Stages<'a>, RenderError> {
        let dialect = chart.dialect();
        let mut root = Node::new(chart);
        check(&root, request, dialect)?;
        let given = table::table(values);
        dependencies::process(&mut root, &given, dialect, warnings).map_err(|error| {
            RenderError::Dependencies { prefix: dialect.dependency_error_prefix(), error }
        })?;
        Coalesce { dialect, merge: false, warnings }.chart(&root, &given, "")?;
        if !request.skip_schema {
            let problems = schema_problems(&root, &given, warnings);
            if !problems.is_empty() {
                return Err(RenderError::Schema(problems));
            }
        }
        let wanted = &root.chart.metadata.kube_version;
        let found = &request.capabilities.kube_version.comparable;
        if !wanted.is_empty() && !is_compatible(wanted, found) {
            let found = match dialect {
                Dialect::Helm3 => found.clone(),
                Dialect::Helm4 => request.capabilities.kube_version.version.clone(),
            };
            return Err(RenderError::KubeVersion { wanted: wanted.clone(), found });
        }
        Ok(Stages { root, given, dialect })
    }

    /// What templates see, with every map of the values numbered.
    pub(crate) fn traced_scopes(&self, request: &Request<'_>, lists: bool) -> (Scope, Origins) {
        let mut scopes = Scopes::new(request, self.dialect);
        scopes.converter = objects::Converter::tracing(Origins::new(lists));
        scopes.build_traced(&self.root, &self.given)
    }

    /// Takes what the templates wrote apart and sorts it.
    pub(crate) fn finish(
        &self,
        mut files: BTreeMap<Str, String>,
        keep: Keep,
        rendered: &mut Rendered,
    ) -> Result<(), RenderError> {
        rendered.notes = take_notes(&self.root, &mut files);
        let files = files.iter().map(|(path, text)| (path, text.as_str()));
        let sorted = match keep {
            Keep::Heads => manifest::sort(files, self.dialect, &mut rendered.warnings)?,
            Keep::Objects => manifest::sort_whole(files, self.dialect, &mut rendered.warnings)?,
        };
        rendered.manifests = sorted.manifests;
        rendered.hooks = sorted.hooks;
        self.root.collect_crds("", &mut rendered.crds);
        Ok(())
    }
}

fn check(root: &Node<'_>, request: &Request<'_>, dialect: Dialect) -> Result<(), RenderError> {
    let kind = &root.chart.metadata.kind;
    if !matches!(&**kind, "" | "application") {
        return Err(RenderError::NotInstallable(kind.clone()));
    }
    if let Some(names) = dependencies::missing(root) {
        return Err(RenderError::MissingDependencies { text: dialect.missing_dependencies(&names) });
    }
    match dependencies::release_name_reason(request.name) {
        Some(reason) => Err(RenderError::ReleaseName(dialect.release_name_error(request.name, reason))),
        None => Ok(()),
    }
}

/// What the schemas of the tree find wrong with the merged values, a paragraph for each chart.
fn schema_problems(node: &Node<'_>, values: &Table<'_>, warnings: &mut Vec<String>) -> String {
    let mut text = String::new();
    if let Some(file) = &node.chart.schema {
        let problem = match file.schema() {
            Ok(schema) => {
                let values = fairlead_yaml::Value::Map(table::to_map(values));
                schema.validate(&values).err().map(|problem| problem + "\n")
            }
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            text = format!("{}:\n{problem}", node.name);
        }
    }
    for child in &node.children {
        let found = values.borrow().get(&child.name).and_then(table::Item::as_table).cloned();
        if let Some(values) = found {
            text.push_str(&schema_problems(child, &values, warnings));
        }
    }
    text
}

/// Takes the notes of all charts out of what was rendered, and returns those of the root chart.
fn take_notes(root: &Node<'_>, files: &mut BTreeMap<Str, String>) -> String {
    let main = format!("{}/templates/NOTES.txt", root.name);
    let notes = files.get(main.as_str()).cloned().unwrap_or_default();
    files.retain(|path, _| !path.ends_with("NOTES.txt"));
    notes
}

/// Builds what the templates of each chart of the tree see as `.`.
struct Scopes {
    dialect: Dialect,
    capabilities: Value,
    release: Value,
    converter: objects::Converter,
}

/// What the templates of one chart see, and those of its subcharts, in the order of the tree.
pub(crate) struct Scope {
    pub(crate) top: fairlead_template::Map,
    pub(crate) children: Vec<Scope>,
}

impl Scopes {
    fn new(request: &Request<'_>, dialect: Dialect) -> Scopes {
        let release = fairlead_template::Map::new();
        release.insert("Name", Value::from(request.name));
        release.insert("Namespace", Value::from(request.namespace));
        release.insert("IsUpgrade", Value::Bool(request.is_upgrade));
        release.insert("IsInstall", Value::Bool(!request.is_upgrade));
        release.insert("Revision", Value::Int(1));
        release.insert("Service", Value::from("Helm"));
        Scopes {
            dialect,
            capabilities: objects::capabilities(request.capabilities, dialect),
            release: Value::Map(release),
            converter: objects::Converter::default(),
        }
    }

    fn build(mut self, root: &Node<'_>, values: &Table<'_>) -> Scope {
        let values = self.converter.table(values, MapType::Named(self.dialect.values_type()));
        self.scope(root, values, true)
    }

    fn build_traced(mut self, root: &Node<'_>, values: &Table<'_>) -> (Scope, Origins) {
        let values = self.converter.table(values, MapType::Named(self.dialect.values_type()));
        let scope = self.scope(root, values, true);
        (scope, self.converter.finish())
    }

    fn scope(&mut self, node: &Node<'_>, values: fairlead_template::Map, is_root: bool) -> Scope {
        let subcharts = fairlead_template::Map::new();
        let mut children = Vec::new();
        let ty = MapType::Named(self.dialect.values_type());
        for child in &node.children {
            let found = child_values(&values, &child.name).map(|found| found.retyped(ty));
            let empty = || fairlead_template::Map::of(ty);
            let scope = self.scope(child, found.unwrap_or_else(empty), false);
            subcharts.insert(child.name.clone(), Value::Map(scope.top.clone()));
            children.push(scope);
        }
        let top = fairlead_template::Map::new();
        top.insert("Chart", objects::chart(node, is_root, self.dialect));
        top.insert("Files", objects::files(&node.chart.files));
        top.insert("Release", self.release.clone());
        top.insert("Capabilities", self.capabilities.clone());
        top.insert("Values", Value::Map(values));
        top.insert("Subcharts", Value::Map(subcharts));
        Scope { top, children }
    }
}

/// The values of a subchart: the very table within its parent's values, so that what templates set is seen by both.
fn child_values(values: &fairlead_template::Map, name: &str) -> Option<fairlead_template::Map> {
    let mut at = values.clone();
    for segment in name.split('.') {
        at = at.get(segment)?.as_map()?.clone();
    }
    Some(at)
}
