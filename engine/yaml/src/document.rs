//! One document as a flat list of nodes, in the order they are written.
//!
//! All readers start from this: nodes know where they end, so that a subtree is a range; nothing is nested on the
//! stack or the heap, however deep the document is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::emit::{Dialect, ScalarStyle};
use crate::parse::{Event, Parser, Props, Spanned};
use crate::source::Source;
use crate::syntax::{Mark, SyntaxError};

mod blocks;
mod flow;

use blocks::Blocks;

/// The number of a node in its document.
pub(crate) type Id = usize;

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape<'a> {
    Scalar {
        text: Cow<'a, str>,
        style: ScalarStyle,
    },
    Sequence {
        flow: bool,
    },
    /// Keys and values take turns among the children.
    Mapping {
        flow: bool,
    },
    Alias {
        name: &'a str,
        target: Id,
    },
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'a> {
    pub(crate) shape: Shape<'a>,
    pub(crate) props: Option<Box<Props<'a>>>,
    pub(crate) start: Mark,
    /// Where it begins behind its anchor and tag.
    pub(crate) body: Mark,
    pub(crate) end: Mark,
    /// The node behind this one's subtree.
    pub(crate) next: Id,
}

impl Node<'_> {
    /// The tag as written, in its long form.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.props.as_ref().and_then(|props| props.tag.as_deref())
    }
}

/// A document.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Document<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    /// Whether `---` stands before it.
    pub(crate) explicit: bool,
    pub(crate) start: Mark,
    pub(crate) end: Mark,
}

impl<'a> Document<'a> {
    /// The children of a node.
    pub(crate) fn children(&self, id: Id) -> Children<'_, 'a> {
        let end = self.nodes.get(id).map_or(id, |node| node.next);
        Children { document: self, at: id + 1, end }
    }
}

/// The children of a node, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Children<'d, 'a> {
    document: &'d Document<'a>,
    at: Id,
    end: Id,
}

impl Iterator for Children<'_, '_> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        if self.at >= self.end {
            return None;
        }
        let id = self.at;
        self.at = self.document.nodes.get(id).map_or(self.end, |node| node.next.max(id + 1));
        Some(id)
    }
}

/// The documents of a text, one after the other.
pub(crate) struct Documents<'a> {
    blocks: Option<Blocks<'a>>,
    /// How many documents came from the blocks, which the parser reads once more if it has to take over.
    given: usize,
    parser: Parser<'a>,
    done: bool,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(source: &'a Source<'_>, dialect: Dialect) -> Self {
        let blocks = Blocks::new(source, dialect);
        Documents { blocks, given: 0, parser: Parser::new(source, dialect), done: false }
    }

    /// The next document, or `None` at the end of the text.
    pub(crate) fn next(&mut self) -> Result<Option<Document<'a>>, SyntaxError> {
        if self.done {
            return Ok(None);
        }
        let result = self.read();
        self.done = !matches!(result, Ok(Some(_)));
        result
    }

    fn read(&mut self) -> Result<Option<Document<'a>>, SyntaxError> {
        if let Some(blocks) = &mut self.blocks {
            if let Ok(document) = blocks.next() {
                self.given += 1;
                return Ok(document);
            }
            self.blocks = None;
            for _ in 0..self.given {
                self.parse()?;
            }
        }
        self.parse()
    }

    fn parse(&mut self) -> Result<Option<Document<'a>>, SyntaxError> {
        let mut event = self.parser.next()?;
        if matches!(event.event, Event::StreamStart) {
            event = self.parser.next()?;
        }
        let Event::DocumentStart { explicit } = event.event else { return Ok(None) };
        let mut composer =
            Composer { document: Document::default(), open: Vec::new(), anchors: BTreeMap::new() };
        composer.document.explicit = explicit;
        composer.document.start = event.start;
        loop {
            let event = self.parser.next()?;
            if matches!(event.event, Event::DocumentEnd | Event::StreamEnd) {
                composer.document.end = event.end;
                return Ok(Some(composer.document));
            }
            composer.add(event)?;
        }
    }
}

struct Composer<'a> {
    document: Document<'a>,
    open: Vec<Id>,
    /// The last node with each anchor.
    anchors: BTreeMap<&'a str, Id>,
}

impl<'a> Composer<'a> {
    fn add(&mut self, spanned: Spanned<'a>) -> Result<(), SyntaxError> {
        let Spanned { event, start, body, end } = spanned;
        let (shape, props, opens) = match event {
            Event::Scalar { text, style, props } => (Shape::Scalar { text, style }, props, false),
            Event::SequenceStart { flow, props } => (Shape::Sequence { flow }, props, true),
            Event::MappingStart { flow, props } => (Shape::Mapping { flow }, props, true),
            Event::Alias(name) => {
                let Some(target) = self.anchors.get(name) else {
                    return Err(SyntaxError::composer(format!("unknown anchor '{name}' referenced"), start));
                };
                (Shape::Alias { name, target: *target }, Props::default(), false)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(end);
                return Ok(());
            }
            _ => return Ok(()),
        };
        let id = self.document.nodes.len();
        if let Some(anchor) = props.anchor {
            self.anchors.insert(anchor, id);
        }
        let props = (props.anchor.is_some() || props.tag.is_some()).then(|| Box::new(props));
        self.document.nodes.push(Node { shape, props, start, body, end, next: id + 1 });
        if opens {
            self.open.push(id);
        }
        Ok(())
    }

    fn close(&mut self, end: Mark) {
        let next = self.document.nodes.len();
        if let Some(node) = self.open.pop().and_then(|id| self.document.nodes.get_mut(id)) {
            node.next = next;
            node.end = end;
        }
    }
}

#[cfg(test)]
mod tests;
