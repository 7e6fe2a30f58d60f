//! Writing into a tree, with the rules of Kustomize's field setter: what stands there keeps its quoting.

use fairlead_yaml::Str;

use super::{Kind, Map, Node, Scalar, Style, Tag, node_text, not_a_string_in_yaml_1_1};

/// Why a tree cannot be read or written as a path wants it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// A node is of another kind than it must be.
    #[error("wrong node kind: expected {} but got {}: node contents:\n{text}", kind_name(*.expected), kind_name(*.actual))]
    Kind {
        /// What it must be.
        expected: Kind,
        /// What it is.
        actual: Kind,
        /// The node as YAML.
        text: String,
    },
    /// Anything else, in its own words.
    #[error("{0}")]
    Said(String),
}

impl Fault {
    /// The fault in a node that is not `expected`.
    pub(crate) fn kind(node: &Node, expected: Kind) -> Fault {
        Fault::Kind { expected, actual: node.kind(), text: node_text(node) }
    }

    /// A fault in its own words.
    pub(crate) fn said(text: impl Into<String>) -> Fault {
        Fault::Said(text.into())
    }

    /// The same fault behind a prefix.
    pub(crate) fn under(self, prefix: impl std::fmt::Display) -> Fault {
        Fault::Said(format!("{prefix}: {self}"))
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Scalar => "ScalarNode",
        Kind::Map => "MappingNode",
        Kind::Seq => "SequenceNode",
    }
}

/// Writes `scalar` over `target`, which keeps its quoting. A null is left as it is where the scalar is null too.
///
/// # Errors
/// [`Fault::Kind`] where the target is a mapping or a sequence.
pub(crate) fn write_scalar(target: &mut Node, mut scalar: Scalar) -> Result<(), Fault> {
    if scalar.tag == Tag::Null {
        return Ok(());
    }
    match target {
        Node::Scalar(old) => {
            scalar.style = old.style;
            *old = scalar;
        }
        Node::Shared(shared) => {
            let mut old = shared.borrow_mut();
            scalar.style = old.style;
            *old = scalar;
        }
        Node::Map(_) | Node::Seq(_) => return Err(Fault::kind(target, Kind::Scalar)),
    }
    Ok(())
}

/// Sets a field of a mapping: writes over the value that stands there, adds the field, or removes it for a null.
pub(crate) fn set_field(map: &mut Map, name: &str, value: Node) {
    if value.is_null() {
        map.remove(name);
        return;
    }
    let Some(old) = map.field_mut(name) else {
        map.push(name, quoted_where_needed(value));
        return;
    };
    overwrite(old, value);
}

/// Puts `value` where `old` stands. Scalars keep the quoting of the place, and places that share one stay one.
pub(crate) fn overwrite(old: &mut Node, value: Node) {
    let Some(mut scalar) = value.scalar() else {
        *old = value;
        return;
    };
    match old {
        Node::Scalar(place) => {
            scalar.style = place.style;
            *place = scalar;
        }
        Node::Shared(shared) => {
            let mut place = shared.borrow_mut();
            scalar.style = place.style;
            *place = scalar;
        }
        Node::Map(_) | Node::Seq(_) => {
            scalar.style = Style::Plain;
            *old = Node::Scalar(scalar);
        }
    }
}

/// A new text that YAML 1.1 would not read as one is written in quotes.
fn quoted_where_needed(value: Node) -> Node {
    match value {
        Node::Scalar(mut scalar) => {
            let text = matches!(scalar.tag, Tag::Str | Tag::Open);
            if text && scalar.style == Style::Plain && not_a_string_in_yaml_1_1(&scalar.text) {
                scalar.style = Style::Quoted;
            }
            Node::Scalar(scalar)
        }
        other => other,
    }
}

impl Node {
    /// Changes the text of a scalar and nothing else; mappings and sequences stay.
    pub(crate) fn set_text(&mut self, text: impl Into<Str>) {
        match self {
            Node::Scalar(scalar) => scalar.text = text.into(),
            Node::Shared(shared) => shared.borrow_mut().text = text.into(),
            Node::Map(_) | Node::Seq(_) => {}
        }
    }

    /// Changes a whole scalar in place, wherever it is shared.
    pub(crate) fn replace_scalar(&mut self, scalar: Scalar) {
        match self {
            Node::Shared(shared) => *shared.borrow_mut() = scalar,
            other => *other = Node::Scalar(scalar),
        }
    }
}
