//! Reading along a path: fields, indexes, and elements chosen by a field's value.

use super::{Fault, Kind, Node};

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of a mapping.
    Field(String),
    /// An element by its place.
    Index(usize),
    /// The last element, `-`.
    Last,
    /// The first element whose field has a value, `[name=value]`; with an empty name the element is the value.
    Element {
        /// The field.
        name: String,
        /// Its value.
        value: String,
    },
    /// Every element, `*`.
    Every,
}

impl Step {
    /// Whether a part is a field's name and nothing else: told without a copy, since fields are looked up all the time.
    pub(crate) fn is_field(part: &str) -> bool {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            || matches!(Step::parse(part), Ok(Step::Field(_)))
    }

    /// Reads one part.
    ///
    /// # Errors
    /// A negative index, and brackets without `=`.
    pub(crate) fn parse(part: &str) -> Result<Step, Fault> {
        if let Ok(index) = part.parse::<i64>() {
            return usize::try_from(index)
                .map(Step::Index)
                .map_err(|_| Fault::said(format!("array index {index} cannot be negative")));
        }
        match part {
            "-" => Ok(Step::Last),
            "*" => Ok(Step::Every),
            _ if part.starts_with('[') && part.ends_with(']') => {
                let (name, value) = split_element(part)?;
                Ok(Step::Element { name, value })
            }
            _ => Ok(Step::Field(part.to_owned())),
        }
    }
}

/// Splits `[name=value]`.
///
/// # Errors
/// Where there is no `=`.
pub(crate) fn split_element(part: &str) -> Result<(String, String), Fault> {
    let inner = part.strip_suffix(']').unwrap_or(part);
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    inner.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| {
        Fault::said("list path element must contain fieldName=fieldValue for element to match")
    })
}

/// Reads a split path; blank parts are left out.
///
/// # Errors
/// Those of [`Step::parse`].
pub(crate) fn steps(parts: &[String]) -> Result<Vec<Step>, Fault> {
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).map(Step::parse).collect()
}

/// The node at the end of the path, or `None` where the path leads nowhere.
///
/// # Errors
/// A field of something that is no mapping, an element of something that is no sequence, and `*`.
pub(crate) fn lookup<'a>(node: &'a Node, path: &[Step]) -> Result<Option<&'a Node>, Fault> {
    let mut at = node;
    for step in path {
        match place(at, step)? {
            Some(place) => at = child(at, place),
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// [`lookup`], to change the node.
///
/// # Errors
/// As for [`lookup`].
pub(crate) fn lookup_mut<'a>(node: &'a mut Node, path: &[Step]) -> Result<Option<&'a mut Node>, Fault> {
    let mut at = node;
    for step in path {
        match place(at, step)? {
            Some(place) => at = child_mut(at, place),
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// The child at a place that [`place`] found.
pub(crate) fn child(node: &Node, place: usize) -> &Node {
    match node {
        Node::Map(map) => &map.0[place].1,
        Node::Seq(items) => &items[place],
        Node::Scalar(_) | Node::Shared(_) => node,
    }
}

/// The child at a place that [`place`] found, to change it.
pub(crate) fn child_mut(node: &mut Node, place: usize) -> &mut Node {
    match node {
        Node::Map(map) => &mut map.0[place].1,
        Node::Seq(items) => &mut items[place],
        Node::Scalar(_) | Node::Shared(_) => node,
    }
}

/// Where in `node` the step leads: the place of an entry or of an element.
pub(crate) fn place(node: &Node, step: &Step) -> Result<Option<usize>, Fault> {
    if node.is_null() {
        return Ok(None);
    }
    if let Step::Field(name) = step {
        return match node {
            Node::Map(map) => Ok(map.position(name)),
            _ => Err(Fault::kind(node, Kind::Map)),
        };
    }
    if *step == Step::Every {
        return Err(Fault::said("wildcard is not supported in PathGetter"));
    }
    let Node::Seq(items) = node else { return Err(Fault::kind(node, Kind::Seq)) };
    Ok(match step {
        Step::Index(index) => Some(*index).filter(|index| *index < items.len()),
        Step::Last => items.len().checked_sub(1),
        Step::Element { name, value } if name.is_empty() => {
            items.iter().position(|item| item.has_text(value))
        }
        Step::Element { name, value } => {
            items.iter().position(|item| item.field(name).is_some_and(|field| field.has_text(value)))
        }
        Step::Field(_) | Step::Every => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_an_index_only_if_it_is_a_number() {
        assert_eq!(Step::parse("0").unwrap(), Step::Index(0));
        assert_eq!(Step::parse("a0").unwrap(), Step::Field("a0".into()));
        assert!(Step::parse("-1").is_err());
        assert_eq!(
            Step::parse("[name=a=b]").unwrap(),
            Step::Element { name: "name".into(), value: "a=b".into() }
        );
        assert!(Step::parse("[name]").is_err());
    }
}
