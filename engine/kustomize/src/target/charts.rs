//! Which charts a kustomization has from elsewhere, found without building anything.

use std::collections::BTreeSet;

use super::{Target, plugins};
use crate::Error;
use crate::generators::{RemoteChart, remote};

impl Target<'_> {
    /// Adds the charts of this kustomization and of those below it that are not in the tree.
    ///
    /// # Errors
    /// [`Error::Needed`], once all has been asked for. Other mistakes are told by the build.
    pub(crate) fn charts(&self, found: &mut BTreeSet<RemoteChart>) -> Result<(), Error> {
        let kustomization = &self.kustomization;
        let mut needed = None;
        let globals = kustomization.helm_globals.clone().unwrap_or_default();
        for entry in &kustomization.helm_charts {
            let chart = remote(entry, &globals, &self.root);
            keep_needs(chart.map(|chart| found.extend(chart)), &mut needed);
        }
        keep_needs(plugins::charts(self).map(|charts| found.extend(charts)), &mut needed);
        for path in kustomization.resources.iter().chain(&kustomization.components) {
            keep_needs(self.charts_below(path, found), &mut needed);
        }
        needed.map_or(Ok(()), Err)
    }

    fn charts_below(&self, path: &str, found: &mut BTreeSet<RemoteChart>) -> Result<(), Error> {
        // What is no folder with a kustomization is a file, or a mistake.
        let root = self.root.open(path)?;
        self.nested(root, path)?.charts(found)
    }
}

/// Remembers what has to be fetched, and forgets any other mistake.
fn keep_needs(result: Result<(), Error>, needed: &mut Option<Error>) {
    if let Err(error @ Error::Needed(_)) = result {
        *needed = Some(error);
    }
}
