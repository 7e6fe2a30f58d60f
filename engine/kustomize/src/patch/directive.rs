//! `$patch` directives in a strategic merge patch.

use super::elements::{Element, set_element};
use crate::node::{Fault, Node, node_text};

const KEY: &str = "$patch";

/// What a patch says is to be done with the value it is laid over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

/// Reads the directive of a mapping or a sequence and takes it out of the patch.
///
/// # Errors
/// An unknown directive, and a patch that is neither.
pub(super) fn take(patch: &mut Node) -> Result<Directive, Fault> {
    match patch {
        Node::Map(map) => {
            let Some(value) = map.field(KEY) else { return Ok(Directive::Merge) };
            let directive = read(&value.text())?;
            map.remove(KEY);
            Ok(directive)
        }
        Node::Seq(items) => {
            let Some(item) = items.iter().find(|item| item.field(KEY).is_some()) else {
                return Ok(Directive::Merge);
            };
            // An element with further fields is about that element, not about the list.
            if item.entries().len() > 1 {
                return Ok(Directive::Merge);
            }
            let text = item.field(KEY).map(Node::text).unwrap_or_default();
            let directive = read(&text)?;
            let kept = std::mem::take(items).into_iter().map(Element::Own).collect();
            let kept = set_element(kept, &[], None, &[KEY.to_owned()], &[text.to_string()])?;
            items.extend(kept.into_iter().filter_map(Element::into_own));
            Ok(directive)
        }
        other => Err(Fault::said(format!(
            "no implemented strategic merge patch strategy for '{}' ('{}')",
            if other.is_null() { "!!null" } else { "!!str" },
            node_text(other)
        ))),
    }
}

fn read(text: &str) -> Result<Directive, Fault> {
    match text {
        "delete" => Ok(Directive::Delete),
        "replace" => Ok(Directive::Replace),
        "merge" => Ok(Directive::Merge),
        _ => Err(Fault::said(format!("unknown patch strategy '{text}'"))),
    }
}
