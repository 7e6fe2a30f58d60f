//! Merge keys: `<<`.

use super::{Builder, Decoder, Entries, Error, yaml_error};
use crate::document::{Document, Id, Shape};
use crate::emit::ScalarStyle;

const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// Whether a key is the merge key: plain `<<`, or one that says so with a tag.
pub(super) fn is_merge(document: &Document<'_>, id: Id) -> bool {
    let Some(node) = document.nodes.get(id) else { return false };
    let Shape::Scalar { text, style } = &node.shape else { return false };
    if text != "<<" {
        return false;
    }
    match node.tag() {
        None => *style == ScalarStyle::Plain,
        Some(tag) => tag == "!" || tag == MERGE_TAG,
    }
}

impl<B: Builder> Decoder<'_, '_, B> {
    /// Puts the entries of other mappings in, over those that are there already.
    pub(super) fn merge(&mut self, id: Id, depth: usize, entries: &mut Entries<B>) -> Result<(), Error> {
        let document = self.document;
        match document.nodes.get(id).map(|node| &node.shape) {
            Some(Shape::Mapping { .. } | Shape::Alias { .. }) => self.merge_one(id, depth, entries),
            Some(Shape::Sequence { .. }) => {
                // Earlier ones count more, so they come last.
                let items: Vec<Id> = document.children(id).collect();
                items.into_iter().rev().try_for_each(|item| self.merge_one(item, depth, entries))
            }
            _ => Err(want_map()),
        }
    }

    fn merge_one(&mut self, id: Id, depth: usize, entries: &mut Entries<B>) -> Result<(), Error> {
        self.count.step()?;
        if depth > crate::MAX_DEPTH {
            return Err(yaml_error("exceeded max depth of 1000"));
        }
        let document = self.document;
        match document.nodes.get(id).map(|node| &node.shape) {
            Some(Shape::Mapping { .. }) => self.mapping(id, depth + 1, entries),
            Some(Shape::Alias { name, target }) => {
                if !matches!(document.nodes.get(*target).map(|node| &node.shape), Some(Shape::Mapping { .. }))
                {
                    return Err(want_map());
                }
                self.follow(*target, name)?;
                self.count.step()?;
                self.mapping(*target, depth + 1, entries)?;
                self.unfollow();
                Ok(())
            }
            _ => Err(want_map()),
        }
    }
}

fn want_map() -> Error {
    yaml_error("map merge requires map or sequence of maps as the value")
}
