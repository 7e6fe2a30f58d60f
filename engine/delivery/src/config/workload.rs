//! `workloads/<workload>.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::RepoPath;

use super::name::Name;
use super::patch::{IgnoreDifference, Patch};
use super::shape::{choice, record};
use crate::diagnostic::Spanned;

record! {
    /// Something to deliver: exactly one of a Helm chart, a Kustomize base and a manifest bundle.
    pub struct Workload {
        /// What people call the workload.
        "displayName" => display_name: Option<Arc<str>>,
        /// A Helm chart.
        "chart" => chart: Option<Spanned<ChartSource>>,
        /// A Kustomize base or overlay.
        "kustomize" => kustomize: Option<Spanned<FolderSource>>,
        /// A bundle of plain manifests.
        "bundle" => bundle: Option<Spanned<BundleSource>>,
        /// The version for cells that nothing pins: exact, a range such as `^2.1`, or `latest`; the lock knows what
        /// they come to.
        "version" => version: Option<Spanned<Arc<str>>>,
        /// The Helm release's name; the workload's name where absent. Changing it replaces what is deployed.
        "releaseName" => release_name: Option<Spanned<Arc<str>>>,
        /// What a chart gets that makes random values, keys or certificates.
        "random" => random: Random = Random::Refuse,
        /// The rendered Secrets that may carry data, by name.
        "secrets" => secrets: Vec<Spanned<Arc<str>>>,
        /// Patches on the rendered objects, for every cell.
        "patches" => patches: Vec<Spanned<Patch>>,
        /// The order among the workloads of a cluster: lower waves are synchronized first.
        "syncWave" => sync_wave: Option<i64>,
        /// Whether manifests are rendered here. With `false` and Flux, a HelmRelease renders them in the cluster.
        "rendered" => rendered: Option<Spanned<bool>>,
        /// Whether the chart's CRDs are part of the output.
        "includeCrds" => include_crds: bool = true,
        /// Differences that the runtime leaves alone.
        "ignoreDifferences" => ignore_differences: Vec<Spanned<IgnoreDifference>>,
        /// Labels that every Application of the workload carries.
        "labels" => labels: BTreeMap<Arc<str>, Spanned<Arc<str>>>,
    }
}

record! {
    /// Where a chart comes from: exactly one of `path`, `organization`, `oci`, and `repository` with `name`.
    pub struct ChartSource {
        /// A folder of this repository, relative to the project's folder.
        "path" => path: Option<Spanned<RepoPath>>,
        /// A chart of the organization, by the name of its folder in `charts/`.
        "organization" => organization: Option<Spanned<Name>>,
        /// The address of a chart repository.
        "repository" => repository: Option<Spanned<Arc<str>>>,
        /// The chart's name in that repository.
        "name" => name: Option<Spanned<Arc<str>>>,
        /// The address of a chart in an OCI registry, without its version.
        "oci" => oci: Option<Spanned<Arc<str>>>,
    }
}

record! {
    /// Where a Kustomize base comes from: exactly one of `path` and `organization`.
    pub struct FolderSource {
        /// A folder of this repository, relative to the project's folder.
        "path" => path: Option<Spanned<RepoPath>>,
        /// A base of the organization, by the name of its folder in `bases/`.
        "organization" => organization: Option<Spanned<Name>>,
    }
}

record! {
    /// Where a bundle comes from: exactly one of `path` and `organization`.
    pub struct BundleSource {
        /// A folder of this repository, or one file, relative to the project's folder.
        "path" => path: Option<Spanned<RepoPath>>,
        /// A bundle of the organization, by the name of its folder in `bundles/`.
        "organization" => organization: Option<Spanned<Name>>,
        /// Patches on the bundle's objects.
        "patches" => patches: Vec<Spanned<Patch>>,
    }
}

choice! {
    /// What happens where a chart asks for randomness.
    pub enum Random {
        /// The unit fails and names the template's line.
        "refuse" => Refuse,
        /// Values follow from the unit's name: the same each time, and known to whoever can read the repository.
        "seeded" => Seeded,
    }
}
