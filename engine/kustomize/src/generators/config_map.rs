//! ConfigMaps.

use std::collections::BTreeMap;

use fairlead_yaml::Str;

use super::{base, data, finish};
use crate::Error;
use crate::base64::encode_lines;
use crate::kustomization::GeneratorArgs;
use crate::load::Root;
use crate::node::{Node, set_field};
use crate::resource::Resource;

/// Makes a ConfigMap. What is no text goes into `binaryData`.
///
/// # Errors
/// A generator without a name, sources that cannot be read, and keys that come twice.
pub(crate) fn config_map(args: &GeneratorArgs, root: &Root<'_>) -> Result<Resource, Error> {
    let mut resource = base("ConfigMap", args)?;
    for (key, bytes) in data(args, root)? {
        let (field, text) = match String::from_utf8(bytes) {
            Ok(text) => ("data", text),
            Err(error) => ("binaryData", encode_lines(error.as_bytes())),
        };
        put(&mut resource.node, field, &key, text);
    }
    finish(&mut resource, args);
    Ok(resource)
}

/// Adds the data that `old` has and `new` does not.
pub(crate) fn merge_data(new: &mut Resource, old: &Resource) {
    for field in ["data", "binaryData"] {
        let mut texts = texts(&old.node, field);
        texts.extend(self::texts(&new.node, field));
        let map = new.node.make_map();
        map.remove(field);
        for (key, text) in texts {
            put(&mut new.node, field, &key, text.to_string());
        }
    }
}

fn texts(node: &Node, field: &str) -> BTreeMap<Str, Str> {
    let entries = node.field(field).map_or(&[][..], Node::entries);
    let text = |value: &Node| if value.is_null() { Str::from("") } else { value.text() };
    entries.iter().map(|(key, value)| (key.text.clone(), text(value))).collect()
}

fn put(node: &mut Node, field: &str, key: &str, text: String) {
    let map = node.make_map();
    if map.field(field).is_none() {
        map.push(field, Node::map());
    }
    if let Some(Node::Map(data)) = map.field_mut(field) {
        set_field(data, key, Node::string(text));
    }
}
