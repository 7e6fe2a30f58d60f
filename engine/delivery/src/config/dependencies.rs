//! What a chart's folder asks for and does not have: dependencies that `helm dependency build` would fetch.
//!
//! Those of repositories and registries are the lock's to name, like any other chart; those of folders (`file://`) are
//! read where they are. What lies in the chart's own `charts/` is left to Helm.

use std::sync::Arc;

use fairlead_helm::{Dialect, File, load_folder};

use crate::lock::Location;

/// The files that say what a chart depends on.
pub(crate) const FILES: [&str; 4] = ["Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock"];

/// A dependency that is not in the chart's `charts/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A package of a repository or a registry.
    Package {
        /// The chart's name.
        name: Arc<str>,
        /// Where it is had from.
        location: Location,
        /// The version of `Chart.lock` where there is one, else the one that `Chart.yaml` asks for.
        requested: Arc<str>,
    },
    /// A folder of the same tree.
    Folder {
        /// The chart's name.
        name: Arc<str>,
        /// The folder, as seen from the chart's.
        path: Arc<str>,
    },
}

/// The dependencies of a chart, given those of [`FILES`] that it has and the names of what is in its `charts/`.
///
/// A chart that can't be read has none here: what is wrong with it is told where it is loaded. Repositories by a name that
/// only somebody's own Helm knows are left to Helm's message too.
pub(crate) fn missing(files: Vec<File>, vendored: &[&str]) -> Vec<Missing> {
    let Ok(chart) = load_folder(files, Dialect::default()) else { return Vec::new() };
    let locked = chart.lock.iter().flat_map(|lock| lock.dependencies.iter().flatten().flatten());
    let locked: Vec<_> = locked.collect();
    let mut missing = Vec::new();
    for dependency in chart.metadata.dependencies() {
        let name: Arc<str> = Arc::from(&*dependency.name);
        let is_vendored = |entry: &&str| {
            let rest = entry.strip_prefix(&*name);
            rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with('-') && rest.ends_with(".tgz")))
        };
        let repository = &*dependency.repository;
        if repository.is_empty() || vendored.iter().any(is_vendored) {
            continue;
        }
        if let Some(path) = repository.strip_prefix("file://") {
            missing.push(Missing::Folder { name, path: Arc::from(path) });
            continue;
        }
        let held = locked
            .iter()
            .find(|held| held.name == dependency.name && held.repository == dependency.repository);
        let requested = held.map_or(&dependency.version, |held| &held.version);
        let location = if repository.starts_with("oci://") {
            Location::Oci(Arc::from(format!("{}/{name}", repository.trim_end_matches('/'))))
        } else if repository.starts_with("https://") || repository.starts_with("http://") {
            Location::Repository { repository: Arc::from(repository), name: name.clone() }
        } else {
            continue;
        };
        missing.push(Missing::Package { name, location, requested: Arc::from(&**requested) });
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(chart: &str, lock: &str, vendored: &[&str]) -> Vec<Missing> {
        let head = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n";
        let file = |name: &str, text: String| File::new(name, text.as_bytes());
        let mut files = vec![file("Chart.yaml", format!("{head}{chart}"))];
        if !lock.is_empty() {
            files.push(file("Chart.lock", format!("dependencies:\n{lock}")));
        }
        missing(files, vendored)
    }

    #[test]
    fn what_is_not_vendored_has_to_come_from_somewhere() {
        let asked = "- {name: web, version: ^1, repository: https://c.example}\n\
                     - {name: db, version: ~2, repository: oci://r.example/charts/}\n\
                     - {name: common, version: '*', repository: file://../common}\n\
                     - {name: local, version: '*'}\n\
                     - {name: alias, version: '*', repository: '@corp'}\n";
        let web = Missing::Package {
            name: "web".into(),
            location: Location::Repository { repository: "https://c.example".into(), name: "web".into() },
            requested: "^1".into(),
        };
        let db = Missing::Package {
            name: "db".into(),
            location: Location::Oci("oci://r.example/charts/db".into()),
            requested: "~2".into(),
        };
        let common = Missing::Folder { name: "common".into(), path: "../common".into() };
        assert_eq!(of(asked, "", &[]), [web, db.clone(), common]);
        assert_eq!(of(asked, "", &["web-1.2.0.tgz", "common"]), [db]);
        assert_eq!(
            of(asked, "", &["web-extra", "db", "common"]).len(),
            1,
            "a chart of a longer name is another"
        );
        let locked = of(
            asked,
            "- {name: db, version: 2.0.7, repository: oci://r.example/charts/}\n",
            &["web", "common"],
        );
        assert!(matches!(&locked[..], [Missing::Package { requested, .. }] if &**requested == "2.0.7"));
    }

    #[test]
    fn what_is_no_chart_depends_on_nothing() {
        assert_eq!(missing(Vec::new(), &[]), []);
        assert_eq!(missing(vec![File::new("Chart.yaml", b"a: [")], &[]), []);
    }
}
