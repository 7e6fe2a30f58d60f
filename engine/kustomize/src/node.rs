//! The tree of one resource: YAML nodes as Kustomize's reader keeps them.
//!
//! Types are decided late: a scalar is its text, the tag it was read or written with, and its quoting, and only
//! printing turns the three into a value. Transformations that write a text without a tag over a quoted one rely on it.

mod edit;
mod fields;
mod lookup;
mod matcher;
mod read;
mod texts;
mod value;

use std::cell::RefCell;
use std::rc::Rc;

use fairlead_yaml::Str;

pub(crate) use edit::{Fault, overwrite, set_field, write_scalar};
pub(crate) use lookup::{Step, child_mut, lookup, lookup_mut, steps};
pub(crate) use matcher::find;
pub(crate) use read::{documents, from_patched, from_value, parse, yaml_to_value};
pub(crate) use value::{json, node_text, not_a_string_in_yaml_1_1, to_value};

/// How deep a tree may be; every walk over one recurses at most this far.
pub(crate) const MAX_DEPTH: usize = 500;

/// How many nodes the aliases of one document may expand to.
pub(crate) const MAX_NODES: usize = 200_000;

/// One node.
#[derive(Debug)]
pub(crate) enum Node {
    /// A scalar of its own.
    Scalar(Scalar),
    /// A scalar that stands in several places of one resource, as labels that one transformer wrote do: whoever
    /// writes over one of them writes over all.
    Shared(Rc<RefCell<Scalar>>),
    /// A mapping.
    Map(Map),
    /// A sequence.
    Seq(Vec<Node>),
}

/// A mapping in the order of its text. Keys may repeat; the first one is the one that is found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Map(pub(crate) Vec<(Scalar, Node)>);

/// A scalar whose type is not decided yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// The text without quotes.
    pub(crate) text: Str,
    /// The type it was given.
    pub(crate) tag: Tag,
    /// How it was written.
    pub(crate) style: Style,
}

/// The type of a scalar, or that the text decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// The text and the quoting decide when it is printed.
    Open,
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!str`
    Str,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`
    Merge,
    /// A tag of the document's own.
    Custom,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes, or as a literal block.
    Quoted,
    /// As a folded block, whose line breaks printing changes.
    Folded,
    /// With its tag in the text.
    Tagged,
    /// Not at all, within brackets: a null that is printed as an empty text.
    EmptyInBrackets,
}

/// What a node is, scalars of both kinds alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A scalar.
    Scalar,
    /// A mapping.
    Map,
    /// A sequence.
    Seq,
}

impl Scalar {
    /// A text whose type stays open.
    pub(crate) fn open(text: impl Into<Str>) -> Scalar {
        Scalar { text: text.into(), tag: Tag::Open, style: Style::Plain }
    }

    /// A text that is a string whatever it looks like.
    pub(crate) fn string(text: impl Into<Str>) -> Scalar {
        Scalar { text: text.into(), tag: Tag::Str, style: Style::Plain }
    }
}

impl Clone for Node {
    /// Copies deeply: a copy shares nothing with its original.
    fn clone(&self) -> Node {
        match self {
            Node::Scalar(scalar) => Node::Scalar(scalar.clone()),
            Node::Shared(shared) => Node::Scalar(shared.borrow().clone()),
            Node::Map(map) => Node::Map(map.clone()),
            Node::Seq(items) => Node::Seq(items.clone()),
        }
    }
}

impl From<Scalar> for Node {
    fn from(scalar: Scalar) -> Node {
        Node::Scalar(scalar)
    }
}

impl Node {
    /// An empty mapping.
    pub(crate) fn map() -> Node {
        Node::Map(Map::default())
    }

    /// A string.
    pub(crate) fn string(text: impl Into<Str>) -> Node {
        Node::Scalar(Scalar::string(text))
    }

    /// A text whose type stays open.
    pub(crate) fn open(text: impl Into<Str>) -> Node {
        Node::Scalar(Scalar::open(text))
    }

    /// What it is.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Node::Scalar(_) | Node::Shared(_) => Kind::Scalar,
            Node::Map(_) => Kind::Map,
            Node::Seq(_) => Kind::Seq,
        }
    }

    /// A copy of the scalar, or `None` for a mapping or a sequence.
    pub(crate) fn scalar(&self) -> Option<Scalar> {
        match self {
            Node::Scalar(scalar) => Some(scalar.clone()),
            Node::Shared(shared) => Some(shared.borrow().clone()),
            Node::Map(_) | Node::Seq(_) => None,
        }
    }

    /// The scalar's text; empty for a mapping or a sequence.
    pub(crate) fn text(&self) -> Str {
        match self {
            Node::Scalar(scalar) => scalar.text.clone(),
            Node::Shared(shared) => shared.borrow().text.clone(),
            Node::Map(_) | Node::Seq(_) => Str::default(),
        }
    }

    /// Whether it is a scalar with this text.
    pub(crate) fn has_text(&self, text: &str) -> bool {
        match self {
            Node::Scalar(scalar) => &*scalar.text == text,
            Node::Shared(shared) => &*shared.borrow().text == text,
            Node::Map(_) | Node::Seq(_) => text.is_empty(),
        }
    }

    /// The tag of a scalar; open for a mapping or a sequence.
    pub(crate) fn tag(&self) -> Tag {
        match self {
            Node::Scalar(scalar) => scalar.tag,
            Node::Shared(shared) => shared.borrow().tag,
            Node::Map(_) | Node::Seq(_) => Tag::Open,
        }
    }

    /// Whether it was read as null.
    pub(crate) fn is_null(&self) -> bool {
        self.tag() == Tag::Null
    }

    /// Whether it is a scalar that counts as text to variables: tagged a string, or not tagged.
    pub(crate) fn is_string(&self) -> bool {
        self.kind() == Kind::Scalar && matches!(self.tag(), Tag::Str | Tag::Open)
    }

    /// Whether it is null, an empty mapping or an empty sequence.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Node::Map(map) => map.0.is_empty(),
            Node::Seq(items) => items.is_empty(),
            Node::Scalar(_) | Node::Shared(_) => self.is_null(),
        }
    }
}
