//! Where resources come from and what changed them, for `buildMetadata`.

use fairlead_yaml::{Str, Value};

use super::Resource;
use crate::node::{Node, node_text, yaml_to_value};

/// The annotation that says where a resource comes from.
pub(crate) const ANNOTATION: &str = "config.kubernetes.io/origin";

/// The annotation that lists what changed it.
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Where something comes from. Paths are relative to the folder that is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file of a resource, or the folder that is being read.
    pub(crate) path: String,
    /// The file that configured the generator or transformer.
    pub(crate) configured_in: String,
    /// The `apiVersion` of that configuration, its kind, name and namespace.
    pub(crate) configured_by: [Str; 4],
}

impl Origin {
    /// The origin of something at a path from here.
    pub(crate) fn append(&self, path: &str) -> Origin {
        Origin { path: join(&self.path, path), ..self.clone() }
    }

    /// The origin of what a built-in of this kind makes of the kustomization file `file` here.
    pub(crate) fn builtin(&self, file: &str, kind: &str) -> Origin {
        let none = Str::from("");
        Origin {
            path: String::new(),
            configured_in: join(&self.path, file),
            configured_by: [Str::from("builtin"), kind.into(), none.clone(), none],
        }
    }

    fn node(&self) -> Node {
        let mut node = Node::map();
        let map = node.make_map();
        for (name, text) in [("path", &self.path), ("configuredIn", &self.configured_in)] {
            if !text.is_empty() {
                map.push(name, Node::string(text.as_str()));
            }
        }
        let mut by = Node::map();
        for (name, text) in ["apiVersion", "kind", "name", "namespace"].iter().zip(&self.configured_by) {
            if !text.is_empty() {
                by.make_map().push(*name, Node::string(text.clone()));
            }
        }
        if !by.is_empty() {
            map.push("configuredBy", by);
        }
        node
    }

    fn read(text: &str) -> Origin {
        let value = yaml_to_value(text).unwrap_or_default();
        let text = |value: &Value, name: &str| value.field(name).and_then(Value::as_str).map(Str::from);
        let by = value.field("configuredBy").cloned().unwrap_or_default();
        let by = ["apiVersion", "kind", "name", "namespace"].map(|name| text(&by, name).unwrap_or_default());
        Origin {
            path: text(&value, "path").unwrap_or_default().to_string(),
            configured_in: text(&value, "configuredIn").unwrap_or_default().to_string(),
            configured_by: by,
        }
    }
}

/// Joins and normalizes two paths, as Go's `filepath.Join` does.
pub(crate) fn join(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

impl Resource {
    /// Where it comes from, if that was noted.
    pub(crate) fn origin(&self) -> Option<Origin> {
        self.annotation(ANNOTATION).map(|text| Origin::read(&text))
    }

    /// Notes where it comes from.
    pub(crate) fn set_origin(&mut self, origin: &Origin) {
        let mut annotations = self.annotations();
        annotations.insert(ANNOTATION.into(), node_text(&origin.node()).into());
        self.set_annotations(annotations);
    }

    /// Notes what changed it; where nothing says where it comes from, that is where it comes from.
    pub(crate) fn add_transformation(&mut self, origin: &Origin) {
        if self.origin().is_none() {
            self.set_origin(origin);
            return;
        }
        let mut annotations = self.annotations();
        let so_far = annotations.get(TRANSFORMATIONS).map(|text| text.to_string()).unwrap_or_default();
        let added = node_text(&Node::Seq(vec![origin.node()]));
        annotations.insert(TRANSFORMATIONS.into(), format!("{so_far}{added}").into());
        self.set_annotations(annotations);
    }

    /// Takes the notes out that were not asked for.
    pub(crate) fn drop_notes(&mut self, origins: bool, transformations: bool) {
        let mut annotations = self.annotations();
        let mut dropped = false;
        if !origins {
            dropped |= annotations.remove(ANNOTATION).is_some();
        }
        if !transformations {
            dropped |= annotations.remove(TRANSFORMATIONS).is_some();
        }
        if dropped {
            self.set_annotations(annotations);
        }
    }

    /// What a generator or transformer that this resource configures is noted as.
    pub(crate) fn as_configuration(&self) -> Option<Origin> {
        let origin = self.origin()?;
        Some(Origin {
            path: String::new(),
            configured_in: origin.path,
            configured_by: [self.api_version(), self.kind(), self.name(), self.namespace()],
        })
    }

    /// The resource as JSON, with the annotations that Kustomize would hold in it.
    pub(crate) fn json_text(&self) -> String {
        let mut shown = self.clone();
        let mut annotations = shown.annotations();
        let mut note = |name: &str, texts: Vec<&str>| {
            if !texts.is_empty() {
                annotations
                    .insert(format!("internal.config.kubernetes.io/{name}").into(), texts.join(",").into());
            }
        };
        note("previousNames", self.previous.iter().map(|id| &*id.name).collect());
        note("previousNamespaces", self.previous.iter().map(|id| &*id.namespace).collect());
        note("previousKinds", self.previous.iter().map(|id| &*id.kind).collect());
        note("prefixes", self.prefixes.iter().map(|text| &**text).collect());
        note("suffixes", self.suffixes.iter().map(|text| &**text).collect());
        note("generatorBehavior", self.behavior.iter().map(|behavior| behavior.word()).collect());
        if self.needs_hash {
            note("needsHashSuffix", vec!["enabled"]);
        }
        if !annotations.is_empty() {
            shown.set_annotations(annotations);
        }
        crate::node::json(&shown.node).unwrap_or_else(|error| format!("<{error}>"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_and_climb() {
        assert_eq!(join("a/b", "../c"), "a/c");
        assert_eq!(join("", "../../c"), "../../c");
    }
}
