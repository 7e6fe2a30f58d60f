//! Strategic merge: laying a partial resource over a whole one.
//!
//! Mappings merge field by field, a null removes, lists are replaced whole unless the schema of the kind says by which
//! keys their elements merge. Elements that the patch brings come first.

use std::collections::BTreeSet;

use fairlead_yaml::Str;

use super::directive::{self, Directive};
use super::elements::{
    Element, append_below, find_element, join_values, key_values, plain_values, set_element, used_keys,
};
use crate::node::{Fault, Kind, MAX_DEPTH, Map, Node, Scalar, Style, overwrite, set_field};
use crate::schema::{At, Schemas};

/// What became of the value below the patch.
#[derive(Debug)]
pub(crate) enum Merged {
    /// It is there, changed in its place.
    Below,
    /// Another value takes its place.
    New(Node),
    /// It goes.
    Gone,
}

/// Lays `patch` over `below`.
///
/// # Errors
/// Values of different kinds, unknown directives, and lists that cannot merge.
pub(crate) fn merge(below: &mut Node, mut patch: Node, schemas: &Schemas) -> Result<Merged, Fault> {
    let merger = Merger { schemas };
    merger.walk(Some(below), Some(&mut patch), None, 0)
}

struct Merger<'a> {
    schemas: &'a Schemas,
}

impl<'a> Merger<'a> {
    fn walk(
        &self,
        below: Option<&mut Node>,
        patch: Option<&mut Node>,
        schema: Option<At<'a>>,
        depth: usize,
    ) -> Result<Merged, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::said("the patch is nested too deeply"));
        }
        let schema = schema.or_else(|| self.schema_of(below.as_deref(), patch.as_deref()));
        let there = |node: Option<&Node>| node.filter(|node| !node.is_null()).map(Node::kind);
        let kinds = [there(below.as_deref()), there(patch.as_deref())];
        let kind = kinds.into_iter().flatten().next();
        if let Some(kind) = kind {
            for node in [below.as_deref(), patch.as_deref()].into_iter().flatten() {
                if !node.is_null() && node.kind() != kind {
                    return Err(Fault::kind(node, kind));
                }
            }
        }
        match kind {
            Some(Kind::Map) | None => self.map(below, patch, schema, depth),
            Some(Kind::Scalar) => Ok(match patch {
                Some(patch) => Merged::New(patch.clone()),
                None => Merged::Below,
            }),
            Some(Kind::Seq) => match schema.and_then(At::merge_keys) {
                Some(keys) => self.merging_list(below, patch, schema, keys, depth),
                None => Ok(match patch {
                    Some(patch) => Merged::New(patch.clone()),
                    None => Merged::Below,
                }),
            },
        }
    }

    /// A value that says of itself which kind of resource it is has that kind's schema, wherever it stands.
    fn schema_of(&self, below: Option<&Node>, patch: Option<&Node>) -> Option<At<'a>> {
        [below, patch].into_iter().flatten().find_map(|node| {
            let version = node.filled("apiVersion")?.text();
            let kind = node.filled("kind")?.text();
            if version.is_empty() || kind.is_empty() { None } else { self.schemas.of(&version, &kind) }
        })
    }

    fn map(
        &self,
        below: Option<&mut Node>,
        patch: Option<&mut Node>,
        schema: Option<At<'a>>,
        depth: usize,
    ) -> Result<Merged, Fault> {
        let Some(below) = below.filter(|below| !below.is_null() || keeps_null(below, patch.as_deref()))
        else {
            return self.new_map(patch, schema, depth);
        };
        if below.is_null() {
            return Ok(Merged::Below);
        }
        let Some(patch) = patch else {
            self.fields(below.make_map(), None, schema, depth)?;
            return Ok(Merged::Below);
        };
        if patch.is_null() {
            return Ok(Merged::Gone);
        }
        match directive::take(patch)? {
            Directive::Delete => Ok(Merged::Gone),
            Directive::Replace => self.new_map(Some(patch), schema, depth),
            Directive::Merge => {
                let Node::Map(patch) = patch else { return Ok(Merged::Below) };
                self.fields(below.make_map(), Some(patch), schema, depth)?;
                Ok(Merged::Below)
            }
        }
    }

    /// What only the patch has is laid over itself, which carries out the directives and the nulls in it.
    fn new_map(
        &self,
        patch: Option<&mut Node>,
        schema: Option<At<'a>>,
        depth: usize,
    ) -> Result<Merged, Fault> {
        let Some(patch) = patch else { return Ok(Merged::Gone) };
        if patch.is_null() || matches!(directive::take(patch), Ok(Directive::Delete)) {
            return Ok(Merged::Gone);
        }
        let mut new = patch.clone();
        if let (Node::Map(new), Node::Map(patch)) = (&mut new, patch) {
            self.fields(new, Some(patch), schema, depth)?;
        }
        Ok(Merged::New(new))
    }

    fn fields(
        &self,
        below: &mut Map,
        patch: Option<&mut Map>,
        schema: Option<At<'a>>,
        depth: usize,
    ) -> Result<(), Fault> {
        let mut patch = patch;
        for name in names(below, patch.as_deref()) {
            let (mut of_patch, mut style) = (None, Style::Plain);
            if let Some((key, value)) =
                patch.as_deref_mut().and_then(|patch| patch.0.iter_mut().find(|(key, _)| key.text == name))
            {
                style = key.style;
                of_patch = Some(value);
            }
            let schema = schema.map(|schema| schema.field(&name));
            match self.walk(below.field_mut(&name), of_patch, schema, depth + 1)? {
                Merged::Below => {}
                Merged::Gone => {
                    below.remove(&name);
                }
                Merged::New(value) if value.is_null() => {
                    below.remove(&name);
                }
                Merged::New(value) => match below.field_mut(&name) {
                    Some(old) => overwrite(old, value),
                    None => {
                        set_field(below, &name, value);
                        if let Some((key, _)) = below.0.last_mut() {
                            *key = Scalar { style, ..Scalar::open(name) };
                        }
                    }
                },
            }
        }
        Ok(())
    }

    fn merging_list(
        &self,
        below: Option<&mut Node>,
        patch: Option<&mut Node>,
        schema: Option<At<'a>>,
        keys: &[String],
        depth: usize,
    ) -> Result<Merged, Fault> {
        let elements = schema.map(At::elements);
        let Some(below) = below.filter(|below| !below.is_null()) else {
            return self.new_list(patch, elements, keys, depth);
        };
        let Node::Seq(items) = below else { return Ok(Merged::Below) };
        let Some(patch) = patch else {
            return self.lists(items, None, elements, keys, depth);
        };
        if patch.is_null() {
            return Ok(Merged::Gone);
        }
        match directive::take(patch)? {
            Directive::Delete => Ok(Merged::Gone),
            Directive::Replace => self.new_list(Some(patch), elements, keys, depth),
            Directive::Merge => {
                let Node::Seq(patch) = patch else { return Ok(Merged::Below) };
                self.lists(items, Some(patch), elements, keys, depth)
            }
        }
    }

    fn new_list(
        &self,
        patch: Option<&mut Node>,
        elements: Option<At<'a>>,
        keys: &[String],
        depth: usize,
    ) -> Result<Merged, Fault> {
        let Some(Node::Seq(patch)) = patch else { return Ok(Merged::Gone) };
        let mut items = patch.clone();
        match self.lists(&mut items, Some(patch), elements, keys, depth)? {
            Merged::Below => Ok(Merged::New(Node::Seq(items))),
            merged => Ok(merged),
        }
    }

    fn lists(
        &self,
        below: &mut [Node],
        patch: Option<&mut Vec<Node>>,
        schema: Option<At<'a>>,
        keys: &[String],
        depth: usize,
    ) -> Result<Merged, Fault> {
        let mut none = Vec::new();
        let patch = patch.unwrap_or(&mut none);
        let plain = [String::new()];
        let (mut all, keys) = match keys {
            [] => (plain_values([patch, below]), &plain[..]),
            keys => (key_values([patch, below], keys), keys),
        };
        if keys.len() > 1 {
            join_values(&mut all);
        }
        if all.is_empty() {
            return Ok(Merged::Below);
        }
        let mut order: Vec<usize> = (0..below.len()).collect();
        let mut list = Vec::new();
        let mut used = Vec::new();
        for values in &all {
            let (keys, values) = used_keys(&all, values, keys);
            list = self.element(list, below, &mut order, patch, (&keys, &values), schema, depth)?;
            used = keys;
        }
        let list = append_below(list, below, &order, &used)?;
        Ok(Merged::New(Node::Seq(take_elements(list, below))))
    }

    /// Merges one element and adds it to the list, or takes it out of the list below.
    #[allow(
        clippy::too_many_arguments,
        reason = "the two lists, what has come of them, and which element is meant"
    )]
    fn element(
        &self,
        mut list: Vec<Element>,
        below: &mut [Node],
        order: &mut Vec<usize>,
        patch: &mut [Node],
        (keys, values): (&[String], &[String]),
        schema: Option<At<'a>>,
        depth: usize,
    ) -> Result<Vec<Element>, Fault> {
        let (find_keys, find_values) = used_keys(&[values.to_vec()], values, keys);
        let present: Vec<usize> = order.clone();
        let place = find_in(below, &present, &find_keys, &find_values);
        let of_patch = find_element(patch, &find_keys, &find_values).map(|at| &mut patch[at]);
        let merged = self.walk(place.map(|at| &mut below[at]), of_patch, schema, depth + 1)?;
        let mut element = match (merged, place) {
            (Merged::Below, Some(place)) => Element::Below(place),
            (Merged::New(node), _) => Element::Own(node),
            (Merged::Below, None) | (Merged::Gone, _) => Element::Own(Node::map()),
        };
        let node = match &mut element {
            Element::Own(node) => node,
            Element::Below(place) => &mut below[*place],
        };
        if node.is_null() || matches!(node, Node::Map(map) if map.0.is_empty()) {
            let kept = order.iter().copied().map(Element::Below).collect();
            let kept = set_element(kept, below, None, keys, values)?;
            *order = kept
                .iter()
                .filter_map(|e| if let Element::Below(at) = e { Some(*at) } else { None })
                .collect();
            return Ok(list);
        }
        if let Node::Map(map) = node {
            for (key, value) in keys.iter().zip(values) {
                if map.field(key).is_none() && !value.is_empty() {
                    set_field(map, key, Node::open(value.as_str()));
                }
            }
        }
        list = set_element(list, below, Some(element), keys, values)?;
        Ok(list)
    }
}

/// The names to walk, sorted.
fn names(below: &Map, patch: Option<&Map>) -> BTreeSet<Str> {
    let patch = patch.map_or(&[][..], |patch| &patch.0);
    below.0.iter().chain(patch).map(|(key, _)| key.text.clone()).collect()
}

/// A null that was written out stays when the patch says nothing about it.
fn keeps_null(below: &Node, patch: Option<&Node>) -> bool {
    patch.is_none() && !below.text().is_empty()
}

fn find_in(below: &[Node], order: &[usize], keys: &[String], values: &[String]) -> Option<usize> {
    order.iter().copied().find(|at| find_element(std::slice::from_ref(&below[*at]), keys, values).is_some())
}

/// Takes the elements out of their lists. One that is meant twice is copied.
fn take_elements(list: Vec<Element>, below: &mut [Node]) -> Vec<Node> {
    let mut last = vec![usize::MAX; below.len()];
    for (at, element) in list.iter().enumerate() {
        if let Element::Below(place) = element {
            last[*place] = at;
        }
    }
    let taken = |(at, element)| match element {
        Element::Own(node) => node,
        Element::Below(place) if last[place] == at => std::mem::replace(&mut below[place], Node::open("")),
        Element::Below(place) => below[place].clone(),
    };
    list.into_iter().enumerate().map(taken).collect()
}
