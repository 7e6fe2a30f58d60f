//! Scalars: tags, kinds and keys.

use super::{
    Builder, Decoder, Error, Scalar, float_key, go_quote, is_plain, json_number, resolve_v2, yaml_error,
};
use crate::document::{Document, Id, Node, Shape};
use crate::emit::ScalarStyle;
use crate::json;
use crate::number::Number;

/// What a scalar is once its tag has been heard.
pub(super) enum Resolved {
    /// What it resolves to; its text stands for texts and times.
    Known(Scalar),
    /// `!!binary`, decoded.
    Binary(Vec<u8>),
}

const PREFIX: &str = "tag:yaml.org,2002:";

/// Resolves a node by its tag, its style and its text.
pub(super) fn resolve_node(node: &Node<'_>, text: &str, style: ScalarStyle) -> Result<Resolved, Error> {
    let Some(tag) = node.tag().filter(|tag| *tag != "!") else {
        // The tag "!" counts as plain and is known by no name, which leaves text.
        let open = is_plain(style) && node.tag().is_none();
        return Ok(Resolved::Known(if open { resolve_v2(text, true) } else { Scalar::Text }));
    };
    let short = tag.strip_prefix(PREFIX);
    match short {
        Some("binary") => decode_base64(text).map(Resolved::Binary),
        Some("str") => Ok(Resolved::Known(Scalar::Text)),
        Some(wanted @ ("bool" | "int" | "float" | "null" | "timestamp")) => {
            tagged(wanted, text).map(Resolved::Known)
        }
        _ => Ok(Resolved::Known(Scalar::Text)),
    }
}

/// Resolves a scalar whose tag says what it must be.
fn tagged(wanted: &str, text: &str) -> Result<Scalar, Error> {
    let found = match resolve_v2(text, wanted == "timestamp") {
        Scalar::Text if text == "<<" => Scalar::Merge,
        found => found,
    };
    let tag = found.tag().trim_start_matches('!');
    match found {
        _ if tag == wanted => Ok(found),
        Scalar::Number(Number::Int(n)) if wanted == "float" => Ok(Scalar::Number(Number::Float(n as f64))),
        _ => Err(yaml_error(&format!("cannot decode !!{tag} `{text}` as a !!{wanted}"))),
    }
}

/// The text that JSON gives a key.
pub(super) fn key_text(node: &Node<'_>, text: &str, style: ScalarStyle) -> Result<String, Error> {
    Ok(match resolve_node(node, text, style)? {
        Resolved::Binary(bytes) => json::lossy(&bytes).into_owned(),
        Resolved::Known(Scalar::Bool(b)) => b.to_string(),
        Resolved::Known(Scalar::Number(Number::Int(n))) => n.to_string(),
        Resolved::Known(Scalar::Number(Number::Float(f))) => float_key(f),
        Resolved::Known(Scalar::Number(Number::Uint(n))) => {
            return Err(Error::Convert(format!(
                "unsupported map key of type: uint64, key: {n:#x}, value: interface {{}}(nil)"
            )));
        }
        Resolved::Known(Scalar::Null) => {
            return Err(Error::Convert(
                "unsupported map key of type: %!s(<nil>), key: <nil>, value: interface {}(nil)".to_owned(),
            ));
        }
        Resolved::Known(_) => text.to_owned(),
    })
}

impl<B: Builder> Decoder<'_, '_, B> {
    /// Builds a scalar.
    pub(super) fn scalar(
        &mut self,
        node: &Node<'_>,
        text: &str,
        style: ScalarStyle,
    ) -> Result<B::Value, Error> {
        self.builder.at(self.position(node));
        Ok(match resolve_node(node, text, style)? {
            Resolved::Binary(bytes) => self.builder.text(&json::lossy(&bytes)),
            Resolved::Known(Scalar::Null) => self.builder.null(),
            Resolved::Known(Scalar::Bool(b)) => self.builder.bool(b),
            Resolved::Known(Scalar::Number(number)) => {
                let number = json_number(number)?;
                self.builder.number(number)
            }
            Resolved::Known(Scalar::Timestamp | Scalar::Merge | Scalar::Text) => self.builder.text(text),
        })
    }
}

fn decode_base64(text: &str) -> Result<Vec<u8>, Error> {
    let bad = || yaml_error("!!binary value contains invalid base64 data");
    let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
    if !digits.len().is_multiple_of(4) {
        return Err(bad());
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    let last = digits.len() / 4;
    for (i, quad) in digits.chunks(4).enumerate() {
        let pad = quad.iter().rev().take_while(|b| **b == b'=').count();
        if pad > 2 || (pad > 0 && i + 1 != last) {
            return Err(bad());
        }
        let mut word = 0u32;
        for b in quad.iter().take(4 - pad) {
            let six = match b {
                b'A'..=b'Z' => b - b'A',
                b'a'..=b'z' => b - b'a' + 26,
                b'0'..=b'9' => b - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return Err(bad()),
            };
            word = word << 6 | u32::from(six);
        }
        word <<= 6 * pad as u32;
        let [_, a, b, c] = word.to_be_bytes();
        out.extend([a, b, c].iter().take(3 - pad));
    }
    Ok(out)
}

/// A collection as Go's `%#v` prints it, which is what go-yaml says of one that stands as a key.
pub(super) fn go_syntax(document: &Document<'_>, id: Id, depth: usize) -> String {
    let Some(node) = document.nodes.get(id) else { return "interface {}(nil)".to_owned() };
    if depth > 50 {
        return "…".to_owned();
    }
    let parts =
        |ids: Vec<Id>| ids.into_iter().map(|id| go_syntax(document, id, depth + 1)).collect::<Vec<_>>();
    match &node.shape {
        Shape::Alias { target, .. } => go_syntax(document, *target, depth + 1),
        Shape::Sequence { .. } => {
            format!("[]interface {{}}{{{}}}", parts(document.children(id).collect()).join(", "))
        }
        Shape::Mapping { .. } => {
            let parts = parts(document.children(id).collect());
            let pairs: Vec<String> = parts.chunks(2).map(|pair| pair.join(":")).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", pairs.join(", "))
        }
        Shape::Scalar { text, style } => match resolve_node(node, text, *style) {
            Ok(Resolved::Known(Scalar::Null)) | Err(_) => "interface {}(nil)".to_owned(),
            Ok(Resolved::Known(Scalar::Bool(b))) => b.to_string(),
            Ok(Resolved::Known(Scalar::Number(Number::Int(n)))) => n.to_string(),
            Ok(Resolved::Known(Scalar::Number(Number::Uint(n)))) => format!("{n:#x}"),
            Ok(Resolved::Known(Scalar::Number(Number::Float(f)))) => crate::number::format_v(f),
            Ok(Resolved::Binary(bytes)) => go_quote(&json::lossy(&bytes)),
            Ok(Resolved::Known(_)) => go_quote(text),
        },
    }
}
