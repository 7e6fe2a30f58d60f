//! Renders a case with our engine, and asks Helm's.
#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use fairlead_template::functions::ValueBuilder;
use fairlead_template::{Dialect, ExecError, Execution, Limits, Map, MapType, Sealed, Set, Template, Value};

/// Templates and values.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) values: String,
    /// The sources by their path in the chart.
    pub(crate) files: BTreeMap<String, String>,
}

/// What an engine says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Files(BTreeMap<String, String>),
    Error(String),
    /// The engine is no more.
    Crash,
}

/// Renders a case as Helm's engine would, in a chart called `c`.
pub(crate) fn render(case: &Case, dialect: Dialect) -> Answer {
    let mut names: Vec<(usize, String)> = case
        .files
        .keys()
        .map(|name| format!("c/{name}"))
        .map(|name| (name.matches('/').count(), name))
        .collect();
    names.sort();
    names.reverse();
    let mut templates = Vec::new();
    for (_, name) in &names {
        let source = &case.files[name.strip_prefix("c/").expect("the test is well made")];
        match Template::parse(name, source, dialect) {
            Ok(template) => templates.push(Arc::new(template)),
            Err(error) => {
                let text = error.to_string();
                let tokens: Vec<_> = text.split(": ").collect();
                return Answer::Error(format!(
                    "parse error at ({}): {}",
                    tokens[1],
                    tokens[tokens.len() - 1]
                ));
            }
        }
    }
    let set = Set::link(templates);
    let environment = Sealed(dialect);
    let mut execution = Execution::new(&set, &environment, Limits::default());
    let mut files = BTreeMap::new();
    for (_, name) in &names {
        if name.rsplit('/').next().expect("the test is well made").starts_with('_') {
            continue;
        }
        match execution.execute(name, &data(case, name, dialect)) {
            Ok(out) => {
                assert!(
                    out.may_miss_values() || !String::from_utf8_lossy(out.as_bytes()).contains("<no value>")
                );
                let text = out.into_text().replace("<no value>", "");
                files.insert(name.clone(), text);
            }
            Err(error) => return Answer::Error(cleaned(&error, dialect)),
        }
    }
    Answer::Files(files)
}

/// What Helm hands to templates, as far as the cases need it.
fn data(case: &Case, name: &str, dialect: Dialect) -> Value {
    let values = fairlead_yaml::value::read(&case.values, &mut ValueBuilder, &Default::default())
        .expect("the test is well made");
    let ty = MapType::Named(if dialect == Dialect::Helm3 { &"chartutil.Values" } else { &"common.Values" });
    let values = match values {
        Value::Map(map) => map.retyped(ty),
        _ => Map::of(ty),
    };
    let release = Map::new();
    release.insert("Name", "r".into());
    release.insert("Namespace", "n".into());
    release.insert("Service", "Helm".into());
    release.insert("Revision", Value::Int(1));
    release.insert("IsInstall", Value::Bool(true));
    let template = Map::of(ty);
    template.insert("Name", name.into());
    template.insert("BasePath", "c/templates".into());
    let top = Map::of(ty);
    top.insert("Values", values.into());
    top.insert("Release", release.into());
    top.insert("Template", template.into());
    top.into()
}

/// What Helm makes of an error: what users are told by `required` and `fail` is all they see; Helm 4 puts the
/// places of the others on lines of their own.
fn cleaned(error: &ExecError, dialect: Dialect) -> String {
    let text = &error.text;
    if !error.exec {
        return text.clone();
    }
    let mut tokens = text.splitn(3, ": ");
    let (_, location, rest) = (tokens.next(), tokens.next(), tokens.next());
    let marked = rest.and_then(|rest| rest.split_once("HELM_ERR_START"));
    if let (Some(location), Some((message, _))) =
        (location, marked.and_then(|(_, rest)| rest.rsplit_once("HELM_ERR_END")))
    {
        return format!("execution error at ({location}): {message}");
    }
    if dialect == Dialect::Helm3 {
        return text.clone();
    }
    let mut lines: Vec<String> = Vec::new();
    let mut current = Some(error);
    while let Some(error) = current {
        let Some(line) = located(&error.text) else {
            return text.clone();
        };
        if lines.last() != Some(&line) {
            lines.push(line);
        }
        current = error.cause.as_deref();
    }
    lines.concat().trim().to_owned()
}

fn located(text: &str) -> Option<String> {
    let rest = text.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some(format!("{text}\n"));
    }
    if let Some((location, after)) = rest.split_once(": executing ") {
        let (function, after) = after.strip_prefix('"')?.split_once('"')?;
        let (node, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
        let message = message.split(" template:").next()?;
        let message = if message.is_empty() { String::new() } else { format!("{message}\n") };
        return Some(format!("{location}\n  executing \"{function}\" at <{node}>:\n    {message}"));
    }
    let (location, message) = rest.rsplit_once(": ")?;
    Some(format!("{location}\n  {}\n", message.split(" template:").next()?))
}

/// Cuts two texts to where they differ.
pub(crate) fn difference(wanted: &str, got: &str) -> (String, String) {
    let same = wanted.chars().zip(got.chars()).take_while(|(a, b)| a == b).count();
    let cut = |text: &str| text.chars().skip(same.saturating_sub(80)).take(200).collect();
    (cut(wanted), cut(got))
}

/// Helm's own engines, running beside us.
pub(crate) struct Oracle {
    child: Child,
    path: String,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    pub(crate) fn start(path: &str) -> Oracle {
        let mut child = Command::new(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the oracle starts");
        let questions = child.stdin.take().expect("the test is well made");
        let answers = BufReader::new(child.stdout.take().expect("the test is well made"));
        Oracle { child, path: path.to_owned(), questions, answers }
    }

    pub(crate) fn ask(&mut self, case: &Case, dialect: Dialect) -> Answer {
        let helm = if dialect == Dialect::Helm3 { 3 } else { 4 };
        let question = serde_json::json!({"helm": helm, "files": case.files, "values": case.values});
        writeln!(self.questions, "{question}").expect("the test is well made");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the test is well made");
        if line.is_empty() {
            // Go cannot recover from an exhausted stack, which values that contain themselves lead to.
            self.child.wait().expect("the test is well made");
            *self = Oracle::start(&self.path.clone());
            return Answer::Crash;
        }
        let answer: serde_json::Value = serde_json::from_str(&line).expect("the oracle answers in JSON");
        if let Some(error) = answer["error"].as_str().filter(|error| !error.is_empty()) {
            return Answer::Error(error.to_owned());
        }
        let files = answer["files"].as_object().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        // Libraries and partials come out empty in the one and not at all in the other.
        Answer::Files(files.iter().map(|(name, value)| (name.clone(), text(value))).collect())
    }
}
