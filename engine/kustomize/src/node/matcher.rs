//! Finding every place that a path with wildcards and patterns leads to, creating what is missing on the way.

use fairlead_template::go::regexp::Regexp;

use super::lookup::{child_mut, split_element};
use super::{Fault, Kind, MAX_DEPTH, Node, Scalar, node_text, parse, set_field};

/// The places that a path leads to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Each as the places of entries and elements from the top down.
    pub(crate) places: Vec<Vec<usize>>,
    /// Copies of what was found in YAML that stands inside a scalar: it can be looked at, but not written.
    pub(crate) inside: Vec<Node>,
}

impl Found {
    /// Whether the path leads nowhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty() && self.inside.is_empty()
    }
}

/// Finds what `path` leads to below `node`; with `create`, fields and elements that are missing are added, and the
/// last one is of that kind.
///
/// # Errors
/// Fields of what is no mapping, elements of what is no sequence, indexes beyond the end, patterns that are none.
pub(crate) fn find(node: &mut Node, path: &[String], create: Option<Kind>) -> Result<Found, Fault> {
    let mut found = Found::default();
    Search { create, trail: Vec::new(), found: &mut found }.walk(node, path)?;
    Ok(found)
}

struct Search<'a> {
    create: Option<Kind>,
    trail: Vec<usize>,
    found: &'a mut Found,
}

impl Search<'_> {
    fn walk(&mut self, node: &mut Node, path: &[String]) -> Result<(), Fault> {
        if path.len() > MAX_DEPTH || self.trail.len() > MAX_DEPTH {
            return Err(Fault::said("the path is too long"));
        }
        let Some((part, rest)) = path.split_first() else {
            self.found.places.push(self.trail.clone());
            return Ok(());
        };
        if let Ok(index) = part.parse::<usize>() {
            return self.index(node, index, rest);
        }
        if part.starts_with('[') && part.ends_with(']') {
            return self.elements(node, part, rest);
        }
        if part == "*" {
            return self.every(node, rest);
        }
        self.field(node, part, rest)
    }

    fn below(&mut self, node: &mut Node, place: usize, rest: &[String]) -> Result<(), Fault> {
        self.trail.push(place);
        let result = self.walk(child_mut(node, place), rest);
        self.trail.pop();
        result
    }

    fn field(&mut self, node: &mut Node, name: &str, rest: &[String]) -> Result<(), Fault> {
        if node.is_null() {
            return Ok(());
        }
        let kind = self.create.map(|last| part_kind(rest.first(), last));
        let Node::Map(map) = node else { return Err(Fault::kind(node, Kind::Map)) };
        let place = match (map.position(name), kind) {
            (Some(place), _) => place,
            (None, None) => return Ok(()),
            (None, Some(kind)) => {
                set_field(map, name, empty(kind));
                map.0.len() - 1
            }
        };
        let value = &map.0[place].1;
        if value.kind() == Kind::Scalar && !value.is_null() && !rest.is_empty() && !value.text().is_empty() {
            return self.inside_scalar(&value.text(), rest);
        }
        self.below(node, place, rest)
    }

    /// A scalar in the middle of the path may hold YAML of its own.
    fn inside_scalar(&mut self, text: &str, rest: &[String]) -> Result<(), Fault> {
        let mut inner = parse(text).map_err(Fault::said)?;
        let mut found = Found::default();
        Search { create: self.create, trail: Vec::new(), found: &mut found }.walk(&mut inner, rest)?;
        for place in found.places {
            let mut at = &inner;
            for step in place {
                at = super::lookup::child(at, step);
            }
            self.found.inside.push(at.clone());
        }
        self.found.inside.append(&mut found.inside);
        Ok(())
    }

    fn index(&mut self, node: &mut Node, index: usize, rest: &[String]) -> Result<(), Fault> {
        let items = sequence(node)?;
        let count = items.map_or(0, |items| items.len());
        if let (Node::Seq(items), Some(last)) = (&mut *node, self.create)
            && index == count
        {
            items.push(empty(part_kind(rest.first(), last)));
        }
        if index >= node.items().len() {
            return Err(Fault::said(format!("index {index} specified but only {count} elements found")));
        }
        self.below(node, index, rest)
    }

    fn every(&mut self, node: &mut Node, rest: &[String]) -> Result<(), Fault> {
        let count = sequence(node)?.map_or(0, |items| items.len());
        (0..count).try_for_each(|place| self.below(node, place, rest))
    }

    fn elements(&mut self, node: &mut Node, part: &str, rest: &[String]) -> Result<(), Fault> {
        let (name, pattern) = split_element(part)?;
        let count = sequence(node)?.map_or(0, |items| items.len());
        let before = self.found.places.len() + self.found.inside.len();
        self.matching(node, count, &name, &pattern, rest)?;
        if self.create.is_none() || self.found.places.len() + self.found.inside.len() > before {
            return Ok(());
        }
        let Node::Seq(items) = node else { return Ok(()) };
        items.push(if name.is_empty() {
            Node::open(pattern.as_str())
        } else {
            let mut element = Node::map();
            element.make_map().0.push((Scalar::open(name.as_str()), Node::open(pattern.as_str())));
            element
        });
        let count = items.len();
        self.matching(node, count, &name, &pattern, rest)
    }

    fn matching(
        &mut self,
        node: &mut Node,
        count: usize,
        name: &str,
        pattern: &str,
        rest: &[String],
    ) -> Result<(), Fault> {
        if count == 0 {
            return Ok(());
        }
        let pattern = Regexp::compile(pattern).map_err(|error| Fault::said(error.to_string()))?;
        for place in 0..count {
            let element = &node.items()[place];
            let primitive = name.is_empty();
            let Some(value) = (if primitive { Some(element) } else { element.field(name) }) else { continue };
            if !pattern.is_match(&shown(value)) {
                continue;
            }
            if primitive {
                self.trail.push(place);
                self.found.places.push(self.trail.clone());
                self.trail.pop();
            } else {
                self.below(node, place, rest)?;
            }
        }
        Ok(())
    }
}

/// What a pattern is held against: a scalar's YAML on one line.
fn shown(value: &Node) -> String {
    node_text(value).trim().to_owned()
}

fn sequence(node: &Node) -> Result<Option<&[Node]>, Fault> {
    match node {
        Node::Seq(items) => Ok(Some(items)),
        _ if node.is_null() => Ok(None),
        _ => Err(Fault::kind(node, Kind::Seq)),
    }
}

/// What a part that is created holds: a sequence for an element that follows, the last kind at the end.
fn part_kind(next: Option<&String>, last: Kind) -> Kind {
    match next.map(String::as_str) {
        None | Some("") => last,
        Some(next) if next.starts_with('[') && next.ends_with(']') => Kind::Seq,
        Some(next) if next.parse::<usize>().is_ok() => Kind::Seq,
        Some(_) => Kind::Map,
    }
}

fn empty(kind: Kind) -> Node {
    match kind {
        Kind::Scalar => Node::open(""),
        Kind::Map => Node::map(),
        Kind::Seq => Node::Seq(Vec::new()),
    }
}
