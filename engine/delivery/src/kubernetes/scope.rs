//! Which kinds live in namespaces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Where objects of a kind live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster as a whole.
    Cluster,
}

/// Kubernetes' own cluster-scoped kinds with their groups. What is not in the list, whose lines are `Kind.group`, lives
/// in namespaces.
static CLUSTER_SCOPED: LazyLock<BTreeSet<(&str, &str)>> = LazyLock::new(|| {
    let names = include_str!("cluster-scoped.txt").lines();
    names.map(|name| name.split_once('.').unwrap_or((name, ""))).collect()
});

/// The scopes of all kinds that a project knows: Kubernetes' own and those of its custom resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes {
    /// By group and kind.
    custom: BTreeMap<String, BTreeMap<String, Scope>>,
}

impl Scopes {
    /// Kubernetes' own kinds.
    pub fn new() -> Scopes {
        Scopes::default()
    }

    /// Adds a custom resource's kind.
    pub fn insert(&mut self, group: &str, kind: &str, scope: Scope) {
        self.custom.entry(group.to_owned()).or_default().insert(kind.to_owned(), scope);
    }

    /// Where objects of a kind live. `None` where nobody knows: a custom resource without a definition.
    pub fn of(&self, api_version: &str, kind: &str) -> Option<Scope> {
        let group = group_of(api_version);
        if let Some(scope) = self.custom.get(group).and_then(|kinds| kinds.get(kind)) {
            return Some(*scope);
        }
        if CLUSTER_SCOPED.contains(&(kind, group)) {
            return Some(Scope::Cluster);
        }
        is_builtin(group).then_some(Scope::Namespaced)
    }
}

/// The group of an `apiVersion`, empty for the core group.
pub(crate) fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// Whether a group is one of Kubernetes' own: without a dot, or listed here, since others use `.k8s.io` for custom
/// resources too.
pub(crate) fn is_builtin(group: &str) -> bool {
    const OWN: [&str; 18] = [
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    ];
    !group.contains('.') || OWN.contains(&group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_kubernetes_own_and_the_projects() {
        let mut scopes = Scopes::new();
        assert_eq!(scopes.of("v1", "Namespace"), Some(Scope::Cluster));
        assert_eq!(scopes.of("v1", "ConfigMap"), Some(Scope::Namespaced));
        assert_eq!(scopes.of("rbac.authorization.k8s.io/v1", "ClusterRole"), Some(Scope::Cluster));
        assert_eq!(scopes.of("gateway.networking.k8s.io/v1", "GatewayClass"), None);
        scopes.insert("gateway.networking.k8s.io", "GatewayClass", Scope::Cluster);
        assert_eq!(scopes.of("gateway.networking.k8s.io/v1beta1", "GatewayClass"), Some(Scope::Cluster));
    }
}
