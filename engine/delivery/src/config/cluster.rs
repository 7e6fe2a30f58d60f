//! `clusters/<cluster>.yaml`.

use std::sync::Arc;

use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// A Kubernetes cluster. What it says decides Helm's Capabilities; the cluster itself is never asked.
    pub struct Cluster {
        /// What people call the cluster.
        "displayName" => display_name: Option<Arc<str>>,
        /// The address of its API server, such as `https://k8s.prod.example.com`.
        "server" => server: Spanned<Arc<str>>,
        /// Its Kubernetes version, such as `1.34` or `v1.34.2`; Helm's own default where absent.
        "kubernetesVersion" => kubernetes_version: Option<Spanned<Arc<str>>>,
        /// API versions beyond Kubernetes' own that charts may ask for, such as `monitoring.coreos.com/v1`.
        "apiVersions" => api_versions: Vec<Spanned<Arc<str>>>,
    }
}
