//! Projects written as one text: a rule in plain words, then files, each after a line `-- path --`.
//!
//! The files lie over a small project that is whole by itself, [`BASE`]; a file that is empty but for `-- absent` takes
//! the one of that path away.

use fairlead_world::{Blob, MemoryWorld, RepoPath};

/// One workload for two tenants in two environments.
const BASE: &str = "
-- fairlead.yaml --
apiVersion: fairlead.dev/v1
kind: Project
name: shop
-- tenants/acme.yaml --
apiVersion: fairlead.dev/v1
kind: Tenant
-- tenants/globex.yaml --
apiVersion: fairlead.dev/v1
kind: Tenant
-- environments/dev.yaml --
apiVersion: fairlead.dev/v1
kind: Environment
order: 1
cluster: dev
-- environments/prod.yaml --
apiVersion: fairlead.dev/v1
kind: Environment
order: 2
protected: true
cluster: prod
-- clusters/dev.yaml --
apiVersion: fairlead.dev/v1
kind: Cluster
server: https://dev.example.com
-- clusters/prod.yaml --
apiVersion: fairlead.dev/v1
kind: Cluster
server: https://prod.example.com
-- charts/api/Chart.yaml --
apiVersion: v2
name: api
version: 1.2.0
-- workloads/api.yaml --
apiVersion: fairlead.dev/v1
kind: Workload
chart:
  path: charts/api
-- bindings/api.yaml --
apiVersion: fairlead.dev/v1
kind: Binding
workload: api
tenants: \"*\"
environments: \"*\"
";

/// The folder of the project: not the repository's, so that paths that climb out of it are ordinary.
pub(crate) fn root() -> RepoPath {
    RepoPath::parse("shop").unwrap()
}

/// The world of a case.
pub(crate) fn world(case: &str) -> MemoryWorld {
    let mut world = MemoryWorld::new();
    for (path, text) in files(BASE).into_iter().chain(files(case)) {
        let path = root().join(path).unwrap();
        match text.as_str() {
            "-- absent\n" => {
                world.remove(&path);
            }
            "-- link\n" => world.insert_link(path),
            _ => {
                world.insert(path, Blob::from(text));
            }
        }
    }
    world
}

/// The value of a line `# name: value` above the files.
#[allow(dead_code, reason = "each test program uses its own part of the support")]
pub(crate) fn option<'a>(case: &'a str, name: &str) -> Option<&'a str> {
    let head = case.split("\n-- ").next().unwrap_or_default();
    head.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(": "))
}

fn files(text: &str) -> Vec<(&str, String)> {
    let mut files: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
            Some(path) => files.push((path, String::new())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    files
}
