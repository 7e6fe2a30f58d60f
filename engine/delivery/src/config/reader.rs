//! Reading nodes into typed values, and saying what is wrong with them.

use std::sync::Arc;

use fairlead_world::RepoPath;

use super::name::Name;
use super::node::{Content, Node};
use super::shape::Shape;
use crate::diagnostic::{Code, Diagnostic, Span};

/// What goes along while a file is read: the folder that its paths are relative to, and what was found wrong.
#[derive(Debug)]
pub(crate) struct Reader {
    folder: RepoPath,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    /// Starts to read files whose paths are relative to `folder`.
    pub(crate) fn new(folder: RepoPath) -> Reader {
        Reader { folder, diagnostics: Vec::new() }
    }

    /// The folder that paths are relative to.
    pub(crate) fn folder(&self) -> &RepoPath {
        &self.folder
    }

    /// Everything that was found wrong, in the order of reading.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Reports an error at a place.
    pub(crate) fn error(
        &mut self,
        code: Code,
        span: &Span,
        message: impl Into<String>,
        resolution: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::error(code, message, resolution).at(span));
    }

    /// Reports anything.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports a value of the wrong type.
    pub(crate) fn mismatch<T>(&mut self, node: &Node, wanted: &str) -> Option<T> {
        let message = format!("expected {wanted}, found {}", shown(node));
        self.error(Code::InvalidValue, &node.span, message, format!("write {wanted}"));
        None
    }

    /// Checks that a node is a map and has no fields but those.
    pub(crate) fn enter_record(&mut self, node: &Node, known: &[&str]) -> Option<()> {
        let Content::Map(fields) = &node.content else {
            if node.is_null() {
                return Some(());
            }
            return self.mismatch(node, &format!("a map with {}", listed(known)));
        };
        for (key, _) in fields {
            if !known.contains(&&*key.value) {
                let message = format!("unknown field `{}`", key.value);
                let resolution = match nearest(&key.value, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the fields here are {}", listed(known)),
                };
                self.error(Code::UnknownField, &key.span, message, resolution);
            }
        }
        Some(())
    }

    /// Reads a record's field, or what stands for it where it is absent.
    pub(crate) fn field<T: Shape>(
        &mut self,
        node: &Node,
        key: &str,
        default: Option<fn() -> T>,
    ) -> Option<T> {
        match node.field(key) {
            Some(value) if !(value.is_null() && default.is_some()) => T::read(value, self),
            _ => default.map(|default| default()).or_else(T::absent).or_else(|| {
                let message = format!("the field `{key}` is missing");
                self.error(Code::MissingField, &node.span, message, format!("add `{key}`"));
                None
            }),
        }
    }

    /// Reads one of a few words.
    pub(crate) fn choice<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let text = match &node.content {
            Content::Scalar(scalar) => &scalar.text,
            _ => return self.mismatch(node, &either(&names)),
        };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == &**text) {
            return Some(*value);
        }
        let resolution = match nearest(text, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", either(&names)),
        };
        let message = format!("expected {}, found {}", either(&names), shown(node));
        self.error(Code::InvalidValue, &node.span, message, resolution);
        None
    }

    /// Reads a DNS label.
    pub(crate) fn name(&mut self, text: &Arc<str>, span: &Span) -> Option<Name> {
        match Name::parse(text) {
            Ok(name) => Some(name),
            Err(reason) => {
                let message = format!("`{}` cannot be a name: {reason}", short(text));
                let hint = "use at most 63 lower-case letters, digits and dashes";
                self.error(Code::InvalidName, span, message, hint);
                None
            }
        }
    }
}

/// A value as an error shows it.
fn shown(node: &Node) -> String {
    match &node.content {
        Content::Scalar(scalar) if !node.is_null() => {
            format!("{} `{}`", node.describe(), short(&scalar.text))
        }
        _ => node.describe().to_owned(),
    }
}

/// A text, shortened so that an error stays one line.
pub(crate) fn short(text: &str) -> String {
    const LIMIT: usize = 60;
    let flat: String = text.chars().take(LIMIT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LIMIT).is_some() { flat + "…" } else { flat }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first @ .., last] => format!("{} or `{last}`", listed(first)),
    }
}

/// The known name that a mistyped one most likely meant, or `None` where none is near.
pub(crate) fn nearest<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let near = |name: &&'a str| distance(&text.to_ascii_lowercase(), &name.to_ascii_lowercase());
    let best = known.iter().copied().min_by_key(near)?;
    // A third of the letters may differ: enough for a slip or a missing word's end, too few for another word.
    (near(&best) <= text.chars().count().max(3) / 3).then_some(best)
}

/// How many insertions, deletions, replacements and swaps of neighbours lead from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let replaced = last[j] + usize::from(a != b);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let known = ["environment", "tenant", "namespace", "kubernetesVersion"];
        assert_eq!(nearest("enviroment", &known), Some("environment"));
        assert_eq!(nearest("tennat", &known), Some("tenant"));
        assert_eq!(nearest("Namespace", &known), Some("namespace"));
        assert_eq!(nearest("kubeVersion", &known), None);
        assert_eq!(nearest("zzz", &known), None);
        assert_eq!(nearest("", &known), None);
    }
}
