//! Kind, name, namespace, labels and annotations of a resource.

use std::collections::BTreeMap;

use fairlead_yaml::Str;

use super::Resource;
use crate::node::{Map, Node, set_field};

/// Annotations that are taken out of every resource in the end.
const BUILD_ANNOTATIONS: [&str; 19] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "internal.config.kubernetes.io/helm-generated",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
];

impl Resource {
    /// The `kind`; empty where there is none.
    pub(crate) fn kind(&self) -> Str {
        self.node.field("kind").map(Node::text).unwrap_or_default()
    }

    /// The `apiVersion`; empty where there is none.
    pub(crate) fn api_version(&self) -> Str {
        self.node.field("apiVersion").map(Node::text).unwrap_or_default()
    }

    /// The name; empty where there is none.
    pub(crate) fn name(&self) -> Str {
        self.meta_text("name")
    }

    /// The namespace as written; empty where there is none.
    pub(crate) fn namespace(&self) -> Str {
        self.meta_text("namespace")
    }

    fn meta_text(&self, field: &str) -> Str {
        self.node.filled("metadata").and_then(|meta| meta.filled(field)).map(Node::text).unwrap_or_default()
    }

    /// The annotations as text.
    pub(crate) fn annotations(&self) -> BTreeMap<Str, Str> {
        self.meta_map("annotations")
    }

    /// One annotation as text.
    pub(crate) fn annotation(&self, name: &str) -> Option<Str> {
        let meta = self.node.filled("metadata")?;
        meta.field("annotations")?.field(name).map(Node::text)
    }

    /// The labels as text.
    pub(crate) fn labels(&self) -> BTreeMap<Str, Str> {
        self.meta_map("labels")
    }

    fn meta_map(&self, field: &str) -> BTreeMap<Str, Str> {
        let map = self.node.filled("metadata").and_then(|meta| meta.field(field));
        map.map_or(&[][..], Node::entries)
            .iter()
            .map(|(key, value)| (key.text.clone(), value.text()))
            .collect()
    }

    /// Replaces the annotations; all become strings, and none at all leave no field behind.
    pub(crate) fn set_annotations(&mut self, annotations: BTreeMap<Str, Str>) {
        self.set_meta_map("annotations", annotations);
    }

    /// Replaces the labels.
    pub(crate) fn set_labels(&mut self, labels: BTreeMap<Str, Str>) {
        self.set_meta_map("labels", labels);
    }

    fn set_meta_map(&mut self, field: &str, texts: BTreeMap<Str, Str>) {
        let Some(meta) = self.metadata() else { return };
        meta.remove(field);
        if texts.is_empty() {
            return;
        }
        let mut map = Node::map();
        for (key, text) in texts {
            set_field(map.make_map(), &key, Node::string(text));
        }
        meta.push(field, map);
    }

    /// Sets one annotation and leaves the others as they are.
    pub(crate) fn set_annotation(&mut self, name: &str, text: &str) {
        self.clear_empty_annotations();
        self.set_in_meta("annotations", name, text);
    }

    /// Sets one label and leaves the others as they are.
    pub(crate) fn set_label(&mut self, name: &str, text: &str) {
        self.set_in_meta("labels", name, text);
    }

    fn set_in_meta(&mut self, field: &str, name: &str, text: &str) {
        let Some(meta) = self.metadata() else { return };
        if meta.field(field).is_none() {
            meta.push(field, Node::map());
        }
        if let Some(Node::Map(map)) = meta.field_mut(field) {
            set_field(map, name, Node::string(text));
        }
    }

    fn clear_empty_annotations(&mut self) {
        let empty = |node: &Node| node.items().is_empty() && node.entries().is_empty();
        let Some(Node::Map(meta)) = self.node.field_mut("metadata") else { return };
        if meta.field("annotations").is_some_and(empty) {
            meta.remove("annotations");
        }
    }

    /// The metadata, made where there is none; `None` where something else stands there.
    fn metadata(&mut self) -> Option<&mut Map> {
        let Node::Map(map) = &mut self.node else { return None };
        if map.field("metadata").is_none() {
            map.push("metadata", Node::map());
        }
        match map.field_mut("metadata") {
            Some(Node::Map(meta)) => Some(meta),
            _ => None,
        }
    }

    /// Changes the kind.
    pub(crate) fn set_kind(&mut self, kind: Str) {
        if let Node::Map(map) = &mut self.node {
            set_field(map, "kind", Node::open(kind));
        }
    }

    /// Changes the `apiVersion`.
    pub(crate) fn set_api_version(&mut self, api_version: Str) {
        if let Node::Map(map) = &mut self.node {
            set_field(map, "apiVersion", Node::open(api_version));
        }
    }

    /// Changes the name. The text has no tag: a place without quotes lets it become a number.
    pub(crate) fn set_name(&mut self, name: Str) {
        if let Some(meta) = self.metadata() {
            set_field(meta, "name", Node::open(name));
        }
    }

    /// Changes the namespace, or removes it for an empty one.
    pub(crate) fn set_namespace(&mut self, namespace: &str) {
        if namespace.is_empty() {
            if let Some(Node::Map(meta)) = self.node.field_mut("metadata") {
                meta.remove("namespace");
            }
        } else if let Some(meta) = self.metadata() {
            set_field(meta, "namespace", Node::open(namespace));
        }
    }

    /// Takes out what the build wrote into the annotations; those that stay are strings.
    pub(crate) fn finish_annotations(&mut self) {
        if self.node.filled("metadata").is_none_or(|meta| meta.field("annotations").is_none()) {
            return;
        }
        let mut annotations = self.annotations();
        for name in BUILD_ANNOTATIONS {
            annotations.remove(name);
        }
        self.set_annotations(annotations);
    }

    /// Takes labels and annotations from `other` where it has none of its own, and the name, the namespace and what is
    /// remembered from it in any case.
    pub(crate) fn take_meta_from(&mut self, other: &Resource) {
        let with_own = |mut texts: BTreeMap<Str, Str>, own: BTreeMap<Str, Str>| {
            texts.extend(own);
            texts
        };
        self.set_labels(with_own(other.labels(), self.labels()));
        self.set_annotations(with_own(other.annotations(), self.annotations()));
        self.previous.clone_from(&other.previous);
        self.prefixes.clone_from(&other.prefixes);
        self.suffixes.clone_from(&other.suffixes);
        self.behavior = other.behavior;
        self.needs_hash &= other.needs_hash;
        self.allow_name_change = other.allow_name_change;
        self.allow_kind_change = other.allow_kind_change;
        self.from_chart = other.from_chart;
        self.referred_to = other.referred_to;
        self.set_name(other.name());
        self.set_namespace(&other.namespace());
        self.vars.clone_from(&other.vars);
    }
}
