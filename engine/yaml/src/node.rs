//! Nodes as yaml v3 and kyaml see them: in order, with tag, style and place, aliases not followed.
//!
//! A [`Text`] holds what is read; its documents borrow from it, and their nodes are handles that cost nothing to copy.
//!
//! ```
//! let text = fairlead_yaml::node::Text::new("image: {tag: 'yes'} # why\n");
//! let document = text.documents().next().unwrap().unwrap();
//! let (key, value) = document.root().pairs().next().unwrap();
//! assert_eq!(key.text(), "image");
//! assert_eq!(value.pairs().next().unwrap().1.tag(), "!!str");
//! ```

use std::borrow::Cow;

use crate::document::{self, Id, Shape};
use crate::emit::{Dialect, ScalarStyle};
use crate::position::Position;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax::SyntaxError;

/// A text to read nodes from.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    source: Source<'a>,
}

impl<'a> Text<'a> {
    /// Takes text; a byte order mark is dropped.
    pub fn new(text: &'a str) -> Self {
        Text { source: Source::of_text(text) }
    }

    /// Takes bytes in UTF-8, or in UTF-16 with a byte order mark.
    pub fn of_bytes(bytes: &'a [u8]) -> Self {
        Text { source: Source::of_bytes(bytes) }
    }

    /// Reads the documents one after the other, as yaml v3's decoder does. The first error is the last item.
    pub fn documents(&self) -> Documents<'_> {
        Documents { documents: document::Documents::new(&self.source, Dialect::V3), text: &self.source.text }
    }
}

/// The documents of a text.
pub struct Documents<'t> {
    documents: document::Documents<'t>,
    text: &'t str,
}

impl<'t> Iterator for Documents<'t> {
    type Item = Result<Document<'t>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text;
        self.documents.next().map(|found| found.map(|document| Document { document, text })).transpose()
    }
}

/// A document.
#[derive(Debug, Clone)]
pub struct Document<'t> {
    document: document::Document<'t>,
    text: &'t str,
}

impl<'t> Document<'t> {
    /// The node at the top. A document without content has an empty plain scalar there.
    pub fn root(&self) -> Node<'_, 't> {
        Node { document: self, id: 0 }
    }

    /// Where it begins: its first directive, its `---`, or its first node.
    pub fn at(&self) -> Position {
        let start = self.document.start;
        Position { line: start.line() as u32 + 1, column: start.column() as u32 + 1 }
    }

    /// Whether `---` stands before it.
    pub fn is_explicit(&self) -> bool {
        self.document.explicit
    }

    /// The number of its nodes, aliases not followed.
    pub fn len(&self) -> usize {
        self.document.nodes.len()
    }

    /// Whether it has no nodes at all, which no document read from a text is.
    pub fn is_empty(&self) -> bool {
        self.document.nodes.is_empty()
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, a number, nothing: whatever has no children.
    Scalar,
    /// A list.
    Sequence,
    /// Pairs of keys and values.
    Mapping,
    /// A reference to an anchor.
    Alias,
}

/// A node of a document.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d, 't> {
    document: &'d Document<'t>,
    id: Id,
}

impl PartialEq for Node<'_, '_> {
    /// Whether both are the same node of the same document.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.document, other.document)
    }
}

impl<'d, 't> Node<'d, 't> {
    fn node(&self) -> Option<&'d document::Node<'t>> {
        self.document.document.nodes.get(self.id)
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self.node().map(|node| &node.shape) {
            Some(Shape::Sequence { .. }) => Kind::Sequence,
            Some(Shape::Mapping { .. }) => Kind::Mapping,
            Some(Shape::Alias { .. }) => Kind::Alias,
            Some(Shape::Scalar { .. }) | None => Kind::Scalar,
        }
    }

    /// The text of a scalar without quotes and folding, or the name of an alias; nothing for collections.
    pub fn text(&self) -> &'d str {
        match self.node().map(|node| &node.shape) {
            Some(Shape::Scalar { text, .. }) => text,
            Some(Shape::Alias { name, .. }) => name,
            _ => "",
        }
    }

    /// The style of a scalar; collections and aliases count as plain.
    pub fn style(&self) -> ScalarStyle {
        match self.node().map(|node| &node.shape) {
            Some(Shape::Scalar { style, .. }) => *style,
            _ => ScalarStyle::Plain,
        }
    }

    /// Whether a collection is written in `[]` or `{}`.
    pub fn is_flow(&self) -> bool {
        matches!(
            self.node().map(|node| &node.shape),
            Some(Shape::Sequence { flow: true } | Shape::Mapping { flow: true })
        )
    }

    /// Whether the tag stands in the text.
    pub fn is_tagged(&self) -> bool {
        self.written_tag().is_some()
    }

    /// The tag in its short form: the one that is written, or the one that the text resolves to.
    pub fn tag(&self) -> Cow<'d, str> {
        if let Some(tag) = self.written_tag() {
            return match tag.strip_prefix("tag:yaml.org,2002:") {
                Some(rest) => Cow::Owned(format!("!!{rest}")),
                None => Cow::Borrowed(tag),
            };
        }
        Cow::Borrowed(match self.kind() {
            Kind::Sequence => "!!seq",
            Kind::Mapping => "!!map",
            Kind::Alias => "",
            Kind::Scalar if self.style() != ScalarStyle::Plain => "!!str",
            Kind::Scalar if self.text() == "<<" => "!!merge",
            Kind::Scalar => resolve(self.text(), Dialect::V3).tag(),
        })
    }

    fn written_tag(&self) -> Option<&'d str> {
        self.node()?.tag().filter(|tag| *tag != "!")
    }

    /// The anchor that names it.
    pub fn anchor(&self) -> Option<&'t str> {
        self.node()?.props.as_ref()?.anchor
    }

    /// Where it begins, its anchor and tag included.
    pub fn at(&self) -> Position {
        let Some(node) = self.node() else { return Position { line: 1, column: 1 } };
        let from = node.start.offset() - node.start.column();
        let column = self.document.text.get(from..node.start.offset()).map_or(0, |text| text.chars().count());
        Position { line: node.start.line() as u32 + 1, column: column as u32 + 1 }
    }

    /// The node that an alias stands for.
    pub fn target(&self) -> Option<Node<'d, 't>> {
        match self.node()?.shape {
            Shape::Alias { target, .. } => Some(Node { document: self.document, id: target }),
            _ => None,
        }
    }

    /// The items of a sequence; for a mapping its keys and values in turn.
    pub fn items(&self) -> impl Iterator<Item = Node<'d, 't>> + use<'d, 't> {
        let document = self.document;
        document.document.children(self.id).map(move |id| Node { document, id })
    }

    /// The pairs of a mapping in their order, those with equal keys included.
    pub fn pairs(&self) -> impl Iterator<Item = (Node<'d, 't>, Node<'d, 't>)> + use<'d, 't> {
        let mut items = self.items();
        std::iter::from_fn(move || Some((items.next()?, items.next()?)))
    }
}
