//! The parts of schema documents that have addresses: `$id`, `$schema` and anchors.

use std::collections::BTreeMap;

use fairlead_template::go::quote::quote;

use super::compile::{escape, text};
use super::document::Json;
use super::error::SchemaError;

/// A part of the document with an address, and so with references and a draft of its own.
pub(super) struct Resource {
    pub(super) document: usize,
    pub(super) pointer: String,
    pub(super) address: String,
    pub(super) draft: u16,
    pub(super) anchors: BTreeMap<String, String>,
}

/// Walks the whole document for `$id` and anchors.
pub(super) fn collect_resources(
    schema: &Json,
    document: usize,
    pointer: &str,
    base: &str,
    resources: &mut Vec<Resource>,
    depth: usize,
) -> Result<(), SchemaError> {
    if depth > crate::limits::SCHEMA_DEPTH {
        return Ok(());
    }
    let parent_draft = owner(resources, document, pointer).map_or(2020, |resource| resource.draft);
    let draft = match schema.get("$schema").and_then(Json::as_str) {
        Some(address) if pointer.is_empty() || schema.get("$id").is_some() => draft(address)?,
        _ => parent_draft,
    };
    let id = schema.get(if draft < 6 { "id" } else { "$id" }).and_then(Json::as_str);
    let id = id.filter(|_| draft >= 2019 || schema.get("$ref").is_none());
    let (address, fragment) = id.map_or((None, None), |id| match id.split_once('#') {
        Some((address, fragment)) => (Some(address), Some(fragment)),
        None => (Some(id), None),
    });
    let mut base = base.to_owned();
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        base = join(&base, address);
        resources.push(Resource {
            document,
            pointer: pointer.to_owned(),
            address: base.clone(),
            draft,
            anchors: BTreeMap::new(),
        });
    } else if pointer.is_empty() {
        resources.push(Resource {
            document,
            pointer: String::new(),
            address: base.clone(),
            draft,
            anchors: BTreeMap::new(),
        });
    }
    let anchors =
        [fragment.filter(|_| draft < 2019), text(schema, "$anchor"), text(schema, "$dynamicAnchor")];
    for anchor in
        anchors.into_iter().flatten().filter(|anchor| !anchor.is_empty() && !anchor.starts_with('/'))
    {
        if let Some(resource) = resources.iter_mut().rev().find(|resource| resource.address == base) {
            resource.anchors.insert(anchor.to_owned(), pointer.to_owned());
        }
    }
    match schema {
        Json::Map(map) => {
            for (key, value) in map
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "enum" | "const" | "default" | "examples"))
            {
                collect_resources(
                    value,
                    document,
                    &format!("{pointer}/{}", escape(key)),
                    &base,
                    resources,
                    depth + 1,
                )?;
            }
        }
        Json::List(items) => {
            for (i, item) in items.iter().enumerate() {
                collect_resources(item, document, &format!("{pointer}/{i}"), &base, resources, depth + 1)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The innermost resource that a pointer is in.
pub(super) fn owner<'r>(resources: &'r [Resource], document: usize, pointer: &str) -> Option<&'r Resource> {
    let inside = |resource: &&Resource| {
        resource.document == document
            && pointer
                .strip_prefix(&*resource.pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    resources.iter().filter(inside).max_by_key(|resource| resource.pointer.len())
}

pub(super) fn draft(address: &str) -> Result<u16, SchemaError> {
    let name = address.split('#').next().unwrap_or(address);
    let name = name.strip_prefix("http://").or_else(|| name.strip_prefix("https://")).unwrap_or(name);
    match name {
        "json-schema.org/schema" | "json-schema.org/draft/2020-12/schema" => Ok(2020),
        "json-schema.org/draft/2019-09/schema" => Ok(2019),
        "json-schema.org/draft-07/schema" => Ok(7),
        "json-schema.org/draft-06/schema" => Ok(6),
        "json-schema.org/draft-04/schema" => Ok(4),
        _ => Err(SchemaError::UnknownDraft(quote(address))),
    }
}

/// An address relative to another one.
pub(super) fn join(base: &str, reference: &str) -> String {
    let has_scheme = reference
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.is_empty() && !scheme.contains(['/', '?', '#']));
    if reference.is_empty() {
        return base.to_owned();
    }
    if has_scheme {
        return reference.to_owned();
    }
    let (scheme, rest) = base.split_once("://").unwrap_or(("file", ""));
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let path = match reference.strip_prefix('/') {
        Some(absolute) => crate::chart::clean(absolute),
        None => crate::chart::clean(&format!(
            "{}/{reference}",
            path.rsplit_once('/').map_or("", |(folder, _)| folder)
        )),
    };
    format!("{scheme}://{host}/{path}")
}
