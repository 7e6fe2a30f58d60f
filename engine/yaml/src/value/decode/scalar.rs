//! Scalars: tags, kinds and keys.

use super::{Builder, Decoder, Error, Scalar, is_plain, resolve_v2, yaml_error};
use crate::document::Node;
use crate::emit::ScalarStyle;
use crate::json;
use crate::number::{Number, format_g};

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
    let found = resolve_v2(text, wanted == "timestamp");
    let tag = found.tag().trim_start_matches('!');
    match found {
        _ if tag == wanted => Ok(found),
        Scalar::Number(Number::Int(n)) if wanted == "float" => Ok(Scalar::Number(Number::Float(n as f64))),
        _ => Err(yaml_error(&format!("cannot decode !!{tag} `{text}` as a !!{wanted}"))),
    }
}

impl<B: Builder> Decoder<'_, '_, B> {
    /// Builds a scalar.
    pub(super) fn scalar(
        &mut self,
        node: &Node<'_>,
        text: &str,
        style: ScalarStyle,
    ) -> Result<B::Value, Error> {
        self.tell(node);
        Ok(match resolve_node(node, text, style)? {
            Resolved::Binary(bytes) => self.builder.text(&json::lossy(&bytes)),
            Resolved::Known(Scalar::Null) => self.builder.null(),
            Resolved::Known(Scalar::Bool(b)) => self.builder.bool(b),
            Resolved::Known(Scalar::Number(number)) => {
                if let Number::Float(f) = number
                    && !f.is_finite()
                {
                    // go-yaml decodes it, and only JSON will refuse it.
                    let value = format_g(f);
                    self.bad_number
                        .get_or_insert_with(|| Error::Convert(format!("json: unsupported value: {value}")));
                }
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
