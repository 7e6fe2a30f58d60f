//! The fields of a mapping.

use fairlead_yaml::Str;

use super::{Map, Node, Scalar};

impl Map {
    /// Where the field stands.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(key, _)| &*key.text == name)
    }

    /// The field's value.
    pub(crate) fn field(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|(key, _)| &*key.text == name).map(|(_, value)| value)
    }

    /// The field's value, to change it.
    pub(crate) fn field_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.0.iter_mut().find(|(key, _)| &*key.text == name).map(|(_, value)| value)
    }

    /// Takes the field out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Node> {
        self.position(name).map(|at| self.0.remove(at).1)
    }

    /// Adds a field at the end, under a key without a tag.
    pub(crate) fn push(&mut self, name: impl Into<Str>, value: Node) {
        self.0.push((Scalar::open(name), value));
    }
}

impl Node {
    /// A field of a mapping; `None` for anything else.
    pub(crate) fn field(&self, name: &str) -> Option<&Node> {
        match self {
            Node::Map(map) => map.field(name),
            _ => None,
        }
    }

    /// A field of a mapping, to change it; `None` for anything else.
    pub(crate) fn field_mut(&mut self, name: &str) -> Option<&mut Node> {
        match self {
            Node::Map(map) => map.field_mut(name),
            _ => None,
        }
    }

    /// A field that is there and not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&Node> {
        self.field(name).filter(|value| !value.is_empty())
    }

    /// The entries of a mapping; none for anything else.
    pub(crate) fn entries(&self) -> &[(Scalar, Node)] {
        match self {
            Node::Map(map) => &map.0,
            _ => &[],
        }
    }

    /// The elements of a sequence; none for anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match self {
            Node::Seq(items) => items,
            _ => &[],
        }
    }

    /// The mapping itself, once whatever stands there that is none has been replaced by an empty one.
    pub(crate) fn make_map(&mut self) -> &mut Map {
        if !matches!(self, Node::Map(_)) {
            *self = Node::map();
        }
        match self {
            Node::Map(map) => map,
            _ => unreachable!("it has just become a mapping"),
        }
    }
}
