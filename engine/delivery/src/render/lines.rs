//! Lines of a rendered file, followed through the steps.

use std::collections::BTreeMap;

use fairlead_world::RepoPath;
use similar::{DiffOp, TextDiff};

use super::manifest::{Document, Manifest};

/// A rendered file with what became of each of its lines.
#[derive(Debug)]
pub(crate) struct TracedFile {
    /// The file.
    pub(crate) file: RepoPath,
    /// The target that it is rendered for, by its place among the unit's.
    pub(crate) target: usize,
    /// Where each line of the file comes from.
    pub(crate) lines: Vec<LineFrom>,
}

/// Where a line of the file comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineFrom {
    /// The line that was printed, from 0; `None` where a step wrote it.
    pub(crate) printed: Option<usize>,
    /// The steps that wrote it or changed it.
    pub(crate) steps: Vec<&'static str>,
}

/// The documents of a manifest while steps change it, each line with where it comes from.
#[derive(Debug)]
pub(crate) struct Lines {
    preamble: Vec<LineFrom>,
    documents: Vec<Traced>,
}

#[derive(Debug, Clone)]
struct Traced {
    name: String,
    text: String,
    lines: Vec<LineFrom>,
}

impl Lines {
    /// The lines as they were printed: a manifest that was just taken apart is that text.
    pub(crate) fn new(manifest: &Manifest) -> Lines {
        let mut next = 0;
        let mut take = |text: &str| -> Vec<LineFrom> {
            let lines = (next..).take(text.lines().count());
            let lines: Vec<_> =
                lines.map(|line| LineFrom { printed: Some(line), steps: Vec::new() }).collect();
            next += lines.len();
            lines
        };
        let preamble = take(&manifest.preamble);
        let documents = manifest.documents.iter().map(|document| Traced {
            name: name(document),
            text: document.text.clone(),
            lines: take(&document.text),
        });
        Lines { documents: documents.collect(), preamble }
    }

    /// Compares with what a step left.
    pub(crate) fn stepped(&mut self, step: &'static str, manifest: &Manifest) {
        // Steps neither rename nor swap objects of one name, so that the first of a name stays the first.
        let mut before: BTreeMap<String, Vec<Traced>> = BTreeMap::new();
        for traced in self.documents.drain(..).rev() {
            before.entry(traced.name.clone()).or_default().push(traced);
        }
        self.documents = manifest
            .documents
            .iter()
            .map(|document| {
                let name = name(document);
                let known = before.get_mut(&name).and_then(|known| {
                    let same = known.iter().rposition(|known| known.text == document.text);
                    let at = same.or(known.len().checked_sub(1))?;
                    Some(known.remove(at))
                });
                match known {
                    Some(known) if known.text == document.text => known,
                    Some(known) => known.changed(step, &document.text),
                    None => written(step, name, &document.text),
                }
            })
            .collect();
    }

    /// The lines of the text that the manifest prints as in the end.
    pub(crate) fn finish(self, manifest: &Manifest) -> Vec<LineFrom> {
        let mut lines = self.preamble;
        let mut text_before = !manifest.preamble.is_empty();
        for (traced, document) in self.documents.into_iter().zip(&manifest.documents) {
            if text_before && !document.begins_with_separator() {
                // Nobody's line: it parts two documents.
                lines.push(LineFrom::default());
            }
            text_before = true;
            lines.extend(traced.lines);
        }
        lines
    }
}

impl Traced {
    fn changed(self, step: &'static str, text: &str) -> Traced {
        let diff = TextDiff::from_lines(self.text.as_str(), text);
        let mut lines = Vec::new();
        for op in diff.ops() {
            match *op {
                DiffOp::Equal { old_index, len, .. } => {
                    lines.extend(self.lines.iter().skip(old_index).take(len).cloned());
                }
                DiffOp::Delete { .. } => {}
                DiffOp::Insert { new_len, .. } => lines.extend((0..new_len).map(|_| by(step))),
                DiffOp::Replace { old_index, old_len, new_len, .. } => {
                    // A line in the place of another is that line, changed; any more are the step's own.
                    for index in 0..new_len {
                        let old = self.lines.get(old_index + index).filter(|_| index < old_len);
                        let mut line = old.cloned().unwrap_or_default();
                        line.steps.push(step);
                        lines.push(line);
                    }
                }
            }
        }
        Traced { name: self.name, text: text.to_owned(), lines }
    }
}

fn written(step: &'static str, name: String, text: &str) -> Traced {
    Traced { name, text: text.to_owned(), lines: text.lines().map(|_| by(step)).collect() }
}

fn by(step: &'static str) -> LineFrom {
    LineFrom { printed: None, steps: vec![step] }
}

fn name(document: &Document) -> String {
    format!("{} {}", document.api_version(), document.title())
}
