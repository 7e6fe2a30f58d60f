//! One resource: its tree, and what a build has to remember about it.

mod id;
mod labels;
mod list;
mod meta;
mod origin;
mod read;

use fairlead_yaml::Str;

use crate::node::{Fault, Node};
use crate::patch::Merged;
use crate::schema::Schemas;

pub(crate) use id::{FIRST, Gvk, LAST, ResId, split_api_version};
pub(crate) use labels::LabelSelector;
pub(crate) use list::{Census, ResList};
pub(crate) use origin::Origin;
pub(crate) use read::{ReadError, drop_local, from_text};

/// A resource in the course of a build.
///
/// Kustomize keeps the fields beside the tree as annotations in it, which it takes out at the end. Where that shows
/// before the end (a path into annotations that has to exist, say), [`Resource::has_build_state`] tells.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    /// The tree.
    pub(crate) node: Node,
    /// What it was called before, oldest first.
    pub(crate) previous: Vec<PreviousId>,
    /// The prefixes its name was given.
    pub(crate) prefixes: Vec<Str>,
    /// The suffixes its name was given.
    pub(crate) suffixes: Vec<Str>,
    /// What a generated resource does to one that is already there.
    pub(crate) behavior: Option<Behavior>,
    /// Whether its name gets a hash of its content.
    pub(crate) needs_hash: bool,
    /// For a patch: whether it may rename what it is laid over.
    pub(crate) allow_name_change: bool,
    /// For a patch: whether it may change the kind of what it is laid over.
    pub(crate) allow_kind_change: bool,
    /// Whether a chart brought it: its namespace stays.
    pub(crate) from_chart: bool,
    /// Whether anything referred to it by name.
    pub(crate) referred_to: bool,
    /// The variables that take their values from it.
    pub(crate) vars: Vec<Str>,
}

/// A name that a resource had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreviousId {
    /// The effective namespace.
    pub(crate) namespace: Str,
    /// The name.
    pub(crate) name: Str,
    /// The kind.
    pub(crate) kind: Str,
}

/// What a generated resource does to one of the same name that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Nothing was said.
    Unspecified,
    /// There must be none.
    Create,
    /// It takes its place.
    Replace,
    /// Its data is added.
    Merge,
}

impl Behavior {
    /// Reads a generator's field; unknown words are as good as none.
    pub(crate) fn parse(text: &str) -> Behavior {
        match text {
            "create" => Behavior::Create,
            "replace" => Behavior::Replace,
            "merge" => Behavior::Merge,
            _ => Behavior::Unspecified,
        }
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Behavior::Unspecified => "unspecified",
            Behavior::Create => "create",
            Behavior::Replace => "replace",
            Behavior::Merge => "merge",
        }
    }
}

impl Resource {
    /// A resource that nothing has happened to.
    pub(crate) fn new(node: Node) -> Resource {
        Resource {
            node,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            behavior: None,
            needs_hash: false,
            allow_name_change: false,
            allow_kind_change: false,
            from_chart: false,
            referred_to: false,
            vars: Vec::new(),
        }
    }

    /// Whether Kustomize would hold annotations of its own in the tree.
    pub(crate) fn has_build_state(&self) -> bool {
        !self.previous.is_empty()
            || !self.prefixes.is_empty()
            || !self.suffixes.is_empty()
            || self.behavior.is_some()
            || self.needs_hash
            || self.allow_name_change
            || self.allow_kind_change
            || self.from_chart
            || self.referred_to
    }

    /// Forgets what it remembers, as Kustomize does where a patch takes the annotations away.
    fn forget(&mut self) {
        *self = Resource {
            node: std::mem::replace(&mut self.node, Node::map()),
            vars: std::mem::take(&mut self.vars),
            ..Resource::new(Node::map())
        };
    }

    /// Whether a patch has deleted it.
    pub(crate) fn is_empty(&self) -> bool {
        self.node.is_empty()
    }

    /// What it is called now.
    pub(crate) fn id(&self, schemas: &Schemas) -> ResId {
        ResId { gvk: self.gvk(schemas), name: self.name(), namespace: self.namespace() }
    }

    /// What it was called first.
    pub(crate) fn original_id(&self, schemas: &Schemas) -> ResId {
        match self.previous.first() {
            Some(previous) => self.previous_id(previous),
            None => self.id(schemas),
        }
    }

    /// What it was called before, oldest first.
    pub(crate) fn previous_ids(&self) -> impl Iterator<Item = ResId> {
        self.previous.iter().map(|previous| self.previous_id(previous))
    }

    fn previous_id(&self, previous: &PreviousId) -> ResId {
        let api_version = self.api_version();
        ResId {
            gvk: Gvk::unknown(&api_version, previous.kind.clone()),
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
        }
    }

    /// Group, version and kind.
    pub(crate) fn gvk(&self, schemas: &Schemas) -> Gvk {
        Gvk::known(&self.api_version(), self.kind(), schemas)
    }

    /// Remembers what it is called now.
    pub(crate) fn store_previous_id(&mut self, schemas: &Schemas) {
        let id = self.id(schemas);
        let namespace = id.effective_namespace_text();
        // Kustomize keeps the three as comma-separated lists, into which nothing empty is ever written.
        self.previous.push(PreviousId { namespace, name: id.name, kind: id.gvk.kind });
    }

    /// Lays a strategic merge patch over it. A resource that the patch deletes becomes empty.
    ///
    /// # Errors
    /// Those of the merge.
    pub(crate) fn apply_patch(&mut self, patch: Resource, schemas: &Schemas) -> Result<(), Fault> {
        let (name, namespace, kind) = (self.name(), self.namespace(), self.kind());
        if patch.allow_name_change || patch.allow_kind_change {
            self.store_previous_id(schemas);
        }
        let (rename, rekind) = (patch.allow_name_change, patch.allow_kind_change);
        let forgets = self.has_build_state() && takes_annotations_away(&patch.node);
        if let Merged::Gone = crate::patch::merge(&mut self.node, patch.node, schemas)? {
            self.node = Node::map();
            return Ok(());
        }
        if forgets {
            self.forget();
        }
        if rename || rekind {
            self.allow_name_change |= rename;
            self.allow_kind_change |= rekind;
        }
        if self.is_empty() {
            return Ok(());
        }
        if !rekind {
            self.set_kind(kind);
        }
        if !rename {
            self.set_name(name);
        }
        self.set_namespace(&namespace);
        Ok(())
    }
}

/// Whether a patch removes or replaces all annotations, and with them what Kustomize keeps there.
fn takes_annotations_away(patch: &Node) -> bool {
    let drastic =
        |node: &Node| node.is_null() || node.field("$patch").is_some_and(|word| !word.has_text("merge"));
    let Some(metadata) = patch.field("metadata") else { return false };
    drastic(metadata) || metadata.field("annotations").is_some_and(drastic)
}
