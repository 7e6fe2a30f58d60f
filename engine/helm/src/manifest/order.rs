//! The order in which kinds are installed.

use crate::dialect::Dialect;

/// The kinds that Helm installs in a fixed order; every other kind follows them by name.
const INSTALL: [&str; 36] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// What Helm 4 puts behind [`INSTALL`].
const WEBHOOKS: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The place of a kind in the order of installation, to compare with other places.
///
/// Kinds without a fixed place come last, by name; resources of one kind keep the order of their files.
pub fn install_rank(kind: &str, dialect: Dialect) -> (usize, &str) {
    if let Some(rank) = INSTALL.iter().position(|&known| known == kind) {
        return (rank, "");
    }
    if dialect.orders_webhooks()
        && let Some(rank) = WEBHOOKS.iter().position(|&known| known == kind)
    {
        return (INSTALL.len() + rank, "");
    }
    (usize::MAX, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_follow_by_name() {
        let four = |kind| install_rank(kind, Dialect::Helm4);
        assert!(four("Namespace") < four("Service"));
        assert!(four("APIService") < four("MutatingWebhookConfiguration"));
        assert!(four("ValidatingWebhookConfiguration") < four("Certificate"));
        assert!(four("Certificate") < four("Issuer"));
        let three = |kind| install_rank(kind, Dialect::Helm3);
        assert!(three("Certificate") < three("MutatingWebhookConfiguration"));
    }
}
