//! Where the output of each unit goes.
//!
//! ```text
//! .argocd/<tenant>-<environment>-<workload>.yaml             the Application or ApplicationSet (`.flux/` for Flux)
//! rendered/<tenant>/<environment>/<workload>/manifest.yaml   what it applies
//! rendered/…/<workload>/<target>/manifest.yaml               where the targets of a cell need different manifests
//! ```
//!
//! With `layout: nested` the first folder has one folder for each tenant and, in it, for each environment. Paths are
//! those of the output's branch: below the project's folder where the branch is shared, at its root otherwise.

use std::collections::BTreeMap;

use fairlead_world::{PathError, RepoPath};

use crate::config::{Layout as Arrangement, Project, Runtime};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::{Target, Unit, UnitId};

/// The name of every file of rendered manifests.
pub const MANIFEST: &str = "manifest.yaml";

/// The most entries that one folder may have: beyond it, providers stop showing folders.
pub const MAX_ENTRIES: usize = 3_000;

/// The longest name that Kubernetes gives an object.
const MAX_NAME: usize = 253;

/// Where a project's output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The folder of the objects that make the runtime deliver.
    pub applications: RepoPath,
    /// The folder of the rendered manifests.
    pub rendered: RepoPath,
    /// Whether there is a folder for each tenant and environment.
    pub nested: bool,
}

impl Layout {
    /// The layout that a project's settings ask for.
    ///
    /// # Errors
    /// A project folder so deep that nothing can be written below it.
    pub fn of(project: &Project) -> Result<Layout, PathError> {
        let output = &project.file.output;
        let root = if output.branch.is_some() { RepoPath::root() } else { project.root.clone() };
        let applications = match project.delivery.runtime {
            Runtime::ArgoCd => ".argocd",
            Runtime::Flux => ".flux",
        };
        Ok(Layout {
            applications: root.join(applications)?,
            rendered: root.join("rendered")?,
            nested: output.layout == Arrangement::Nested,
        })
    }

    /// The file of the object that delivers a unit.
    ///
    /// # Errors
    /// A path that is too long.
    pub fn application(&self, unit: &Unit) -> Result<RepoPath, PathError> {
        let UnitId { tenant, environment, .. } = &unit.id;
        let stem = unit.stem();
        self.applications.join(&if self.nested {
            format!("{tenant}/{environment}/{stem}.yaml")
        } else {
            format!("{stem}.yaml")
        })
    }

    /// A file of the project's own beside the Applications. Its name has a dot where units' names have none.
    ///
    /// # Errors
    /// A path that is too long.
    pub fn beside(&self, name: &str, kind: &str) -> Result<RepoPath, PathError> {
        self.applications.join(&format!("{name}.{kind}.yaml"))
    }

    /// The folder of all that is rendered for a unit.
    ///
    /// # Errors
    /// A path that is too long.
    pub fn folder(&self, unit: &Unit) -> Result<RepoPath, PathError> {
        let UnitId { workload, tenant, environment } = &unit.id;
        self.rendered.join(&format!("{tenant}/{environment}/{workload}"))
    }

    /// The folder of what is rendered for one target: the unit's own unless its targets need different manifests.
    ///
    /// # Errors
    /// A path that is too long.
    pub fn target_folder(&self, unit: &Unit, target: &Target) -> Result<RepoPath, PathError> {
        let folder = self.folder(unit)?;
        if differ(&unit.targets) { folder.join(target.name.as_str()) } else { Ok(folder) }
    }

    /// What is wrong with the names of all units: some are too long, or there are more in a folder than providers show.
    pub fn check<'a>(&self, units: impl IntoIterator<Item = &'a Unit>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut folders: BTreeMap<RepoPath, usize> = BTreeMap::new();
        for unit in units {
            let stem = unit.stem();
            if stem.len() > MAX_NAME {
                found.push(too_long(unit, &stem));
            }
            if let Ok(folder) =
                self.application(unit).map(|path| path.parent().unwrap_or_else(RepoPath::root))
            {
                *folders.entry(folder).or_default() += 1;
            }
        }
        let crowded = folders.into_iter().filter(|(_, entries)| *entries > MAX_ENTRIES);
        found.extend(crowded.map(|(folder, entries)| self.crowded(&folder, entries)));
        found
    }

    fn crowded(&self, folder: &RepoPath, entries: usize) -> Diagnostic {
        let message = format!("{folder} would hold {entries} files, and {MAX_ENTRIES} are the most");
        let resolution = if self.nested {
            "split the project".to_owned()
        } else {
            "set `output: {layout: nested}` in fairlead.yaml, which gives each tenant and environment a folder".to_owned()
        };
        Diagnostic::error(Code::Layout, message, resolution)
    }
}

/// The folder of what was rendered for a unit, `workload/tenant/environment`, below `rendered`; `None` where the text
/// names no unit.
pub(crate) fn folder_of(rendered: &RepoPath, unit: &str) -> Option<String> {
    let mut parts = unit.split('/');
    let (workload, tenant, environment) = (parts.next()?, parts.next()?, parts.next()?);
    let folder = rendered.join(&format!("{tenant}/{environment}/{workload}")).ok()?;
    parts.next().is_none().then(|| folder.as_str().to_owned())
}

/// Whether the targets of a cell need manifests of their own: they do where the namespace or what the cluster is
/// differs between them.
pub fn differ(targets: &[Target]) -> bool {
    let facts = |target: &Target| {
        let cluster = target.cluster.as_ref();
        (
            target.namespace.clone(),
            cluster.and_then(|cluster| cluster.kubernetes_version.clone()),
            cluster.map(|cluster| cluster.api_versions.clone()).unwrap_or_default(),
        )
    };
    targets.split_first().is_some_and(|(first, rest)| {
        let first = facts(first);
        rest.iter().any(|target| facts(target) != first)
    })
}

fn too_long(unit: &Unit, stem: &str) -> Diagnostic {
    let message =
        format!("the name `{stem}` has {} characters, and Kubernetes allows {MAX_NAME}", stem.len());
    Diagnostic::error(Code::InvalidName, message, "shorten the workload's, tenant's or environment's name")
        .at(&unit.place)
        .about(&unit.id)
}
