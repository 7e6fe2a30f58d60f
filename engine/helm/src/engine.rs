//! Templates of a tree of charts to rendered files.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_template::value::MapType;
use fairlead_template::{Environment, ExecError, Execution, Limits, Map, Output, ParseError, Set, Value};
use fairlead_yaml::Str;

use crate::chart::Template;
use crate::dialect::Dialect;
use crate::failure;
use crate::render::{Request, Scope};
use crate::trace::Watch;
use crate::tree::Node;

/// A template can't be parsed, or failed; displays as Helm's text.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct EngineError {
    /// Helm's text.
    pub text: String,
    /// The error itself.
    pub kind: EngineErrorKind,
}

/// What kind of error a template made.
#[derive(Debug)]
pub enum EngineErrorKind {
    /// It can't be parsed.
    Parse(ParseError),
    /// It failed.
    Exec(ExecError),
}

/// One template of the tree: its file, its full path, and what it sees.
struct Job<'r> {
    path: Str,
    folder: Str,
    template: &'r Template,
    scope: &'r Scope,
}

/// Renders every template of the tree that is not a partial; the files by their paths from the root chart's folder.
pub(crate) fn render(
    root: &Node<'_>,
    scopes: &Scope,
    request: &Request<'_>,
    dialect: Dialect,
    watch: &mut Watch,
) -> Result<BTreeMap<Str, String>, EngineError> {
    let mut jobs = BTreeMap::new();
    collect(root, scopes, "", &mut jobs);
    let mut jobs: Vec<Job<'_>> = jobs.into_values().collect();
    // Deeper templates are parsed first, so that those above them win; within a depth, from the last path to the first.
    jobs.reverse();
    jobs.sort_by_cached_key(|job| std::cmp::Reverse(depth(&job.path)));
    let mut parsed = Vec::with_capacity(jobs.len());
    for job in &jobs {
        parsed.push(job.template.compiled(&job.path, dialect).map_err(|error| EngineError {
            text: failure::parse_text(&job.path, &error),
            kind: EngineErrorKind::Parse(error),
        })?);
    }
    let set = Set::link(parsed);
    let mut execution = Execution::new(&set, request.environment, request.limits);
    watch.begin(&mut execution);
    let files = execute(&jobs, &mut execution, dialect, watch);
    watch.end(&execution);
    files
}

fn execute(
    jobs: &[Job<'_>],
    execution: &mut Execution<'_>,
    dialect: Dialect,
    watch: &mut Watch,
) -> Result<BTreeMap<Str, String>, EngineError> {
    let mut files = BTreeMap::new();
    for job in jobs {
        if job.path.rsplit('/').next().is_some_and(|name| name.starts_with('_')) {
            continue;
        }
        let template = Map::of(MapType::Named(dialect.values_type()));
        template.insert("Name", Value::Str(job.path.clone()));
        template.insert("BasePath", Value::Str(job.folder.clone()));
        job.scope.top.insert("Template", Value::Map(template));
        // The templates of a chart see it under the type of values, those of its parent as a plain map.
        let top = Value::Map(job.scope.top.retyped(MapType::Named(dialect.values_type())));
        let text = watch.execute(execution, &job.path, &top).map_err(|error| EngineError {
            text: failure::exec_text(&job.path, &error, dialect),
            kind: EngineErrorKind::Exec(error),
        })?;
        files.insert(job.path.clone(), without_no_value(text));
    }
    Ok(files)
}

/// Renders a template of a release's name, as `--name-template` has it.
pub fn name_of_template(template: &str, environment: &dyn Environment) -> Result<String, EngineError> {
    const NAME: &str = "name-template";
    let parsed = fairlead_template::Template::parse(NAME, template, environment.dialect())
        .map_err(|error| EngineError { text: error.to_string(), kind: EngineErrorKind::Parse(error) })?;
    let set = Set::link([Arc::new(parsed)]);
    Execution::new(&set, environment, Limits::default())
        .execute(NAME, &Value::Nil)
        .map(Output::into_text)
        .map_err(|error| EngineError { text: error.text.clone(), kind: EngineErrorKind::Exec(error) })
}

fn collect<'r>(node: &'r Node<'_>, scope: &'r Scope, parent: &str, jobs: &mut BTreeMap<Str, Job<'r>>) {
    let path = node.full_path(parent);
    let folder = Str::from(format!("{path}/templates"));
    for template in &node.chart.templates {
        let is_partial = template.name.rsplit('/').next().is_some_and(|name| name.starts_with('_'));
        // A library's own templates are there to be included only.
        if is_partial || !node.chart.metadata.is_library() {
            let path = Str::from(format!("{path}/{}", template.name));
            // Of templates that share a path the last one is rendered.
            jobs.insert(path.clone(), Job { path, folder: folder.clone(), template, scope });
        }
    }
    for (child, scope) in node.children.iter().zip(&scope.children) {
        collect(child, scope, &node.path_for(child, parent), jobs);
    }
}

fn depth(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

/// Helm's way with values that are missing: the words that Go prints for them are taken out of the result. What is not
/// UTF-8 would be refused as YAML anyway.
fn without_no_value(out: Output) -> String {
    const NO_VALUE: &str = "<no value>";
    let may_miss = out.may_miss_values();
    let text = out.into_text();
    if !may_miss || memchr::memmem::find(text.as_bytes(), NO_VALUE.as_bytes()).is_none() {
        return text;
    }
    text.replace(NO_VALUE, "")
}
