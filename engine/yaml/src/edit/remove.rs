//! Removing keys and items.

use super::Error;
use super::change::Changes;
use super::layout::Layout;
use super::select::Spot;
use crate::document::{Id, Shape};

/// Removes what stands at a place, with its key or dash.
pub(super) fn remove(layout: &Layout<'_>, spot: &Spot, changes: &mut Changes) -> Result<(), Error> {
    let Spot::Node { id, parent, key } = spot else { return Ok(()) };
    let Some(parent) = *parent else { return Err(Error::Unnamed) };
    let entries: Vec<(Id, Id)> = match layout.shape(parent) {
        Some(Shape::Mapping { .. }) => layout.pairs(parent),
        _ => layout.children(parent).into_iter().map(|id| (id, id)).collect(),
    };
    let first = key.unwrap_or(*id);
    let Some(at) = entries.iter().position(|(start, _)| *start == first) else { return Ok(()) };
    if layout.is_flow(parent) {
        from_flow(layout, &entries, at, changes);
    } else if entries.len() == 1 {
        empty(layout, parent, changes);
    } else {
        from_block(layout, parent, &entries, at, changes);
    }
    Ok(())
}

fn start(layout: &Layout<'_>, id: Id) -> usize {
    layout.node(id).map_or(0, |node| node.start.offset())
}

/// Removes an entry with the comma that is no longer needed.
fn from_flow(layout: &Layout<'_>, entries: &[(Id, Id)], at: usize, changes: &mut Changes) {
    let Some((first, last)) = entries.get(at).copied() else { return };
    let (from, to) = (start(layout, first), layout.content_end(last));
    match (entries.get(at + 1), at.checked_sub(1).and_then(|before| entries.get(before))) {
        (Some((next, _)), _) => changes.remove(from..start(layout, *next)),
        (None, Some((_, before))) => changes.remove(layout.content_end(*before)..to),
        (None, None) => changes.remove(from..to),
    }
}

/// Puts empty brackets in the place of a collection whose only entry goes.
fn empty(layout: &Layout<'_>, parent: Id, changes: &mut Changes) {
    let brackets = if matches!(layout.shape(parent), Some(Shape::Mapping { .. })) { "{}" } else { "[]" };
    let Some(node) = layout.node(parent) else { return };
    let (from, to) = (node.body.offset(), layout.content_end(parent));
    let before = layout.text.get(..from).unwrap_or("");
    // On lines of its own it moves up behind its colon.
    let line = before.get(layout.line_start(from)..).unwrap_or("");
    let head = before.trim_end();
    let comment = head.get(head.rfind('\n').map_or(0, |i| i + 1)..).is_some_and(|line| line.contains('#'));
    if line.trim().is_empty() && head.ends_with(':') && !comment {
        changes.replace(head.len()..to, format!(" {brackets}"));
    } else {
        changes.replace(from..to, brackets);
    }
}

/// Removes the lines of an entry. What else stands on its first line, as the dash before a first key does, stays.
fn from_block(layout: &Layout<'_>, parent: Id, entries: &[(Id, Id)], at: usize, changes: &mut Changes) {
    let Some((first, last)) = entries.get(at).copied() else { return };
    let list = matches!(layout.shape(parent), Some(Shape::Sequence { .. }));
    let from = if list { dash_before(layout, start(layout, first)) } else { start(layout, first) };
    let line = layout.line_start(from);
    let alone = layout.text.get(line..from).is_some_and(|before| before.trim().is_empty());
    let to = layout.next_line(layout.content_end(last));
    if alone {
        let last_of_text = to == layout.text.len() && !layout.text.ends_with('\n');
        if last_of_text {
            // The text had no line break at its end, and still has none.
            let before = layout.text.get(..line).unwrap_or("");
            changes.remove(before.trim_end_matches(['\n', '\r']).len()..to);
        } else {
            changes.remove(line..to);
        }
    } else if let Some((next, _)) = entries.get(at + 1) {
        let next = start(layout, *next);
        changes.remove(from..if list { dash_before(layout, next) } else { next });
    } else {
        changes.remove(from..layout.content_end(last));
    }
}

/// Where the dash of an item stands.
fn dash_before(layout: &Layout<'_>, item: usize) -> usize {
    layout.text.get(..item).and_then(|before| before.rfind('-')).unwrap_or(item)
}
