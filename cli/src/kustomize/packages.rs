//! Charts of repositories and registries, fetched while a kustomization is built.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use fairlead_delivery::lock::Location;
use fairlead_kustomize::{NoPackage, Packages, RemoteChart};
use fairlead_world::Blob;

use crate::charts::Sources;

/// What was fetched for this build. Kustomize keeps charts in the tree; here the tree stays as it is.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    sources: OnceCell<Sources>,
    packages: RefCell<BTreeMap<RemoteChart, Blob>>,
}

impl Fetched {
    fn fetch(&self, chart: &RemoteChart) -> Result<Blob, String> {
        let sources = match self.sources.get() {
            Some(sources) => sources,
            None => {
                let opened = Sources::like_helm().map_err(|error| error.to_string())?;
                self.sources.get_or_init(|| opened)
            }
        };
        let location = Location::of_chart(chart);
        sources.package(&location, chart.requested()).map_err(|error| error.to_string())
    }
}

impl Packages for Fetched {
    fn package(&self, chart: &RemoteChart) -> Result<Blob, NoPackage> {
        if let Some(package) = self.packages.borrow().get(chart) {
            return Ok(package.clone());
        }
        let package = self.fetch(chart).map_err(NoPackage::Refused)?;
        self.packages.borrow_mut().insert(chart.clone(), package.clone());
        Ok(package)
    }
}
