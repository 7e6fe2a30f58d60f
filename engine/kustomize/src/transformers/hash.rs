//! Hashes of content in the names of generated resources, so that a change of content is a change of name.

use fairlead_yaml::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Transformer;
use crate::Error;
use crate::node::{Kind, Node, to_value};
use crate::resource::{ResList, Resource};
use crate::schema::Schemas;

/// Adds a hash to the name of each resource that wants one.
#[derive(Debug)]
pub(crate) struct HashNames;

impl Transformer for HashNames {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        for resource in list.all_mut().iter_mut().filter(|resource| wants_hash(resource)) {
            let hash = hash(resource)?;
            resource.store_previous_id(schemas);
            resource.set_name(format!("{}-{hash}", resource.name()).into());
        }
        Ok(())
    }
}

/// Generated resources want a hash, and those whose author wrote the annotation by which Kustomize marks generated ones.
fn wants_hash(resource: &Resource) -> bool {
    let marked = || resource.annotation("internal.config.kubernetes.io/needsHashSuffix");
    resource.needs_hash || marked().is_some_and(|mark| &*mark == "enabled")
}

/// The hash of a resource's content. The name takes no part: Kustomize looks for it under a path that never exists.
///
/// # Errors
/// Content that has no JSON.
pub(crate) fn hash(resource: &Resource) -> Result<String, Error> {
    let node = &resource.node;
    let document = match &*resource.kind() {
        "ConfigMap" => {
            let mut map = base("ConfigMap");
            map.insert("data".into(), part(node, "data")?);
            keep_map(&mut map, "binaryData", part(node, "binaryData")?);
            Value::Map(map)
        }
        "Secret" => {
            let mut map = base("Secret");
            map.insert("type".into(), part(node, "type")?);
            map.insert("data".into(), part(node, "data")?);
            keep_map(&mut map, "stringData", part(node, "stringData")?);
            Value::Map(map)
        }
        _ => to_value(node).map_err(Error::Output)?,
    };
    let text = json::to_string(&document, json::Options::default())
        .map_err(|error| Error::Output(error.to_string()))?;
    Ok(encode(&Sha256::digest(text.as_bytes())))
}

fn base(kind: &str) -> Map {
    Map::from([("kind".into(), Value::from(kind)), ("name".into(), Value::from(""))])
}

fn keep_map(map: &mut Map, name: &str, value: Value) {
    if matches!(value, Value::Map(_)) {
        map.insert(name.into(), value);
    }
}

/// A field as the hash sees it: scalars as text, and an empty text where there is none.
fn part(node: &Node, name: &str) -> Result<Value, Error> {
    match node.field(name) {
        None => Ok(Value::from("")),
        Some(field) if field.kind() == Kind::Scalar => Ok(Value::String(field.text())),
        Some(field @ Node::Map(_)) => to_value(field).map_err(Error::Output),
        Some(_) => Ok(Value::Null),
    }
}

/// The first ten hexadecimal digits, with those replaced that could form words.
fn encode(digest: &[u8]) -> String {
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(10);
    let letter = |digit: u8| match digit {
        0 => 'g',
        1 => 'h',
        3 => 'k',
        10 => 'm',
        14 => 't',
        _ => char::from_digit(u32::from(digit), 16).unwrap_or('x'),
    };
    digits.map(letter).collect()
}
