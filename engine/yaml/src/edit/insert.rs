//! Adding keys and items.

use super::change::Changes;
use super::layout::Layout;
use super::path::Step;
use super::select::{Spot, resolve};
use super::value::NewValue;
use super::{Error, render};
use crate::document::{Id, Shape};
use crate::emit::ScalarStyle;

/// Adds an item to the sequence at a place: before one of its items, or at the end.
pub(super) fn item(
    layout: &Layout<'_>,
    spot: &Spot,
    before: Option<usize>,
    value: &NewValue,
    changes: &mut Changes,
) -> Result<(), Error> {
    let id = match spot {
        Spot::Missing { under, steps } => {
            let mut steps = steps.clone();
            steps.push(Step::New);
            return create(layout, under, &steps, value, changes);
        }
        Spot::Node { id, .. } => resolve(layout, *id),
    };
    let found = match layout.shape(id) {
        Some(Shape::Mapping { .. }) => Some("a mapping"),
        Some(Shape::Scalar { .. }) if !layout.is_null(id) => Some("a scalar"),
        _ => None,
    };
    if let Some(found) = found {
        return Err(Error::Mismatch { step: "a new item".to_owned(), found, line: layout.line(id) });
    }
    let items = layout.children(id);
    match before.and_then(|before| items.get(before)) {
        None => create(layout, spot, &[Step::New], value, changes),
        Some(next) => before_item(layout, id, *next, value, changes),
    }
}

/// Puts an item before another one.
fn before_item(
    layout: &Layout<'_>,
    list: Id,
    next: Id,
    value: &NewValue,
    changes: &mut Changes,
) -> Result<(), Error> {
    let start = layout.node(next).map_or(0, |node| node.start.offset());
    if layout.is_flow(list) {
        changes.insert(start, format!("{}, ", render::inline(value, layout.quoting(), true)));
        return Ok(());
    }
    let column = layout.column(list);
    let dash = layout.text.get(..start).and_then(|before| before.rfind('-')).unwrap_or(start);
    let new = block_lines(layout, &[Step::New], value, column)?;
    // A sequence may begin behind the dash of the one around it: its first line is shared.
    changes.insert(dash, format!("{}{}{}", new.trim_start_matches(' '), layout.eol, " ".repeat(column)));
    Ok(())
}

/// Creates what is missing under a place.
pub(super) fn create(
    layout: &Layout<'_>,
    under: &Spot,
    steps: &[Step],
    value: &NewValue,
    changes: &mut Changes,
) -> Result<(), Error> {
    let Spot::Node { id, parent, key } = under else { return Err(Error::Unnamed) };
    let id = resolve(layout, *id);
    // A sequence that is made begins with its first item.
    let there = usize::from(matches!(layout.shape(id), Some(Shape::Sequence { .. })));
    if let Some(index) = steps.iter().skip(there).find_map(|step| match step {
        Step::Index(index) if *index != 0 => Some(*index),
        _ => None,
    }) {
        return Err(Error::Index { index, line: layout.line(id) });
    }
    match layout.shape(id) {
        Some(Shape::Mapping { flow: true } | Shape::Sequence { flow: true }) => {
            let new = flow_entry(layout, steps, value)?;
            into_flow(layout, id, &new, changes);
            Ok(())
        }
        Some(Shape::Mapping { flow: false } | Shape::Sequence { flow: false }) => {
            let column = layout.column(id);
            let new = block_lines(layout, steps, value, column)?;
            after(layout, layout.content_end(id), &new, changes);
            Ok(())
        }
        _ => into_nothing(layout, id, *parent, *key, steps, value, changes),
    }
}

/// Puts lines behind the line that holds an offset. The lines come without the break before them.
fn after(layout: &Layout<'_>, at: usize, lines: &str, changes: &mut Changes) {
    let end = layout.line_end(at);
    changes.insert(end, format!("{}{lines}", layout.eol));
}

/// Puts an entry at the end of a collection in brackets.
fn into_flow(layout: &Layout<'_>, id: Id, new: &str, changes: &mut Changes) {
    let Some(node) = layout.node(id) else { return };
    let close = node.end.offset().saturating_sub(1);
    let Some(last) = layout.children(id).last().copied() else {
        let open = node.body.offset() + 1;
        return changes.replace(open..close, new);
    };
    let end = layout.content_end(last);
    let tail = layout.text.get(end..close).unwrap_or("");
    let comma = tail.find(',').filter(|at| !tail.get(..*at).unwrap_or("").contains('#'));
    let on_lines = tail.contains('\n');
    let lead = if on_lines {
        let column = layout.node(last).map_or(0, |last| last.start.column());
        let own_line =
            layout.text.get(layout.line_start(end)..end).is_some_and(|line| !line.trim_start().is_empty());
        format!("{}{}", layout.eol, " ".repeat(if own_line { leading(layout, end) } else { column }))
    } else {
        " ".to_owned()
    };
    match comma {
        Some(at) if on_lines => {
            let line_end = layout.line_end(end + at);
            changes.insert(line_end, format!("{lead}{new},"));
        }
        Some(at) => changes.insert(end + at + 1, format!("{lead}{new}")),
        None if on_lines => {
            changes.insert(end, ",");
            changes.insert(layout.line_end(end), format!("{lead}{new}"));
        }
        None => changes.insert(end, format!(",{lead}{new}")),
    }
}

/// How many blanks the line that holds an offset begins with.
fn leading(layout: &Layout<'_>, at: usize) -> usize {
    let line = layout.text.get(layout.line_start(at)..at).unwrap_or("");
    line.len() - line.trim_start_matches(' ').len()
}

/// Puts a collection where nothing, or `null`, stands.
fn into_nothing(
    layout: &Layout<'_>,
    id: Id,
    parent: Option<Id>,
    key: Option<Id>,
    steps: &[Step],
    value: &NewValue,
    changes: &mut Changes,
) -> Result<(), Error> {
    let Some(node) = layout.node(id) else {
        let lead = if layout.text.is_empty() || layout.text.ends_with('\n') { "" } else { layout.eol };
        let new = block_lines(layout, steps, value, 0)?;
        changes.insert(layout.text.len(), format!("{lead}{new}{}", layout.eol));
        return Ok(());
    };
    let (start, end) = (node.start.offset(), layout.content_end(id));
    if parent.is_some_and(|parent| layout.is_flow(parent)) {
        let new = bracketed(layout, steps, value)?;
        let colon = key.and_then(|key| layout.colon(key));
        match colon {
            Some(colon) if start == end => changes.insert(colon, format!(" {new}")),
            None if start == end => changes.insert(end, format!(": {new}")),
            _ => changes.replace(start..end, new),
        }
        return Ok(());
    }
    let Some(parent) = parent else { return into_empty_document(layout, start..end, steps, value, changes) };
    let outer = layout.column(parent);
    let list = matches!(steps.first(), Some(Step::New | Step::Index(_)));
    let column = outer + if list { layout.dash_step() } else { layout.step() };
    let in_list = matches!(layout.shape(parent), Some(Shape::Sequence { .. }));
    if in_list {
        // Behind a dash the collection begins on the same line.
        let new = block_lines(layout, steps, value, outer + 2)?;
        let lead = if start == end { " " } else { "" };
        changes.replace(start..end, format!("{lead}{}", new.trim_start_matches(' ')));
        return Ok(());
    }
    let new = block_lines(layout, steps, value, column)?;
    if start < end {
        let blank = layout.text.get(..start).is_some_and(|before| before.ends_with(' '));
        changes.remove(start - usize::from(blank)..end);
    }
    let at = key.and_then(|key| layout.colon(key)).unwrap_or(end);
    changes.insert(layout.line_end(at.max(end)), format!("{}{new}", layout.eol));
    Ok(())
}

fn into_empty_document(
    layout: &Layout<'_>,
    range: std::ops::Range<usize>,
    steps: &[Step],
    value: &NewValue,
    changes: &mut Changes,
) -> Result<(), Error> {
    let new = block_lines(layout, steps, value, 0)?;
    if range.start < range.end {
        changes.replace(range, new);
        return Ok(());
    }
    let at = range.start;
    let before = layout.text.get(..at).unwrap_or("");
    let lead = if before.is_empty() || before.ends_with('\n') { "" } else { layout.eol };
    changes.insert(at, format!("{lead}{new}{}", layout.eol));
    Ok(())
}

/// The lines of what is missing, without a break at either end.
fn block_lines(
    layout: &Layout<'_>,
    steps: &[Step],
    value: &NewValue,
    column: usize,
) -> Result<String, Error> {
    let mut out = String::new();
    let mut column = column;
    let mut on_line = false;
    for (i, step) in steps.iter().enumerate() {
        if !on_line {
            out.push_str(&" ".repeat(column));
        }
        let next = steps.get(i + 1);
        let nested_list = matches!(next, Some(Step::New | Step::Index(_)));
        match step {
            Step::Key(key) => {
                out.push_str(&render::key(key, ScalarStyle::Plain, false));
                out.push(':');
                column += if nested_list { layout.dash_step() } else { layout.step() };
                on_line = false;
                if next.is_some() {
                    out.push_str(layout.eol);
                }
            }
            Step::New | Step::Index(_) => {
                out.push('-');
                column += 2;
                on_line = next.is_some();
                if on_line {
                    out.push(' ');
                }
            }
            Step::Each | Step::Select(_) => return Err(Error::Unnamed),
        }
    }
    if let NewValue::Fields(fields) = value {
        let in_item = matches!(steps.last(), Some(Step::New | Step::Index(_)));
        for (i, (name, text)) in fields.iter().enumerate() {
            match i {
                0 if in_item => out.push(' '),
                _ => out.push_str(&format!("{}{}", layout.eol, " ".repeat(column))),
            }
            out.push_str(&render::field(name, text, ScalarStyle::Plain, false));
        }
        return Ok(out);
    }
    match render::block(value, column, layout.eol) {
        Some(block) => out.push_str(&format!(" {}{}", block.header, block.lines)),
        None => out.push_str(&format!(" {}", render::inline(value, ScalarStyle::Plain, false))),
    }
    Ok(out)
}

/// What is missing, as an entry of a collection in brackets.
fn flow_entry(layout: &Layout<'_>, steps: &[Step], value: &NewValue) -> Result<String, Error> {
    match steps.split_first() {
        None => Ok(render::inline(value, layout.quoting(), true)),
        Some((Step::Key(key), rest)) => {
            Ok(format!("{}: {}", render::key(key, layout.quoting(), true), bracketed(layout, rest, value)?))
        }
        Some((Step::New | Step::Index(_), rest)) => bracketed(layout, rest, value),
        Some(_) => Err(Error::Unnamed),
    }
}

/// What is missing, as a node within brackets.
fn bracketed(layout: &Layout<'_>, steps: &[Step], value: &NewValue) -> Result<String, Error> {
    Ok(match steps.first() {
        None => render::inline(value, layout.quoting(), true),
        Some(Step::Key(_)) => format!("{{{}}}", flow_entry(layout, steps, value)?),
        Some(_) => format!("[{}]", flow_entry(layout, steps, value)?),
    })
}
