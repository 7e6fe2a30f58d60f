//! Setting what is there.

use super::change::Changes;
use super::layout::Layout;
use super::select::Spot;
use super::value::NewValue;
use super::{Error, insert, render};
use crate::document::{Id, Shape};
use crate::emit::ScalarStyle;

/// Sets a place to a value.
pub(super) fn set(
    layout: &Layout<'_>,
    spot: &Spot,
    value: &NewValue,
    changes: &mut Changes,
) -> Result<(), Error> {
    match spot {
        Spot::Missing { under, steps } => insert::create(layout, under, steps, value, changes),
        // An alias is replaced itself: what it stands for is somebody else's too.
        Spot::Node { id, parent, key } => {
            replace(layout, *id, *parent, *key, value, changes);
            Ok(())
        }
    }
}

/// Replaces a node, whatever it is, by a scalar.
pub(super) fn replace(
    layout: &Layout<'_>,
    id: Id,
    parent: Option<Id>,
    key: Option<Id>,
    value: &NewValue,
    changes: &mut Changes,
) {
    let Some(node) = layout.node(id) else { return changes.insert(0, inline_line(layout, value)) };
    let flow = parent.is_some_and(|parent| layout.is_flow(parent));
    let like = match node.shape {
        Shape::Scalar { style, .. } => style,
        _ => ScalarStyle::Plain,
    };
    if same(layout, id, value) {
        return;
    }
    let end = layout.content_end(id);
    // A tag would no longer fit, so it goes; an anchor stays.
    let anchored = node.props.as_ref().is_some_and(|props| props.anchor.is_some() && props.tag.is_none());
    let start = if anchored { node.body.offset() } else { node.start.offset() };
    if anchored && layout.document.children(id).next().is_some() && !layout.is_flow(id) {
        // The anchor names the new value, on its own line.
        let start = layout.text.get(..start).map_or(start, |before| before.trim_end().len());
        return changes.replace(start..end, format!(" {}", render::inline(value, like, flow)));
    }
    if node.start.offset() == end && node.props.is_none() {
        return fill(layout, id, key, flow, value, changes);
    }
    let block = matches!(node.shape, Shape::Sequence { flow: false } | Shape::Mapping { flow: false });
    if block && node.props.is_none() && key.is_some_and(|key| layout.line(key) < layout.line(id)) {
        // The collection stands on lines of its own: they go, and the line of the key keeps its comment.
        let colon = key.and_then(|key| layout.colon(key)).unwrap_or(start);
        let column = parent.map_or(0, |parent| layout.column(parent)) + layout.step();
        let new = (!flow).then(|| render::block(value, column, layout.eol)).flatten();
        let (head, lines) = match new {
            Some(block) => (block.header.to_owned(), block.lines),
            None => (render::inline(value, like, flow), String::new()),
        };
        // A comment behind the last item would become part of a block's text.
        let rest = layout.text.get(end..layout.line_end(end)).unwrap_or("");
        let end = if rest.trim().is_empty() || !lines.is_empty() { layout.line_end(end) } else { end };
        changes.insert(colon, format!(" {head}"));
        changes.replace(layout.line_end(colon)..end, lines);
        return;
    }
    if !flow && let Some(block) = render::block(value, block_column(layout, id, parent), layout.eol) {
        let line_end = layout.line_end(end);
        let comment = layout.text.get(end..line_end).unwrap_or("").to_owned();
        let literal = matches!(like, ScalarStyle::Literal | ScalarStyle::Folded);
        let tail = if literal || comment.trim().is_empty() { String::new() } else { comment };
        changes.replace(
            start..if literal { end } else { line_end },
            format!("{}{tail}{}", block.header, block.lines),
        );
        return;
    }
    // Behind an anchor that named nothing there may be no blank yet.
    let joined =
        anchored && layout.text.get(..start).is_some_and(|before| !before.ends_with([' ', '\t', '\n']));
    let lead = if joined { " " } else { "" };
    changes.replace(start..end, format!("{lead}{}", render::inline(value, like, flow)));
}

/// Whether a node says what a value says already.
fn same(layout: &Layout<'_>, id: Id, value: &NewValue) -> bool {
    let Some(node) = layout.node(id) else { return false };
    let Shape::Scalar { text, style } = &node.shape else { return false };
    if node.tag().is_some() {
        return false;
    }
    match value {
        NewValue::Text(new) => {
            let quoted = *style != ScalarStyle::Plain;
            text == new && (quoted || render::key(text, ScalarStyle::Plain, false) == *text)
        }
        NewValue::Number(new) => *style == ScalarStyle::Plain && text == new,
        NewValue::Bool(new) => *style == ScalarStyle::Plain && *text == new.to_string(),
        NewValue::Null => layout.is_null(id) && !text.is_empty(),
        NewValue::Fields(_) => false,
    }
}

/// Writes a value where nothing stands yet: behind a colon or a dash, or as the whole document.
fn fill(layout: &Layout<'_>, id: Id, key: Option<Id>, flow: bool, value: &NewValue, changes: &mut Changes) {
    let Some(key) = key else {
        let at = layout.node(id).map_or(0, |node| node.start.offset());
        let dash = layout.text.get(..at).is_some_and(|before| before.ends_with('-'));
        let text = render::inline(value, ScalarStyle::Plain, flow);
        return changes.insert(at, if dash { format!(" {text}") } else { inline_line(layout, value) });
    };
    let (at, lead) = match layout.colon(key) {
        Some(colon) => (colon, " "),
        None => (layout.content_end(key), ": "),
    };
    if !flow {
        let column = layout.node(key).map_or(0, |key| key.start.column()) + layout.step();
        if let Some(block) = render::block(value, column, layout.eol) {
            changes.insert(at, format!(" {}", block.header));
            return changes.insert(layout.line_end(at), block.lines);
        }
    }
    changes.insert(at, format!("{lead}{}", render::inline(value, ScalarStyle::Plain, flow)));
}

fn inline_line(layout: &Layout<'_>, value: &NewValue) -> String {
    format!("{}{}", render::inline(value, ScalarStyle::Plain, false), layout.eol)
}

/// The column for the lines of a block scalar that stands in place of a node.
fn block_column(layout: &Layout<'_>, id: Id, parent: Option<Id>) -> usize {
    if let Some(node) = layout.node(id)
        && matches!(node.shape, Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. })
    {
        // The old lines' column, if there are any.
        let first = layout.next_line(node.body.offset());
        let lines = layout.text.get(first..layout.content_end(id)).unwrap_or("");
        let column = lines
            .lines()
            .find(|line| !line.trim().is_empty())
            .map(|line| line.len() - line.trim_start().len());
        if let Some(column) = column.filter(|column| *column > 0) {
            return column;
        }
    }
    match parent {
        None => 2,
        Some(parent) if matches!(layout.shape(parent), Some(Shape::Sequence { .. })) => {
            layout.column(parent) + 2
        }
        Some(parent) => layout.column(parent) + layout.step(),
    }
}
