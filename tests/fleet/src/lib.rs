//! Makes projects of any size: workloads of one chart as large as podinfo's, for tenants in environments, with values
//! in every layer and a file of variables for each tenant.

mod chart;
mod edit;

pub use edit::{EDITS, Edit};

use fairlead_delivery::Workspace;
use fairlead_delivery::generate::Options;
use fairlead_examples::CONTENTS;
use fairlead_world::{Blob, MemoryWorld, RepoPath};

/// How large a project is: one unit for each workload, tenant and environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How many workloads.
    pub workloads: usize,
    /// How many tenants.
    pub tenants: usize,
    /// How many environments, at most.
    pub environments: usize,
}

impl Size {
    /// The project of about so many units that grows in workloads first, then in tenants.
    pub fn of_units(units: usize) -> Size {
        match units {
            ..=100 => Size { workloads: units.div_ceil(10).max(1), tenants: 5, environments: 2 },
            101..=1_000 => Size { workloads: units.div_ceil(50), tenants: 10, environments: 5 },
            1_001..=10_000 => Size { workloads: units.div_ceil(100), tenants: 20, environments: 5 },
            _ => Size { workloads: units.div_ceil(1_000), tenants: 200, environments: 5 },
        }
    }

    /// How many units that makes.
    pub fn units(self) -> usize {
        self.workloads * self.tenants * self.environments
    }
}

/// The files of a project, by their paths within its folder.
pub fn files(size: Size) -> Vec<(String, String)> {
    let mut files = vec![
        (
            "fairlead.yaml".to_owned(),
            kind("Project", "name: fleet\noutput:\n  branch: deploy\n  layout: nested\n"),
        ),
        ("delivery.yaml".to_owned(), kind("Delivery", "repoURL: https://git.example.com/fleet.git\n")),
        ("values/global.yaml".to_owned(), "region: eu\nowner: platform\n".to_owned()),
        (
            "variables/project.yaml".to_owned(),
            kind("Variables", "variables:\n  registry: registry.example.com\n  domain: example.com\n"),
        ),
    ];
    let chart = chart::FILES.iter();
    files.extend(chart.map(|(path, text)| (format!("charts/podlike/{path}"), (*text).to_owned())));
    (0..size.environments).for_each(|number| environment(number, &mut files));
    (0..size.tenants).for_each(|number| tenant(number, size, &mut files));
    (0..size.workloads).for_each(|number| workload(number, size, &mut files));
    files
}

/// The project as a world, in the folder [`root`], with what Kubernetes publishes about its API.
pub fn world(size: Size) -> MemoryWorld {
    let mut world = MemoryWorld::new();
    for (path, text) in files(size) {
        if let Ok(path) = root().join(&path) {
            world.insert(path, Blob::from(text));
        }
    }
    for content in CONTENTS {
        world.insert_content(Blob::from(*content));
    }
    world
}

/// The project as somebody has opened it, before anything of it is read.
pub fn workspace(world: MemoryWorld) -> Workspace<MemoryWorld> {
    Workspace::new(world, root(), Options::default())
}

/// The folder of the project in its world.
pub fn root() -> RepoPath {
    RepoPath::root().join("fleet").unwrap_or_else(|_| RepoPath::root())
}

fn kind(kind: &str, rest: &str) -> String {
    format!("apiVersion: fairlead.dev/v1\nkind: {kind}\n{rest}")
}

fn environment(number: usize, files: &mut Vec<(String, String)>) {
    let name = format!("env-{number}");
    files.push((
        format!("clusters/{name}.yaml"),
        kind("Cluster", &format!("server: https://{name}.example.com\nkubernetesVersion: \"1.34\"\n")),
    ));
    files.push((
        format!("environments/{name}.yaml"),
        kind("Environment", &format!("order: {number}\ncluster: {name}\nprofile: staging\n")),
    ));
    files.push((
        format!("values/environments/{name}/global.yaml"),
        format!("environment: {name}\nlogLevel: {}\n", if number == 0 { "debug" } else { "info" }),
    ));
}

fn tenant(number: usize, size: Size, files: &mut Vec<(String, String)>) {
    let name = format!("tenant-{number}");
    files.push((format!("tenants/{name}.yaml"), kind("Tenant", &format!("displayName: Tenant {number}\n"))));
    files.push((format!("values/tenants/{name}/global.yaml"), format!("tenant: {name}\n")));
    files.push((
        format!("variables/tenants/{name}.yaml"),
        kind("Variables", &format!("variables:\n  domain: {name}.example.com\n")),
    ));
    for number in 0..size.environments {
        files.push((
            format!("targets/{name}-env-{number}.yaml"),
            kind(
                "Target",
                &format!(
                    "tenant: {name}\nenvironment: env-{number}\ncluster: env-{number}\nnamespace: {name}\n"
                ),
            ),
        ));
    }
}

fn workload(number: usize, size: Size, files: &mut Vec<(String, String)>) {
    let name = format!("service-{number}");
    files.push((format!("workloads/{name}.yaml"), kind("Workload", "chart:\n  path: charts/podlike\n")));
    files.push((
        format!("bindings/{name}.yaml"),
        kind("Binding", &format!("workload: {name}\ntenants: \"*\"\nenvironments: \"*\"\n")),
    ));
    files.push((
        format!("values/{name}.yaml"),
        format!(
            "image:\n  repository: \"{{{{hq.var.registry}}}}/{name}\"\n  tag: 1.{number}.0\n\
             ingress:\n  enabled: true\n  hosts:\n    - host: \"{name}.{{{{hq.var.domain}}}}\"\n      paths:\n        \
             - path: /\n          pathType: Prefix\n"
        ),
    ));
    files.push((
        format!("values/environments/env-0/{name}.yaml"),
        "replicaCount: 1\nresources:\n  requests:\n    cpu: 10m\n    memory: 32Mi\n".to_owned(),
    ));
    // One tenant in ten has values of its own for each workload, in one environment.
    for tenant in (0..size.tenants).step_by(10) {
        let environment = number % size.environments;
        files.push((
            format!("values/services/tenant-{tenant}/env-{environment}/{name}.yaml"),
            "replicaCount: 2\n".to_owned(),
        ));
    }
}

#[cfg(test)]
mod tests;
