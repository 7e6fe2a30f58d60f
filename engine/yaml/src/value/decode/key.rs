//! Keys: Go keeps their kind, JSON makes them text.

use std::borrow::Cow;

use super::Error;
use super::scalar::{Resolved, resolve_node};
use crate::document::{Document, Id, Node, Shape};
use crate::emit::ScalarStyle;
use crate::json;
use crate::number::{Number, format_g, format_g32};
use crate::resolve::Scalar;

/// A scalar key as go-yaml decodes it.
pub(super) enum Key<'a> {
    Nil,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
}

impl<'a> Key<'a> {
    /// Resolves a scalar that stands as a key.
    pub(super) fn of(node: &Node<'_>, text: &Cow<'a, str>, style: ScalarStyle) -> Result<Self, Error> {
        Ok(match resolve_node(node, text, style)? {
            Resolved::Binary(bytes) => Key::Text(Cow::Owned(json::lossy(&bytes).into_owned())),
            Resolved::Known(Scalar::Null) => Key::Nil,
            Resolved::Known(Scalar::Bool(b)) => Key::Bool(b),
            Resolved::Known(Scalar::Number(number)) => Key::Number(number),
            Resolved::Known(_) => Key::Text(text.clone()),
        })
    }

    /// The text that JSON gives it, or the Go type of one that JSON can't have.
    pub(super) fn json(&self) -> Result<Cow<'_, str>, &'static str> {
        Ok(match self {
            Key::Nil => return Err("%!s(<nil>)"),
            Key::Number(Number::Uint(_)) => return Err("uint64"),
            Key::Bool(true) => "true".into(),
            Key::Bool(false) => "false".into(),
            Key::Number(Number::Int(n)) => n.to_string().into(),
            Key::Number(Number::Float(f)) => match format_g32(*f).as_str() {
                "+Inf" => ".inf".into(),
                "-Inf" => "-.inf".into(),
                "NaN" => ".nan".into(),
                text => text.to_owned().into(),
            },
            Key::Text(text) => Cow::Borrowed(text),
        })
    }

    /// A letter that tells Go's kinds apart where their syntax doesn't.
    pub(super) fn kind(&self) -> char {
        match self {
            Key::Nil => 'n',
            Key::Bool(_) => 'b',
            Key::Number(Number::Int(_)) => 'i',
            Key::Number(Number::Uint(_)) => 'u',
            Key::Number(Number::Float(_)) => 'f',
            Key::Text(_) => 's',
        }
    }

    /// The key as Go's `%#v` prints it.
    pub(super) fn go_syntax(&self) -> String {
        match self {
            Key::Nil => "<nil>".to_owned(),
            Key::Bool(b) => b.to_string(),
            Key::Number(Number::Int(n)) => n.to_string(),
            Key::Number(Number::Uint(n)) => format!("{n:#x}"),
            Key::Number(Number::Float(f)) => format_g(*f),
            Key::Text(text) => go_quote(text),
        }
    }
}

/// A node as Go's `%#v` prints its value.
pub(super) fn top_go_syntax(document: &Document<'_>, id: Id) -> String {
    match go_syntax(document, id, 0) {
        nil if nil == "interface {}(nil)" => "<nil>".to_owned(),
        text => text,
    }
}

/// A node's value as it stands inside of what Go's `%#v` prints.
pub(super) fn go_syntax(document: &Document<'_>, id: Id, depth: usize) -> String {
    let Some(node) = document.nodes.get(id).filter(|_| depth < 50) else {
        return "interface {}(nil)".to_owned();
    };
    let parts = || document.children(id).map(|id| go_syntax(document, id, depth + 1)).collect::<Vec<_>>();
    match &node.shape {
        Shape::Alias { target, .. } => go_syntax(document, *target, depth + 1),
        Shape::Sequence { .. } => format!("[]interface {{}}{{{}}}", parts().join(", ")),
        Shape::Mapping { .. } => {
            let pairs: Vec<String> = parts().chunks(2).map(|pair| pair.join(":")).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", pairs.join(", "))
        }
        Shape::Scalar { text, style } => match Key::of(node, text, *style) {
            Ok(Key::Nil) | Err(_) => "interface {}(nil)".to_owned(),
            Ok(key) => key.go_syntax(),
        },
    }
}

/// A text as Go's `%#v` quotes it.
fn go_quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..=' ' if c != ' ' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            '\u{7f}' => out.push_str("\\x7f"),
            '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{a0}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
