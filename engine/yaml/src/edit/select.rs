//! Following a path.

use super::Error;
use super::layout::Layout;
use super::path::{Condition, Literal, Operand, Path, Step};
use crate::document::{Id, Shape};

/// A place that a path leads to.
#[derive(Debug, Clone)]
pub(super) enum Spot {
    /// Something that is there, the collection that holds it, and its key in a mapping.
    Node { id: Id, parent: Option<Id>, key: Option<Id> },
    /// Something that would be under what is there.
    Missing { under: Box<Spot>, steps: Vec<Step> },
}

/// How many places one path may lead to.
const MAX_SPOTS: usize = 100_000;

/// Finds the places a path leads to in one document.
pub(super) fn select(layout: &Layout<'_>, path: &Path, index: usize) -> Result<Vec<Spot>, Error> {
    let mut spots = vec![Spot::Node { id: 0, parent: None, key: None }];
    for step in &path.steps {
        let mut next = Vec::new();
        for spot in spots {
            follow(layout, spot, step, index, &mut next)?;
        }
        next.truncate(MAX_SPOTS);
        spots = next;
    }
    Ok(spots)
}

fn follow(
    layout: &Layout<'_>,
    spot: Spot,
    step: &Step,
    index: usize,
    out: &mut Vec<Spot>,
) -> Result<(), Error> {
    let id = match spot {
        Spot::Node { id, .. } => resolve(layout, id),
        Spot::Missing { under, mut steps } => {
            match step {
                Step::Select(_) | Step::Each => {}
                _ => {
                    steps.push(step.clone());
                    out.push(Spot::Missing { under, steps });
                }
            }
            return Ok(());
        }
    };
    let missing = || Spot::Missing { under: Box::new(spot.clone()), steps: vec![step.clone()] };
    if let Step::Select(condition) = step {
        if holds(layout, id, condition, index) {
            out.push(spot);
        }
        return Ok(());
    }
    match (layout.shape(id), step) {
        _ if layout.is_null(id) => {
            if !matches!(step, Step::Each) {
                out.push(missing());
            }
        }
        (Some(Shape::Mapping { .. }), Step::Key(name)) => {
            let found = layout.pairs(id).into_iter().rev().find(|(key, _)| layout.scalar(*key) == Some(name));
            out.push(found.map_or_else(missing, |(key, value)| child(id, Some(key), value)));
        }
        (Some(Shape::Mapping { .. }), Step::Each) => {
            out.extend(layout.pairs(id).into_iter().map(|(key, value)| child(id, Some(key), value)));
        }
        (Some(Shape::Sequence { .. }), Step::Each) => {
            out.extend(layout.children(id).into_iter().map(|item| child(id, None, item)));
        }
        (Some(Shape::Sequence { .. }), Step::New) => out.push(missing()),
        (Some(Shape::Sequence { .. }), Step::Index(n)) => {
            let items = layout.children(id);
            let at = if *n < 0 { items.len() as i64 + n } else { *n };
            match usize::try_from(at).ok().and_then(|at| items.get(at)) {
                Some(item) => out.push(child(id, None, *item)),
                None if at == items.len() as i64 => out.push(missing()),
                None => return Err(Error::Index { index: *n, line: layout.line(id) }),
            }
        }
        (shape, step) => {
            let found = match shape {
                Some(Shape::Mapping { .. }) => "a mapping",
                Some(Shape::Sequence { .. }) => "a sequence",
                _ => "a scalar",
            };
            return Err(Error::Mismatch { step: name(step), found, line: layout.line(id) });
        }
    }
    Ok(())
}

fn child(parent: Id, key: Option<Id>, id: Id) -> Spot {
    Spot::Node { id, parent: Some(parent), key }
}

fn name(step: &Step) -> String {
    match step {
        Step::Key(key) => format!("the key {key:?}"),
        Step::Index(n) => format!("the item {n}"),
        Step::New => "a new item".to_owned(),
        Step::Each | Step::Select(_) => "items".to_owned(),
    }
}

/// The node itself, or the one an alias stands for.
pub(super) fn resolve(layout: &Layout<'_>, id: Id) -> Id {
    match layout.shape(id) {
        Some(Shape::Alias { target, .. }) => *target,
        _ => id,
    }
}

fn holds(layout: &Layout<'_>, id: Id, condition: &Condition, index: usize) -> bool {
    match condition {
        Condition::And(left, right) => holds(layout, id, left, index) && holds(layout, id, right, index),
        Condition::Or(left, right) => holds(layout, id, left, index) || holds(layout, id, right, index),
        Condition::Compare { of: Operand::Document, equal, to } => {
            (matches!(to, Literal::Word(word) if *word == index.to_string())) == *equal
        }
        Condition::Compare { of: Operand::Path(steps), equal, to } => {
            let mut spots = vec![Spot::Node { id, parent: None, key: None }];
            for step in steps {
                let mut next = Vec::new();
                for spot in spots {
                    // Where the path leads nowhere there is nothing to compare with.
                    let _ = follow(layout, spot, step, index, &mut next);
                }
                spots = next;
            }
            let found = match spots.first() {
                Some(Spot::Node { id, .. }) => Some(resolve(layout, *id)).filter(|id| !layout.is_null(*id)),
                _ => None,
            };
            let same = match (found, to) {
                (None, Literal::Null) => true,
                (None, _) | (Some(_), Literal::Null) => false,
                (Some(id), Literal::Word(word)) => layout.scalar(id) == Some(word),
                (Some(id), Literal::Text(pattern)) => {
                    layout.scalar(id).is_some_and(|text| matches_pattern(text, pattern))
                }
            };
            same == *equal
        }
    }
}

/// Whether a text is what a pattern says, where `*` stands for any text.
fn matches_pattern(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    if !pattern.contains('*') {
        return rest.is_empty();
    }
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn stars_stand_for_anything() {
        assert!(
            matches_pattern("abc", "abc") && matches_pattern("abc", "a*") && matches_pattern("abc", "*c")
        );
        assert!(matches_pattern("abcbc", "a*bc") && matches_pattern("", "*"));
        assert!(!matches_pattern("abc", "ab") && !matches_pattern("ab", "a*b*c"));
    }
}
