//! A project file's YAML with the place of everything in it.

use std::sync::Arc;

use crate::diagnostic::{Span, Spanned};

/// One value of a project file and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Where it begins.
    pub span: Span,
    /// What it is.
    pub content: Content,
}

/// What a [`Node`] is.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// Anything that is neither a list nor a map.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the file's order. A key that stands twice has been reported and its first value kept.
    Map(Vec<(Spanned<Arc<str>>, Node)>),
}

/// A scalar as it is written and as YAML 1.1 reads it.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    /// The text as written, quotes and escapes undone.
    pub text: Arc<str>,
    /// What it is read as.
    pub kind: ScalarKind,
}

/// What a scalar is read as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ScalarKind {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`, and YAML 1.1's other words for them.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Text.
    Text,
}

impl Node {
    /// The node under a key, where this is a map that has it.
    pub(crate) fn field(&self, key: &str) -> Option<&Node> {
        match &self.content {
            Content::Map(fields) => {
                fields.iter().find(|(name, _)| name.value.as_ref() == key).map(|(_, node)| node)
            }
            _ => None,
        }
    }

    /// Whether it is nothing, `~` or `null`: an absent field as far as project files are concerned.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(Scalar { kind: ScalarKind::Null, .. }))
    }

    /// What an error calls it.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.content {
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
            Content::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => "nothing",
                ScalarKind::Bool(_) => "true or false",
                ScalarKind::Int(_) | ScalarKind::Float(_) => "a number",
                ScalarKind::Text => "text",
            },
        }
    }

    /// Lays `over` on this node, as a project's file lies on the organization's file of the same name: maps go
    /// field by field, anything else replaces. Everything keeps its own place, so that errors point into the file
    /// that is to be changed.
    pub(crate) fn overlay(self, over: Node) -> Node {
        match (self.content, over.content) {
            (Content::Map(mut fields), Content::Map(changes)) => {
                for (key, change) in changes {
                    match fields.iter_mut().find(|(name, _)| name.value == key.value) {
                        Some(field) => {
                            let below = std::mem::replace(&mut field.1, Node::null(change.span.clone()));
                            *field = (key, below.overlay(change));
                        }
                        None => fields.push((key, change)),
                    }
                }
                Node { span: over.span, content: Content::Map(fields) }
            }
            (_, content) => Node { span: over.span, content },
        }
    }

    fn null(span: Span) -> Node {
        let scalar = Scalar { text: Arc::from(""), kind: ScalarKind::Null };
        Node { span, content: Content::Scalar(scalar) }
    }
}
