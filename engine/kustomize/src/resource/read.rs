//! Reading resources from text: several documents, lists of resources.

use std::collections::{BTreeMap, VecDeque};

use fairlead_yaml::Str;

use super::Resource;
use crate::node::{Node, Tag, documents, from_value, to_value};

/// Why a text holds no resources.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// It is no YAML.
    #[error("MalformedYAMLError: {0}")]
    Malformed(String),
    /// A document of it is no resource.
    #[error("{0}")]
    Resource(String),
}

impl ReadError {
    /// The message where the text is that of a file.
    pub(crate) fn in_file(self, path: &str) -> ReadError {
        match self {
            ReadError::Malformed(text) => ReadError::Malformed(format!("{text} in File: {path}")),
            ReadError::Resource(text) if text.contains("error converting YAML to JSON") => {
                ReadError::Resource(format!("YAML file [{path}] encounters a format error.\n{text}\n"))
            }
            other => other,
        }
    }
}

/// Reads the resources of a text. Lists are taken apart.
///
/// # Errors
/// A text that is no YAML, and documents without kind or name.
pub(crate) fn from_text(text: &str) -> Result<Vec<Resource>, ReadError> {
    let mut queue: VecDeque<Node> = checked(documents(text)?)?.into();
    let mut resources = Vec::with_capacity(queue.len());
    while let Some(node) = queue.pop_front() {
        let kind = node.field("kind").map(Node::text).unwrap_or_default();
        let items = if kind.ends_with("List") { node.field("items") } else { None };
        let Some(items) = items else {
            resources.push(Resource::new(node));
            continue;
        };
        match items {
            Node::Seq(items) => queue.extend(checked(listed(&kind, items)?)?),
            other if other.tag() == Tag::Null => {}
            other => {
                let found = if matches!(other, Node::Map(_)) { "map[string]interface {}" } else { "string" };
                return Err(ReadError::Resource(format!(
                    "expected array in {kind}/items, but found {found}"
                )));
            }
        }
    }
    Ok(resources)
}

fn listed(kind: &str, items: &[Node]) -> Result<Vec<Node>, ReadError> {
    let wrong = |error| ReadError::Resource(format!("trouble expanding list of {kind}; {error}"));
    items.iter().map(|item| to_value(item).map(|value| from_value(&value)).map_err(wrong)).collect()
}

/// Drops what is empty and refuses what is no resource.
fn checked(nodes: Vec<Node>) -> Result<Vec<Node>, ReadError> {
    let filled = nodes.into_iter().filter(|node| !node.is_empty());
    filled.map(|node| check(&node).map(|()| node).map_err(ReadError::Resource)).collect()
}

/// Whether a node is a resource: it has a kind, and a name if it is no list.
pub(crate) fn check(node: &Node) -> Result<(), String> {
    let text = |node: &Node, field: &str| node.filled(field).map(Node::text).unwrap_or_default();
    let (version, kind) = (text(node, "apiVersion"), text(node, "kind"));
    let (has_version, has_kind) = (node.filled("apiVersion").is_some(), node.filled("kind").is_some());
    let meta = node.filled("metadata");
    let meta_text = |field: &str| meta.map(|meta| text(meta, field)).unwrap_or_default();
    let (name, namespace) = (meta_text("name"), meta_text("namespace"));
    let says_anything = ["name", "namespace", "labels", "annotations"];
    let meta_says = meta.is_some_and(|meta| says_anything.iter().any(|field| meta.filled(field).is_some()));
    if !has_version && !has_kind && !meta_says {
        return Err("missing Resource metadata".to_owned());
    }
    let object = || {
        let map = |field: &str| {
            let entries = meta.and_then(|meta| meta.field(field)).map_or(&[][..], Node::entries);
            let texts: BTreeMap<&str, Str> =
                entries.iter().map(|(key, value)| (&*key.text, shown(value))).collect();
            let texts: Vec<String> = texts.iter().map(|(key, text)| format!("{key}:{text}")).collect();
            texts.join(" ")
        };
        let (labels, annotations) = (map("labels"), map("annotations"));
        format!("{{{{{version} {kind}}} {{{{{name} {namespace}}} map[{labels}] map[{annotations}]}}}}")
    };
    if kind.is_empty() {
        return Err(format!("missing kind in object {}", object()));
    }
    if kind.ends_with("List") || !name.is_empty() {
        return Ok(());
    }
    Err(format!("missing metadata.name in object {}", object()))
}

fn shown(value: &Node) -> Str {
    if value.is_null() { Str::from("") } else { value.text() }
}

/// Drops the resources that are marked as local configuration.
///
/// # Errors
/// Resources that a transformation has robbed of kind or name.
pub(crate) fn drop_local(resources: &mut Vec<Resource>) -> Result<(), String> {
    const LOCAL: &str = "config.kubernetes.io/local-config";
    resources
        .iter()
        .filter(|resource| !resource.is_empty())
        .try_for_each(|resource| check(&resource.node))?;
    resources.retain(|resource| {
        !resource.is_empty() && resource.annotation(LOCAL).is_none_or(|value| &*value == "false")
    });
    Ok(())
}
