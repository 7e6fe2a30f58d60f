//! Changing the order of a sequence's items, without writing any of them anew.

use std::ops::Range;

use super::change::Changes;
use super::layout::Layout;
use super::remove::dash_before;
use crate::document::{Id, Shape};

/// Puts the items of a sequence in another order: `order` names, for each place, the item that comes to stand there.
///
/// Comments above an item move with it. Nothing is changed where items share lines with something else.
pub(super) fn reorder(layout: &Layout<'_>, list: Id, order: &[usize], changes: &mut Changes) {
    let items = layout.children(list);
    if order.len() != items.len() || order.is_sorted() {
        return;
    }
    let pieces: Option<Vec<Range<usize>>> = match layout.shape(list) {
        Some(Shape::Sequence { flow: true }) => {
            items.iter().map(|id| Some(layout.node(*id)?.start.offset()..layout.content_end(*id))).collect()
        }
        Some(Shape::Sequence { flow: false }) => block_pieces(layout, &items),
        _ => None,
    };
    let Some(pieces) = pieces else { return };
    let flow = layout.is_flow(list);
    let last = pieces.len().saturating_sub(1);
    for (place, (range, item)) in pieces.iter().zip(order).enumerate() {
        let Some(text) = pieces.get(*item).and_then(|piece| layout.text.get(piece.clone())) else { return };
        if *item == place {
            continue;
        }
        // The text's last line may have no break, and gives that up only at the end.
        let ends = text.ends_with('\n') || flow;
        let open = layout.text.get(range.clone()).is_some_and(|old| !old.ends_with('\n')) && place == last;
        match (ends, open && !flow) {
            (true, true) => changes.replace(range.clone(), text.trim_end_matches(['\n', '\r'])),
            (false, false) => changes.replace(range.clone(), format!("{text}{}", layout.eol)),
            _ => changes.replace(range.clone(), text),
        }
    }
}

/// The lines of each item, with the comments directly above it.
fn block_pieces(layout: &Layout<'_>, items: &[Id]) -> Option<Vec<Range<usize>>> {
    let mut pieces = Vec::with_capacity(items.len());
    let mut floor = 0;
    for id in items {
        let dash = dash_before(layout, layout.node(*id)?.start.offset());
        let mut from = layout.line_start(dash);
        if !layout.text.get(from..dash)?.trim().is_empty() || from < floor {
            return None;
        }
        while from > floor {
            let above = layout.line_start(from - 1);
            if above < floor || !layout.text.get(above..from)?.trim_start().starts_with('#') {
                break;
            }
            from = above;
        }
        let to = layout.next_line(layout.content_end(*id));
        pieces.push(from..to);
        floor = to;
    }
    Some(pieces)
}
