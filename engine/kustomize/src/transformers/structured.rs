//! Replacements within YAML or JSON that stands as text in a field.

use fairlead_yaml::json;

use crate::node::{Kind, Node, Step, child_mut, find, lookup, lookup_mut, node_text, parse, steps, to_value};

/// Writes a value where the path leads on into the text of a scalar. Says whether it did: where it cannot, for whatever
/// reason, the path is taken to lead elsewhere.
pub(super) fn write_inside(node: &mut Node, path: &[String], value: &Node, create: Option<Kind>) -> bool {
    if path.len() < 2 {
        return false;
    }
    let Some((outer, inner, text)) = split(node, path) else { return false };
    let Ok(mut document) = parse(&text) else { return false };
    let Ok(found) = find(&mut document, inner, create) else { return false };
    if found.is_empty() {
        return false;
    }
    for place in found.places {
        let mut at = &mut document;
        for step in place {
            at = child_mut(at, step);
        }
        if at.kind() == Kind::Scalar { at.set_text(value.text()) } else { *at = value.clone() }
    }
    let Some(printed) = print(&document, &text) else { return false };
    let Ok(Some(scalar)) = lookup_mut(node, &outer) else { return false };
    scalar.set_text(printed);
    true
}

/// The part of the path that leads to a scalar with YAML in it, the rest, and the text.
fn split<'p>(node: &Node, path: &'p [String]) -> Option<(Vec<Step>, &'p [String], String)> {
    for end in 1..path.len() {
        // Where a part of the path leads nowhere, no longer part leads anywhere.
        let outer = steps(&path[..end]).ok()?;
        let found = lookup(node, &outer).ok()??;
        if found.kind() == Kind::Scalar && parse(&found.text()).is_ok() {
            return Some((outer, &path[end..], found.text().to_string()));
        }
    }
    None
}

/// Prints the changed document in the way of the old text: JSON stays JSON.
fn print(document: &Node, old: &str) -> Option<String> {
    if !old.trim_start().starts_with(['{', '[']) {
        return Some(node_text(document).trim().to_owned());
    }
    let value = to_value(document).ok()?;
    let indent = (old.contains('\n') && old.contains("  ")).then_some(("", "  "));
    json::to_string(&value, json::Options { indent, ..json::Options::default() }).ok()
}
