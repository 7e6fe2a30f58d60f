//! `delivery.yaml`: the runtime, and how it is told what to do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::name::Name;
use super::patch::IgnoreDifference;
use super::settings::Controls;
use super::shape::{choice, record};
use crate::diagnostic::Spanned;

record! {
    /// The runtime adapter and its settings.
    pub struct Delivery: Default {
        /// What applies the generated files: `argocd` or `flux`.
        "runtime" => runtime: Runtime = Runtime::ArgoCd,
        /// The repository that the runtime reads the output from; needed before anything is generated.
        "repoURL" => repo_url: Option<Spanned<Arc<str>>>,
        /// The branch, tag or commit that the runtime follows; the output's branch, or `HEAD`, where absent.
        "targetRevision" => target_revision: Option<Spanned<Arc<str>>>,
        /// The sync controls of every cell, before profiles and agent bindings.
        "sync" => sync: Controls = Controls::default(),
        /// Whether the runtime makes namespaces that are missing.
        "createNamespace" => create_namespace: bool = true,
        /// Differences that the runtime leaves alone, in every workload.
        "ignoreDifferences" => ignore_differences: Vec<Spanned<IgnoreDifference>>,
        /// What is particular to Argo CD.
        "argocd" => argocd: ArgoCd = ArgoCd::default(),
        /// What is particular to Flux.
        "flux" => flux: Flux = Flux::default(),
    }
}

choice! {
    /// What applies the generated files.
    pub enum Runtime {
        /// Argo CD.
        "argocd" => ArgoCd,
        /// Flux.
        "flux" => Flux,
    }
}

record! {
    /// What is particular to Argo CD.
    pub struct ArgoCd: Default {
        /// The Argo CD project of the Applications; the tenant's name where absent.
        "project" => project: Option<Spanned<Name>>,
        /// Whether AppProjects are generated.
        "appProjects" => app_projects: bool = false,
        /// The namespace of Argo CD's own objects.
        "namespace" => namespace: Name = Name::fixed("argocd"),
        /// The name of the Argo CD instance, where several share a cluster: a label on everything generated.
        "instance" => instance: Option<Spanned<Name>>,
        /// Whether a repository secret is generated, with address and type, and where the credentials come from.
        "repositorySecret" => repository_secret: Option<Spanned<RepositorySecret>>,
        /// Further sync options, such as `ServerSideApply=true`.
        "syncOptions" => sync_options: Vec<Spanned<Arc<str>>>,
        /// Annotations on every Application.
        "annotations" => annotations: BTreeMap<Arc<str>, Spanned<Arc<str>>>,
        /// How many past synchronizations are kept; Argo CD's own default where absent.
        "revisionHistoryLimit" => revision_history_limit: Option<u32>,
    }
}

record! {
    /// A repository secret without credentials.
    pub struct RepositorySecret {
        /// The secret store that an ExternalSecret reads the credentials from.
        "store" => store: Option<Spanned<Arc<str>>>,
        /// The store's kind.
        "storeKind" => store_kind: StoreKind = StoreKind::Cluster,
        /// The key in the store; its properties are `username` and `password`.
        "key" => key: Option<Spanned<Arc<str>>>,
    }
}

choice! {
    /// The kinds of secret stores.
    pub enum StoreKind {
        /// One for the cluster.
        "ClusterSecretStore" => Cluster,
        /// One for the namespace.
        "SecretStore" => Namespaced,
    }
}

record! {
    /// What is particular to Flux.
    pub struct Flux: Default {
        /// The namespace of Flux's own objects.
        "namespace" => namespace: Name = Name::fixed("flux-system"),
        /// How often git and cluster are compared.
        "interval" => interval: Arc<str> = Arc::from("10m"),
        /// The Secret with the repository's credentials, in Flux's namespace.
        "secretRef" => secret_ref: Option<Spanned<Arc<str>>>,
        /// The Secrets with the kubeconfigs of other clusters, by cluster. A cluster without one is Flux's own.
        "kubeConfigs" => kube_configs: BTreeMap<Name, Spanned<Arc<str>>>,
    }
}
