//! Patches, as workloads, bundles and bindings write them.

use std::sync::Arc;

use fairlead_world::RepoPath;

use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// A change to rendered objects: a strategic merge patch, or a JSON 6902 patch where it is a list of operations.
    pub struct Patch {
        /// The objects that it changes; a strategic merge patch finds its own by kind and name where absent.
        "target" => target: Option<Selector>,
        /// The patch as YAML or JSON text.
        "patch" => patch: Option<Spanned<Arc<str>>>,
        /// A file with the patch, relative to the project's folder, instead of the text.
        "path" => path: Option<Spanned<RepoPath>>,
    }
}

record! {
    /// Objects, by what they have in common; a field that is absent restricts nothing. Names are regular expressions
    /// that match the whole, as in a kustomization.
    pub struct Selector {
        /// The API group.
        "group" => group: Option<Arc<str>>,
        /// The API version within its group.
        "version" => version: Option<Arc<str>>,
        /// The kind.
        "kind" => kind: Option<Arc<str>>,
        /// The name.
        "name" => name: Option<Arc<str>>,
        /// The namespace.
        "namespace" => namespace: Option<Arc<str>>,
        /// A label selector, such as `app=web,tier!=cache`.
        "labelSelector" => label_selector: Option<Arc<str>>,
        /// The same for annotations.
        "annotationSelector" => annotation_selector: Option<Arc<str>>,
    }
}

record! {
    /// Differences between git and cluster that the runtime leaves alone.
    pub struct IgnoreDifference {
        /// The API group.
        "group" => group: Option<Arc<str>>,
        /// The kind.
        "kind" => kind: Spanned<Arc<str>>,
        /// The name; all objects of the kind where absent.
        "name" => name: Option<Arc<str>>,
        /// The namespace.
        "namespace" => namespace: Option<Arc<str>>,
        /// JSON pointers to the fields.
        "jsonPointers" => json_pointers: Vec<Arc<str>>,
        /// jq path expressions to the fields.
        "jqPathExpressions" => jq_path_expressions: Vec<Arc<str>>,
        /// Field managers whose fields they are.
        "managedFieldsManagers" => managed_fields_managers: Vec<Arc<str>>,
    }
}
