//! Identities: group, version, kind, name and namespace.

use std::cmp::Ordering;
use std::fmt;

use fairlead_yaml::Str;

use crate::schema::Schemas;

/// Group, version and kind, and whether that kind is known to live outside of namespaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Gvk {
    /// The group; empty for the core.
    pub(crate) group: Str,
    /// The version.
    pub(crate) version: Str,
    /// The kind.
    pub(crate) kind: Str,
    /// Whether it is known to live outside of namespaces.
    pub(crate) cluster_scoped: bool,
}

/// What a resource is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct ResId {
    /// Group, version and kind.
    pub(crate) gvk: Gvk,
    /// The name.
    pub(crate) name: Str,
    /// The namespace as written; empty where none is.
    pub(crate) namespace: Str,
}

/// Splits `group/version`.
pub(crate) fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

impl Gvk {
    /// A kind, and where it is known to live.
    pub(crate) fn known(api_version: &Str, kind: Str, schemas: &Schemas) -> Gvk {
        let cluster_scoped = schemas.is_cluster_scoped(api_version, &kind);
        Gvk { cluster_scoped, ..Gvk::unknown(api_version, kind) }
    }

    /// A kind of which nobody has asked where it lives.
    pub(crate) fn unknown(api_version: &Str, kind: Str) -> Gvk {
        let (group, version) = match api_version.split_once('/') {
            Some((group, version)) => (group.into(), version.into()),
            None => (Str::default(), api_version.clone()),
        };
        Gvk { group, version, kind, cluster_scoped: false }
    }

    /// `group/version`, or the version alone.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Whether group, version and kind are the same.
    pub(crate) fn same(&self, other: &Gvk) -> bool {
        self.kind == other.kind && self.version == other.version && self.group == other.group
    }

    /// Whether it agrees with every part that the selector has.
    pub(crate) fn is_selected(&self, selector: &Gvk) -> bool {
        selector.selects(&self.group, &self.version, &self.kind)
    }

    /// Whether every part that it has is this one.
    pub(crate) fn selects(&self, group: &str, version: &str, kind: &str) -> bool {
        let agrees = |mine: &str, wanted: &str| wanted.is_empty() || mine == wanted;
        agrees(kind, &self.kind) && agrees(group, &self.group) && agrees(version, &self.version)
    }

    /// The order in which field specifications are kept: namespaces first, webhooks last, then by name.
    pub(crate) fn order(&self, other: &Gvk) -> Ordering {
        let order = kind_order(&self.kind).cmp(&kind_order(&other.kind));
        order.then_with(|| self.sort_text().cmp(&other.sort_text()))
    }

    /// Group, version and kind as the orders compare them.
    pub(crate) fn sort_text(&self) -> String {
        let part = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
        format!("{}_{}_{}", part(&self.group, "~G"), part(&self.version, "~V"), part(&self.kind, "~K"))
    }

    /// Its parts that are not empty, joined: what files of single resources are called.
    pub(crate) fn file_stem(&self) -> String {
        let parts = [&*self.group, &*self.version, &*self.kind];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
    }
}

/// Kinds that come first, in this order.
pub(crate) const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come last, in this order.
pub(crate) const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

fn kind_order(kind: &str) -> usize {
    if let Some(at) = FIRST.iter().position(|first| *first == kind) {
        return at;
    }
    match LAST.iter().position(|last| *last == kind) {
        Some(at) => FIRST.len() + 1 + at,
        None => FIRST.len(),
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |text: &'_ str, none: &'static str| {
            if text.is_empty() { none.to_owned() } else { text.to_owned() }
        };
        let (kind, version) = (part(&self.kind, "[noKind]"), part(&self.version, "[noVer]"));
        write!(f, "{kind}.{version}.{}", part(&self.group, "[noGrp]"))
    }
}

/// The namespace of what lives in none.
const NO_NAMESPACE: &str = "_non_namespaceable_";

impl ResId {
    /// The namespace that counts: that of the kind, the written one, or the default.
    pub(crate) fn effective_namespace(&self) -> &str {
        if self.gvk.cluster_scoped {
            NO_NAMESPACE
        } else if self.namespace.is_empty() {
            "default"
        } else {
            &self.namespace
        }
    }

    /// [`ResId::effective_namespace`], to keep.
    pub(crate) fn effective_namespace_text(&self) -> Str {
        match self.effective_namespace() {
            namespace if *namespace == *self.namespace => self.namespace.clone(),
            namespace => namespace.into(),
        }
    }

    /// Whether kind and name are the same.
    pub(crate) fn same_name(&self, other: &ResId) -> bool {
        self.name == other.name && self.gvk.same(&other.gvk)
    }

    /// Whether the effective namespaces are the same.
    pub(crate) fn same_namespace(&self, other: &ResId) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }

    /// Whether both name one resource.
    pub(crate) fn same(&self, other: &ResId) -> bool {
        self.same_name(other) && self.same_namespace(other)
    }

    /// Whether it agrees with every part that the selector has.
    pub(crate) fn is_selected_by(&self, selector: &ResId) -> bool {
        (selector.name.is_empty() || selector.name == self.name)
            && (selector.namespace.is_empty() || selector.same_namespace(self))
            && self.gvk.is_selected(&selector.gvk)
    }

    /// How messages of the merging generators show it.
    pub(crate) fn debug_text(&self) -> String {
        format!(
            "resid.ResId{{Gvk:resid.Gvk{{Group:{:?}, Version:{:?}, Kind:{:?}, isClusterScoped:{}}}, Name:{:?}, Namespace:{:?}}}",
            self.gvk.group,
            self.gvk.version,
            self.gvk.kind,
            self.gvk.cluster_scoped,
            self.name,
            self.namespace
        )
    }
}

impl fmt::Display for ResId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = if self.namespace.is_empty() { "[noNs]" } else { &self.namespace };
        let name = if self.name.is_empty() { "[noName]" } else { &self.name };
        write!(f, "{}/{name}.{namespace}", self.gvk)
    }
}
