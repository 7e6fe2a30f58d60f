//! How a document is laid out: columns, line ends, and where a node's own text ends.

use std::cell::OnceCell;

use super::Error;
use crate::document::{Document, Documents, Id, Node, Shape};
use crate::emit::{Dialect, ScalarStyle};
use crate::source::Source;
use crate::syntax::SyntaxError;

/// A document with its text.
pub(super) struct Layout<'t> {
    pub(super) text: &'t str,
    pub(super) document: &'t Document<'t>,
    /// The line end of the text.
    pub(super) eol: &'static str,
    step: OnceCell<usize>,
    dash_step: OnceCell<usize>,
}

/// Calls a function for each document of a text. A text without documents counts as one without nodes.
pub(super) fn each_document(
    text: &str,
    look: &mut dyn FnMut(usize, &Layout<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let source = Source::of_text(text);
    let eol = match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes().get(at - 1) == Some(&b'\r') => "\r\n",
        _ => "\n",
    };
    if let Some(problem) = source.failure {
        return Err(SyntaxError::reader(problem).into());
    }
    let mut documents = Documents::new(&source, Dialect::V3);
    let mut index = 0;
    while let Some(document) = documents.next()? {
        look(index, &Layout::new(text, &document, eol))?;
        index += 1;
    }
    if index == 0 {
        look(index, &Layout::new(text, &Document::default(), eol))?;
    }
    Ok(())
}

impl<'t> Layout<'t> {
    fn new(text: &'t str, document: &'t Document<'t>, eol: &'static str) -> Self {
        Layout { text, document, eol, step: OnceCell::new(), dash_step: OnceCell::new() }
    }

    pub(super) fn node(&self, id: Id) -> Option<&'t Node<'t>> {
        self.document.nodes.get(id)
    }

    pub(super) fn shape(&self, id: Id) -> Option<&'t Shape<'t>> {
        self.node(id).map(|node| &node.shape)
    }

    /// The line a node begins on, from one.
    pub(super) fn line(&self, id: Id) -> usize {
        self.node(id).map_or(1, |node| node.start.line() + 1)
    }

    /// Whether a node is nothing: empty, `null` or `~`.
    pub(super) fn is_null(&self, id: Id) -> bool {
        match self.shape(id) {
            Some(Shape::Scalar { text, style: ScalarStyle::Plain }) => {
                matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL")
                    && self.node(id).is_some_and(|node| node.tag().is_none_or(|tag| tag.ends_with(":null")))
            }
            None => true,
            _ => false,
        }
    }

    /// Whether a collection is written within brackets.
    pub(super) fn is_flow(&self, id: Id) -> bool {
        matches!(self.shape(id), Some(Shape::Sequence { flow: true } | Shape::Mapping { flow: true }))
    }

    pub(super) fn children(&self, id: Id) -> Vec<Id> {
        self.document.children(id).collect()
    }

    /// The quoting of new keys and texts: JSON needs it.
    pub(super) fn quoting(&self) -> ScalarStyle {
        let json = self.is_flow(0) && self.text.contains('"');
        if json { ScalarStyle::DoubleQuoted } else { ScalarStyle::Plain }
    }

    /// The keys and values of a mapping.
    pub(super) fn pairs(&self, id: Id) -> Vec<(Id, Id)> {
        let children = self.children(id);
        children.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// The text of a scalar.
    pub(super) fn scalar(&self, id: Id) -> Option<&'t str> {
        match self.shape(id)? {
            Shape::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Where a node's last character is behind, without the line break that ends a block scalar.
    pub(super) fn content_end(&self, id: Id) -> usize {
        let mut id = id;
        loop {
            let Some(node) = self.node(id) else { return self.text.len() };
            let block =
                matches!(node.shape, Shape::Sequence { flow: false } | Shape::Mapping { flow: false });
            match self.document.children(id).last().filter(|_| block) {
                Some(last) => id = last,
                None if matches!(
                    node.shape,
                    Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. }
                ) =>
                {
                    return self.block_scalar_end(node);
                }
                None => return node.end.offset(),
            }
        }
    }

    fn block_scalar_end(&self, node: &Node<'_>) -> usize {
        let text = self.text.get(..node.end.offset()).unwrap_or("");
        let header = text.get(node.body.offset()..).and_then(|block| block.lines().next()).unwrap_or("");
        if header.split('#').next().is_some_and(|header| header.contains('+')) {
            // All line breaks at the end are the text's.
            let last = text.strip_suffix('\n').unwrap_or(text);
            return last.strip_suffix('\r').unwrap_or(last).len().max(node.body.offset() + 1);
        }
        text.trim_end_matches(['\n', '\r', ' ']).len().max(node.body.offset() + 1)
    }

    /// Where the line that holds an offset begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |i| i + 1)
    }

    /// Where the line that holds an offset ends, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        let end = at + rest.find('\n').unwrap_or(rest.len());
        if end > at && self.text.as_bytes().get(end - 1) == Some(&b'\r') { end - 1 } else { end }
    }

    /// Where the line behind the one that holds an offset begins.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        at + rest.find('\n').map_or(rest.len(), |i| i + 1)
    }

    /// The column of a collection's keys or dashes.
    pub(super) fn column(&self, id: Id) -> usize {
        self.node(id).map_or(0, |node| match self.document.children(id).next().and_then(|id| self.node(id)) {
            Some(first) if matches!(node.shape, Shape::Mapping { .. }) => first.start.column(),
            _ => node.body.column(),
        })
    }

    /// By how many columns mappings are indented in this document.
    pub(super) fn step(&self) -> usize {
        *self.step.get_or_init(|| self.find_step())
    }

    fn find_step(&self) -> usize {
        let nested = (0..self.document.nodes.len()).find_map(|id| {
            let Some(Shape::Mapping { flow: false }) = self.shape(id) else { return None };
            let outer = self.column(id);
            self.pairs(id).into_iter().find_map(|(key, value)| {
                let deeper = matches!(self.shape(value), Some(Shape::Mapping { flow: false }))
                    && self.line(value) > self.line(key);
                deeper.then(|| self.column(value).saturating_sub(outer)).filter(|step| *step > 0)
            })
        });
        nested.unwrap_or(2)
    }

    /// By how many columns the dashes of a sequence are indented in a mapping.
    pub(super) fn dash_step(&self) -> usize {
        *self.dash_step.get_or_init(|| self.find_dash_step())
    }

    fn find_dash_step(&self) -> usize {
        let nested = (0..self.document.nodes.len()).find_map(|id| {
            let Some(Shape::Mapping { flow: false }) = self.shape(id) else { return None };
            let outer = self.column(id);
            self.pairs(id).into_iter().find_map(|(_, value)| {
                matches!(self.shape(value), Some(Shape::Sequence { flow: false }))
                    .then(|| self.column(value).saturating_sub(outer))
            })
        });
        nested.unwrap_or_else(|| self.step())
    }

    /// Where the colon behind a key ends, if one is written.
    pub(super) fn colon(&self, key: Id) -> Option<usize> {
        let end = self.content_end(key);
        let rest = self.text.get(end..)?;
        let blanks = rest.len() - rest.trim_start().len();
        rest.get(blanks..)?.starts_with(':').then_some(end + blanks + 1)
    }
}
