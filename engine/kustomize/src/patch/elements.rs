//! Lists whose elements merge by keys: which elements are meant, and in what order they end up.

use crate::node::{Fault, Kind, Node};

/// An element of a list that is being put together.
#[derive(Debug)]
pub(super) enum Element {
    /// The element of the list below the patch that stands at this place.
    Below(usize),
    /// A node of its own.
    Own(Node),
}

impl Element {
    pub(super) fn into_own(self) -> Option<Node> {
        match self {
            Element::Own(node) => Some(node),
            Element::Below(_) => None,
        }
    }

    fn node<'a>(&'a self, below: &'a [Node]) -> &'a Node {
        match self {
            Element::Own(node) => node,
            Element::Below(place) => &below[*place],
        }
    }

    fn again(&self) -> Element {
        match self {
            Element::Own(node) => Element::Own(node.clone()),
            Element::Below(place) => Element::Below(*place),
        }
    }
}

/// Replaces the elements whose `keys` have the `values` by `element`, appends it where there is none, or removes them
/// where `element` is `None`. Null and empty elements go.
///
/// # Errors
/// An element that is no mapping where keys have names, and one that is no scalar where the key is the value itself.
pub(super) fn set_element(
    list: Vec<Element>,
    below: &[Node],
    element: Option<Element>,
    keys: &[String],
    values: &[String],
) -> Result<Vec<Element>, Fault> {
    let named =
        keys.first().is_some_and(|key| !key.is_empty()) && values.first().is_some_and(|v| !v.is_empty());
    let mut kept = Vec::with_capacity(list.len() + 1);
    let mut matched = false;
    for item in list {
        let node = item.node(below);
        if node.is_null() || matches!(node, Node::Map(map) if map.0.is_empty()) {
            continue;
        }
        if node.kind() != Kind::Map && named {
            kept.push(item);
            continue;
        }
        if !matches(node, keys, values)? {
            if !values.is_empty() {
                kept.push(item);
            }
            continue;
        }
        matched = true;
        if let Some(element) = &element {
            kept.push(element.again());
        }
    }
    let null = |element: &Element| element.node(below).is_null();
    if let (false, Some(element)) = (matched, element)
        && !null(&element)
    {
        kept.push(element);
    }
    Ok(kept)
}

fn matches(node: &Node, keys: &[String], values: &[String]) -> Result<bool, Fault> {
    let mut found = false;
    for (at, key) in keys.iter().enumerate() {
        let Some(value) = values.get(at) else {
            // A key without a value is taken to match if the key before it did.
            if !found {
                return Ok(false);
            }
            continue;
        };
        found = if key.is_empty() {
            if node.kind() != Kind::Scalar {
                return Err(Fault::kind(node, Kind::Scalar));
            }
            node.has_text(value)
        } else {
            if node.kind() != Kind::Map {
                return Err(Fault::kind(node, Kind::Map));
            }
            node.field(key).is_some_and(|field| value.is_empty() || field.has_text(value))
        };
        if !found {
            return Ok(false);
        }
    }
    Ok(found)
}

/// The place of the first element that has all these values under these keys.
pub(super) fn find_element(items: &[Node], keys: &[String], values: &[String]) -> Option<usize> {
    if keys.first().is_none_or(String::is_empty) {
        let value = values.first().map_or("", String::as_str);
        return items.iter().position(|item| item.has_text(value));
    }
    if keys.len() != values.len() {
        return None;
    }
    items.iter().position(|item| {
        let has =
            |(key, value): (&String, &String)| item.field(key).is_some_and(|field| field.has_text(value));
        item.kind() == Kind::Map && keys.iter().zip(values).all(has)
    })
}

/// The values under `keys` of every element of the lists, first come first, each combination once.
pub(super) fn key_values(lists: [&[Node]; 2], keys: &[String]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    if keys.is_empty() {
        return all;
    }
    for item in lists.into_iter().flatten() {
        let value = |key: &String| item.filled(key).map(|field| field.text().to_string()).unwrap_or_default();
        let values: Vec<String> = keys.iter().map(value).collect();
        if !all.contains(&values) {
            all.push(values);
        }
    }
    all
}

/// The elements of lists of plain values, first come first, each once.
pub(super) fn plain_values(lists: [&[Node]; 2]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    for item in lists.into_iter().flatten() {
        let value = vec![item.text().to_string()];
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// Fills in the keys that one combination leaves open and another has: the same port with and without its protocol
/// is one port.
pub(super) fn join_values(all: &mut [Vec<String>]) {
    for i in 0..all.len() {
        // What is compared is the combination as it was before this round.
        let mine = all[i].clone();
        for j in 0..all.len() {
            if let Some(joined) = joined(&mine, &all[j]) {
                all[i].clone_from(&joined);
                all[j] = joined;
            }
        }
    }
}

fn joined(a: &[String], b: &[String]) -> Option<Vec<String>> {
    if a.len() != b.len() {
        return None;
    }
    let mut common = false;
    let mut out = Vec::with_capacity(a.len());
    for (x, y) in a.iter().zip(b) {
        if x == y {
            common = true;
        } else if !x.is_empty() && !y.is_empty() {
            return None;
        }
        out.push(if x.is_empty() { y.clone() } else { x.clone() });
    }
    common.then_some(out)
}

/// The keys that some element has a value for, with one element's values for them.
pub(super) fn used_keys(
    all: &[Vec<String>],
    values: &[String],
    keys: &[String],
) -> (Vec<String>, Vec<String>) {
    let used = |at: usize| all.iter().any(|values| values.get(at).is_some_and(|value| !value.is_empty()));
    let places: Vec<usize> = (0..keys.len()).filter(|at| used(*at)).collect();
    if places.is_empty() {
        return (keys.to_vec(), values.to_vec());
    }
    let pick = |from: &[String]| places.iter().filter_map(|at| from.get(*at).cloned()).collect();
    (pick(keys), pick(values))
}

/// Adds the elements below the patch after those of the patch, each in its patched element's place if it has one.
///
/// # Errors
/// An element that is no mapping where keys have names.
pub(super) fn append_below(
    mut list: Vec<Element>,
    below: &[Node],
    order: &[usize],
    keys: &[String],
) -> Result<Vec<Element>, Fault> {
    let plain = keys.first().is_none_or(String::is_empty);
    for place in order.iter().copied() {
        let node = &below[place];
        if plain {
            let values = [node.text().to_string()];
            list = set_element(list, below, Some(Element::Below(place)), &[String::new()], &values)?;
            continue;
        }
        if node.kind() != Kind::Map && !node.is_null() {
            return Err(Fault::kind(node, Kind::Map));
        }
        let mut values = Vec::with_capacity(keys.len());
        for key in keys {
            match node.field(key) {
                Some(field) => values.push(field.text().to_string()),
                None => list.push(Element::Below(place)),
            }
        }
        if keys.len() > 1 {
            list = set_element(list, below, None, keys, &values)?;
        }
        list = set_element(list, below, Some(Element::Below(place)), keys, &values)?;
    }
    Ok(list)
}
