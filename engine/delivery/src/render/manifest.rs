//! Rendered manifests as text that is taken apart without being changed.

use std::ops::Range;

use fairlead_yaml::Value;

/// The documents of one rendered file. Put together again they are the same bytes, unless a step changed one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// The documents, those without an object left out: their text stays with the document before.
    pub documents: Vec<Document>,
    /// What stands before the first object: comments and empty documents.
    pub preamble: String,
}

/// One document and the object in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The text, from its `---` on if it has one, with whatever follows up to the next document.
    pub text: String,
    /// What it means.
    pub value: Value,
}

/// Rendered text and what is known of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Printed {
    /// The text.
    pub text: String,
    /// The documents that were read before they were printed: their places in the text, in its order, and what they
    /// say. They are not read again.
    pub known: Vec<(Range<usize>, Value)>,
}

impl From<String> for Printed {
    fn from(text: String) -> Printed {
        Printed { text, known: Vec::new() }
    }
}

/// A document that is not YAML, or not an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the rendered manifest: {reason}")]
pub struct ManifestError {
    /// The line on which the document begins, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl Manifest {
    /// Takes rendered text apart.
    ///
    /// # Errors
    /// The first document that is not YAML, or holds something else than a mapping.
    pub fn parse(printed: Printed) -> Result<Manifest, ManifestError> {
        let Printed { text, known } = printed;
        let mut known = known.into_iter().peekable();
        let mut manifest = Manifest::default();
        for range in split(&text) {
            let line = || text[..range.start].matches('\n').count() + 1;
            let part = &text[range.clone()];
            while known.next_if(|(place, _)| place.start < range.start).is_some() {}
            let value = match known.next_if(|(place, _)| *place == range) {
                Some((_, value)) => value,
                None => fairlead_yaml::value::from_str(part)
                    .map_err(|error| ManifestError { line: line(), reason: error.inner() })?,
            };
            match value {
                Value::Null => match manifest.documents.last_mut() {
                    Some(document) => document.text.push_str(part),
                    None => manifest.preamble.push_str(part),
                },
                Value::Map(_) => manifest.documents.push(Document { text: part.to_owned(), value }),
                _ => {
                    let reason = "the document is not a Kubernetes object".to_owned();
                    return Err(ManifestError { line: line(), reason });
                }
            }
        }
        Ok(manifest)
    }

    /// The text, with `---` before each document that follows another.
    pub fn print(&self) -> String {
        let mut text = self.preamble.clone();
        for document in &self.documents {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            if !text.is_empty() && !is_separator(&document.text) {
                text.push_str("---\n");
            }
            text.push_str(&document.text);
        }
        text
    }
}

impl Document {
    /// The object's `apiVersion`, or nothing.
    pub fn api_version(&self) -> &str {
        text(self.value.field("apiVersion"))
    }

    /// The object's kind, or nothing.
    pub fn kind(&self) -> &str {
        text(self.value.field("kind"))
    }

    /// The object's name, or nothing.
    pub fn name(&self) -> &str {
        text(self.value.field("metadata").and_then(|metadata| metadata.field("name")))
    }

    /// An annotation of the object.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.value.field("metadata")?.field("annotations")?.field(name)?.as_str()
    }

    /// Whether its text begins with the `---` that parts it from what is before it.
    pub(crate) fn begins_with_separator(&self) -> bool {
        is_separator(&self.text)
    }

    /// How people call the object: `Deployment api`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind(), self.name())
    }

    /// Whether it is a list of objects, such as `kubectl get -o yaml` prints.
    pub fn is_list(&self) -> bool {
        self.kind().ends_with("List")
            && self.value.field("items").is_some_and(|items| items.as_list().is_some())
    }
}

pub(crate) fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

/// The byte ranges of the documents. A `---` at the start of a line always begins one: nothing in YAML can hide it.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > start && is_separator(line) {
            ranges.push(start..at);
            start = at;
        }
        at += line.len();
    }
    if at > start {
        ranges.push(start..at);
    }
    ranges
}

fn is_separator(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_byte_for_byte() {
        for text in [
            "",
            "a: 1",
            "a: 1\n---\nb: 2\n",
            "---\n# Source: x\na: 1\n---\n# nothing\n---\nb: |\n  ---\n  x\n\n\n",
            "# only a comment\n---\na: 1\r\n---\r\nb: 2\r\n",
        ] {
            assert_eq!(Manifest::parse(text.to_owned().into()).unwrap().print(), text);
        }
    }

    #[test]
    fn what_is_no_object_is_refused_at_its_line() {
        let error = |text: &str| Manifest::parse(text.to_owned().into()).unwrap_err().to_string();
        assert_eq!(
            error("a: 1\n---\n- x\n"),
            "line 2 of the rendered manifest: the document is not a Kubernetes object"
        );
        assert!(error("a: 1\n---\nb: [\n").starts_with("line 2 of the rendered manifest: "));
    }
}
