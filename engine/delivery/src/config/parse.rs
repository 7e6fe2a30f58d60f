//! From a file's bytes to nodes, or to the one place where it stops being YAML.

use std::sync::Arc;

use fairlead_world::{Blob, RepoPath};
use fairlead_yaml::number::{self, Number};
use fairlead_yaml::value::{Error, Options};
use fairlead_yaml::{Builder, Position};

use super::node::{Content, Node, Scalar, ScalarKind};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};
use crate::variables::find_unquoted;

/// The largest project file that is read, in bytes: beyond it, something else has been put in its place.
pub(crate) const MAX_BYTES: usize = 4 << 20;

/// Reads a file. An empty one is a null node.
///
/// # Errors
/// What is wrong with it: no UTF-8, no YAML, more than one document, a key that stands twice, or more than the reader
/// allows in size, depth and aliases.
pub(crate) fn node(path: &RepoPath, blob: &Blob) -> Result<Node, Box<Diagnostic>> {
    let text = text(path, blob)?;
    let options = Options { strict: true, ..Options::default() };
    let mut builder = NodeBuilder { path, text, lines: line_starts(text), places: Vec::new() };
    fairlead_yaml::value::read(text, &mut builder, &options)
        .map_err(|error| Box::new(explain(path, text, &error)))
}

/// The text of a file that holds one YAML document.
///
/// # Errors
/// Where it is too large, no UTF-8, or has more than one document.
pub(crate) fn text<'a>(path: &RepoPath, blob: &'a Blob) -> Result<&'a str, Box<Diagnostic>> {
    let problem = |span: Span, message: String, hint: &str| {
        Box::new(Diagnostic::error(Code::Yaml, message, hint).at(&span))
    };
    if blob.bytes().len() > MAX_BYTES {
        let message = format!("the file has {} bytes, and at most {MAX_BYTES} are read", blob.bytes().len());
        return Err(problem(Span::start(path), message, "split it, or remove what does not belong here"));
    }
    let text = std::str::from_utf8(blob.bytes()).map_err(|error| {
        let before = blob.bytes().get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let span = Span { path: path.clone(), line: line as u32 + 1, column: 1 };
        problem(span, "the file is not UTF-8".to_owned(), "save it as UTF-8")
    })?;
    if let Some(line) = second_document(text) {
        let span = Span { path: path.clone(), line, column: 1 };
        let message = "a second document begins here".to_owned();
        return Err(problem(span, message, "write one document a file"));
    }
    Ok(text)
}

/// The line on which a second document begins. At the start of a line `---` is a marker wherever it stands.
fn second_document(text: &str) -> Option<u32> {
    let mut has_content = false;
    for (index, line) in text.lines().enumerate() {
        let is_marker = line == "---" || line.starts_with("--- ") || line.starts_with("---\t");
        if is_marker && has_content {
            return u32::try_from(index + 1).ok();
        }
        let rest = if is_marker { line.get(3..).unwrap_or_default() } else { line }.trim();
        let is_directive = line.starts_with('%') && !has_content;
        has_content |= !(rest.is_empty() || rest.starts_with('#') || is_directive || rest == "...");
    }
    None
}

/// Turns a reader's error into a diagnostic at its line.
pub(crate) fn explain(path: &RepoPath, text: &str, error: &Error) -> Diagnostic {
    if let Some((line, column, written)) = find_unquoted(text) {
        let span = Span { path: path.clone(), line, column };
        let message = format!("the unquoted `{written}` is a flow map to YAML");
        return Diagnostic::error(Code::UnquotedReference, message, format!("quote it: \"{written}\""))
            .at(&span);
    }
    let inner = error.inner();
    let said = inner.strip_prefix("yaml: ").unwrap_or(&inner);
    let said =
        said.strip_prefix("unmarshal errors:\n").unwrap_or(said).lines().next().unwrap_or_default().trim();
    let (line, said) = match said.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((line, rest)) => (line.parse().unwrap_or(1), rest),
        None => (1, said),
    };
    let span = Span { path: path.clone(), line, column: 1 };
    let (message, hint) = match said.strip_suffix(" already set in map") {
        Some(key) => (format!("the {key} stands twice"), "remove one of them".to_owned()),
        None => (format!("this is not valid YAML: {said}"), "correct the syntax".to_owned()),
    };
    Diagnostic::error(Code::Yaml, message, hint).at(&span)
}

/// The byte offset of each line's first character.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// Builds nodes, with the text of each scalar as it is written.
struct NodeBuilder<'a> {
    path: &'a RepoPath,
    text: &'a str,
    lines: Vec<usize>,
    places: Vec<Position>,
}

impl NodeBuilder<'_> {
    fn span(&mut self) -> Span {
        let Position { line, column } = self.places.pop().unwrap_or(Position { line: 1, column: 1 });
        Span { path: self.path.clone(), line, column }
    }

    /// The plain scalar that is written at a place.
    fn written(&self, span: &Span) -> &str {
        let line = usize::try_from(span.line).unwrap_or_default().saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let column = usize::try_from(span.column).unwrap_or_default().saturating_sub(1);
        let begin = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
        let rest = rest.get(begin..).unwrap_or_default();
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    fn scalar(&mut self, kind: ScalarKind, otherwise: impl FnOnce() -> String) -> Node {
        let span = self.span();
        let written = self.written(&span);
        // A tag, an alias or quotes stand where a plain scalar would; then only the value is known.
        let is_plain =
            written.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        let text = if is_plain { Arc::from(written) } else { Arc::from(otherwise()) };
        Node { span, content: Content::Scalar(Scalar { text, kind }) }
    }
}

impl Builder for NodeBuilder<'_> {
    const PLACED: bool = true;

    type Value = Node;
    type Key = Spanned<Arc<str>>;

    fn null(&mut self) -> Node {
        let scalar = Scalar { text: Arc::from(""), kind: ScalarKind::Null };
        Node { span: self.span(), content: Content::Scalar(scalar) }
    }

    fn bool(&mut self, value: bool) -> Node {
        self.scalar(ScalarKind::Bool(value), || value.to_string())
    }

    fn number(&mut self, number: Number) -> Node {
        let kind = match number {
            Number::Int(value) => ScalarKind::Int(value),
            Number::Uint(value) => ScalarKind::Float(value as f64),
            Number::Float(value) => ScalarKind::Float(value),
        };
        self.scalar(kind, || match number {
            Number::Int(value) => value.to_string(),
            Number::Uint(value) => value.to_string(),
            Number::Float(value) => number::format_g(value),
        })
    }

    fn text(&mut self, text: &str) -> Node {
        let scalar = Scalar { text: Arc::from(text), kind: ScalarKind::Text };
        Node { span: self.span(), content: Content::Scalar(scalar) }
    }

    fn key(&mut self, key: &str) -> Spanned<Arc<str>> {
        let span = self.span();
        // YAML 1.1 takes `on` and `y` for true; as a key they are what is written.
        let written = match key {
            "true" | "false" => self.written(&span).trim_end_matches(':'),
            _ => key,
        };
        let is_plain = written.bytes().all(|b| b.is_ascii_alphabetic()) && !written.is_empty();
        Spanned::new(Arc::from(if is_plain { written } else { key }), span)
    }

    fn list(&mut self, items: Vec<Node>) -> Node {
        Node { span: self.span(), content: Content::List(items) }
    }

    fn map(&mut self, entries: Vec<(Self::Key, Node)>) -> Node {
        let span = self.span();
        let mut fields: Vec<(Self::Key, Node)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            // Only a merge key brings the same key again here: what is written itself comes last and counts.
            match fields.iter_mut().find(|(name, _)| name.value == key.value) {
                Some(field) => *field = (key, value),
                None => fields.push((key, value)),
            }
        }
        Node { span, content: Content::Map(fields) }
    }

    fn at(&mut self, position: Position) {
        self.places.push(position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_document_is_found() {
        for (text, line) in [
            ("a: 1\n---\nb: 2\n", Some(2)),
            ("---\na: 1\n", None),
            ("# c\n---\na: 1\n---\n", Some(4)),
            ("a: |\n  ---\n", None),
            ("", None),
            ("%YAML 1.1\n---\na: 1\n", None),
        ] {
            assert_eq!(second_document(text), line, "{text:?}");
        }
    }
}
