//! Charts that kustomizations name: rendered as a workload's own chart is, from packages that the lock names.

use std::cell::Cell;

use fairlead_kustomize::{Charts, LoadRestrictor, NoPackage, Options, Packages, RemoteChart};
use fairlead_world::{Answer, Blob, Need, World};

use crate::config::Project;
use crate::lock::{self, Location};
use crate::render::artifacts::dialect;
use crate::render::environment::Sealed;
use crate::resolve::{Target, Unit};

/// What a unit's kustomizations are built from and for.
#[derive(Clone, Copy)]
pub(crate) struct Site<'w> {
    pub(crate) world: &'w dyn World,
    pub(crate) project: &'w Project,
    pub(crate) unit: &'w Unit,
    pub(crate) target: &'w Target,
    /// Whether a chart has drawn seeded values.
    pub(crate) drawn: &'w Cell<bool>,
}

impl Site<'_> {
    /// Does something with the options of a build. All of the repository may be loaded: overlays and bases stand in
    /// different folders of it.
    pub(super) fn with_options<R>(&self, work: impl FnOnce(&Options<'_>) -> R) -> R {
        let id = self.unit.id.to_string();
        let environment = Sealed::of(self.project, self.unit, &id);
        let cluster = self.target.cluster.as_ref();
        let version = cluster.and_then(|cluster| cluster.kubernetes_version.as_ref());
        let versions = cluster.map(|cluster| cluster.api_versions.as_slice()).unwrap_or_default();
        let versions: Vec<String> = versions.iter().map(|version| version.value.to_string()).collect();
        let charts = Charts {
            dialect: dialect(self.project),
            environment: &environment,
            kube_version: version.map(|version| &*version.value).unwrap_or_default(),
            api_versions: &versions,
            packages: Some(self),
        };
        let result = work(&Options {
            load_restrictor: LoadRestrictor::None,
            charts: Some(charts),
            ..Options::default()
        });
        self.drawn.set(self.drawn.get() || environment.drawn.get());
        result
    }
}

impl Packages for Site<'_> {
    fn package(&self, chart: &RemoteChart) -> Result<Blob, NoPackage> {
        // Whoever watches what a unit reads learns that another lock may come to another package.
        if let Ok(path) = self.project.root.join(lock::FILE) {
            let _ = self.world.read(&path);
        }
        let location = Location::of_chart(chart);
        let requested = chart.requested();
        let locked = self.project.locked.get(&(location.clone(), requested.into()));
        let Some(digest) = locked.and_then(|locked| locked.digest) else {
            let why = format!("the version `{requested}` of {location} is not locked: run `fairlead lock`");
            return Err(NoPackage::Refused(why));
        };
        match self.world.content(&digest) {
            Answer::Found(package) => Ok(package),
            Answer::Needed => Err(NoPackage::Needed(Need::Content(digest))),
            Answer::Absent => Err(NoPackage::Refused(format!("nobody has the package {digest}"))),
        }
    }
}
