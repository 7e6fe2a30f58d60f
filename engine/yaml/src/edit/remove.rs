//! Removing keys and items.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Error;
use super::change::Changes;
use super::layout::Layout;
use super::select::Spot;
use crate::document::{Id, Shape};

/// Removes what stands at places, with keys and dashes, and tells how many there were.
pub(super) fn remove(layout: &Layout<'_>, spots: &[Spot], changes: &mut Changes) -> Result<usize, Error> {
    let mut goes: BTreeMap<Id, (Entries, Vec<bool>)> = BTreeMap::new();
    let mut places = 0;
    for spot in spots {
        let Spot::Node { id, parent, key } = spot else { continue };
        let parent = parent.ok_or(Error::Unnamed)?;
        let (entries, marks) = goes.entry(parent).or_insert_with(|| {
            let entries = entries(layout, parent);
            let marks = vec![false; entries.len()];
            (entries, marks)
        });
        // Nodes are numbered in the order of the text.
        let at = entries.binary_search_by_key(&key.unwrap_or(*id), |(first, _)| *first);
        if let Some(mark) = at.ok().and_then(|at| marks.get_mut(at)) {
            places += usize::from(!*mark);
            *mark = true;
        }
    }
    for (parent, (entries, marks)) in goes {
        if !marks.contains(&false) {
            empty(layout, parent, changes);
        } else if layout.is_flow(parent) {
            runs(&marks).for_each(|run| from_flow(layout, &entries, run, changes));
        } else {
            runs(&marks).for_each(|run| from_block(layout, parent, &entries, run, changes));
        }
    }
    Ok(places)
}

/// Where each entry of a collection starts, and where it ends.
type Entries = Vec<(Id, Id)>;

fn entries(layout: &Layout<'_>, parent: Id) -> Entries {
    match layout.shape(parent) {
        Some(Shape::Mapping { .. }) => layout.pairs(parent),
        _ => layout.children(parent).into_iter().map(|id| (id, id)).collect(),
    }
}

/// The entries that go, in ranges between those that stay.
fn runs(marks: &[bool]) -> impl Iterator<Item = Range<usize>> {
    marks
        .chunk_by(|a, b| a == b)
        .scan(0, |at, run| {
            let start = *at;
            *at += run.len();
            Some((run.first() == Some(&true)).then_some(start..*at))
        })
        .flatten()
}

fn start(layout: &Layout<'_>, id: Id) -> usize {
    layout.node(id).map_or(0, |node| node.start.offset())
}

/// Removes entries with the commas that are no longer needed.
fn from_flow(layout: &Layout<'_>, entries: &[(Id, Id)], run: Range<usize>, changes: &mut Changes) {
    let Some((first, _)) = entries.get(run.start) else { return };
    let end = entries.get(run.end.saturating_sub(1)).map_or(0, |(_, last)| layout.content_end(*last));
    let from = start(layout, *first);
    match (entries.get(run.end), run.start.checked_sub(1).and_then(|before| entries.get(before))) {
        (Some((next, _)), _) => changes.remove(from..start(layout, *next)),
        (None, Some((_, before))) => changes.remove(layout.content_end(*before)..end),
        (None, None) => changes.remove(from..end),
    }
}

/// Puts empty brackets in the place of a collection whose entries all go.
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

/// Removes the lines of entries. What else stands on a first line, as the dash before a first key does, stays.
fn from_block(
    layout: &Layout<'_>,
    parent: Id,
    entries: &[(Id, Id)],
    run: Range<usize>,
    changes: &mut Changes,
) {
    let list = matches!(layout.shape(parent), Some(Shape::Sequence { .. }));
    let begin = |id: Id| if list { dash_before(layout, start(layout, id)) } else { start(layout, id) };
    let next = entries.get(run.end).map(|(next, _)| begin(*next));
    for (first, last) in entries.get(run).into_iter().flatten().copied() {
        let from = begin(first);
        let line = layout.line_start(from);
        let alone = layout.text.get(line..from).is_some_and(|before| before.trim().is_empty());
        let to = layout.next_line(layout.content_end(last));
        if !alone {
            // Only the first entry shares its line; what stays after it moves up.
            return changes.remove(from..next.unwrap_or(layout.content_end(last)));
        }
        if to == layout.text.len() && !layout.text.ends_with('\n') {
            // The text had no line break at its end, and still has none.
            let before = layout.text.get(..line).unwrap_or("");
            changes.remove(before.trim_end_matches(['\n', '\r']).len()..to);
        } else {
            changes.remove(line..to);
        }
    }
}

/// Where the dash of an item stands.
pub(super) fn dash_before(layout: &Layout<'_>, item: usize) -> usize {
    layout.text.get(..item).and_then(|before| before.rfind('-')).unwrap_or(item)
}
