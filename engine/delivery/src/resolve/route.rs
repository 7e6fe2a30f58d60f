//! Where the cells of a tenant and environment go.

use std::sync::Arc;

use super::unit::{Route, Target};
use crate::config::{AgentBinding, Entry, Name, Project, TargetFile};
use crate::diagnostic::{Code, Diagnostic, Span};

/// The API server of the cluster that the runtime itself runs in.
pub const IN_CLUSTER: &str = "https://kubernetes.default.svc";

/// Where a tenant's cells in an environment go.
#[derive(Clone)]
pub(super) struct Routes {
    /// At least one.
    pub(super) targets: Arc<[Target]>,
    /// Whether one of them is missing or incomplete, so that it falls back.
    pub(super) incomplete: Option<Span>,
    /// The agent bindings that serve the pair.
    pub(super) agents: Vec<Arc<Entry<AgentBinding>>>,
}

/// Finds the way: targets of exactly the pair, else the environment's cluster, else the fallback.
pub(super) fn routes(project: &Project, tenant: &Name, environment: &Name) -> Routes {
    let explicit: Vec<&Arc<Entry<TargetFile>>> = project
        .targets
        .values()
        .filter(|target| target.tenant.value == *tenant && target.environment.value == *environment)
        .collect();
    let agents = serving(project, tenant, environment);
    let mut incomplete = None;
    let targets: Vec<Target> = if explicit.is_empty() {
        let target = by_environment(project, environment, &agents);
        target.into_iter().collect()
    } else {
        explicit
            .into_iter()
            .map(|target| {
                from_file(project, target, environment, &agents).unwrap_or_else(|| {
                    incomplete = Some(Span::start(&target.path));
                    Target {
                        name: target.name.clone(),
                        namespace: namespace(project, Some(target)),
                        ..fallback(project)
                    }
                })
            })
            .collect()
    };
    if targets.is_empty() {
        let place = project.environments.get(environment).map(|entry| Span::start(&entry.path));
        return Routes {
            targets: Arc::new([fallback(project)]),
            incomplete: Some(place.unwrap_or_else(|| Span::start(&project.file.path))),
            agents,
        };
    }
    Routes { targets: targets.into(), incomplete, agents }
}

/// What is said of a pair that falls back: a warning, and an error where the environment is protected.
pub(super) fn missing_target(
    project: &Project,
    tenant: &Name,
    environment: &Name,
    place: &Span,
) -> Diagnostic {
    let protected = project.environments.get(environment).is_some_and(|entry| entry.protected);
    let pair = format!("{tenant}/{environment}");
    let hint = format!(
        "{}: `targets/<name>.yaml` with `tenant: {tenant}`, `environment: {environment}` and a `cluster`",
        Code::MissingTarget.resolution()
    );
    if protected {
        let message = format!(
            "{pair} has no cluster target, and a protected environment refuses the in-cluster default"
        );
        return Diagnostic::error(Code::ProtectedFallback, message, hint).at(place);
    }
    let message = format!("{}: {pair} goes to {IN_CLUSTER}", Code::MissingTarget.cause());
    Diagnostic::warning(Code::MissingTarget, message, hint).at(place)
}

fn fallback(project: &Project) -> Target {
    Target {
        name: Name::fixed("in-cluster"),
        server: Arc::from(IN_CLUSTER),
        namespace: namespace(project, None),
        cluster: None,
        agent: None,
        route: Route::Fallback,
    }
}

fn namespace(project: &Project, target: Option<&TargetFile>) -> Name {
    target
        .and_then(|target| target.namespace.as_ref())
        .or(project.file.defaults.namespace.as_ref())
        .map_or_else(|| Name::fixed("default"), |name| name.value.clone())
}

fn by_environment(
    project: &Project,
    environment: &Name,
    agents: &[Arc<Entry<AgentBinding>>],
) -> Option<Target> {
    let name = &project.environments.get(environment)?.cluster.as_ref()?.value;
    let cluster = project.clusters.get(name)?;
    Some(Target {
        name: name.clone(),
        server: cluster.server.value.clone(),
        namespace: namespace(project, None),
        cluster: Some(cluster.clone()),
        agent: agent_of(agents, Some(name)),
        route: Route::Environment,
    })
}

/// An explicit target with its server: its own, its cluster's, its agent's cluster's, or the environment's cluster's.
fn from_file(
    project: &Project,
    target: &Entry<TargetFile>,
    environment: &Name,
    agents: &[Arc<Entry<AgentBinding>>],
) -> Option<Target> {
    let agent = target.agent.as_ref().map(|name| &name.value);
    let cluster = match (&target.cluster, &target.server, agent) {
        (Some(cluster), _, _) => Some(&cluster.value),
        (None, Some(_), _) => None,
        (None, None, Some(agent)) => Some(
            &project.agents.values().find(|binding| binding.agent_name() == agent)?.cluster.as_ref()?.value,
        ),
        (None, None, None) => Some(&project.environments.get(environment)?.cluster.as_ref()?.value),
    };
    let cluster = match cluster {
        Some(name) => Some(project.clusters.get(name)?.clone()),
        None => None,
    };
    let server = match (&target.server, &cluster) {
        (Some(server), _) => server.value.clone(),
        (None, Some(cluster)) => cluster.server.value.clone(),
        (None, None) => return None,
    };
    let agent = agent.cloned().or_else(|| agent_of(agents, cluster.as_ref().map(|cluster| &cluster.name)));
    Some(Target {
        name: target.name.clone(),
        server,
        namespace: namespace(project, Some(target)),
        cluster,
        agent,
        route: Route::Explicit,
    })
}

/// The agent bindings that serve a pair.
fn serving(project: &Project, tenant: &Name, environment: &Name) -> Vec<Arc<Entry<AgentBinding>>> {
    let serves = |binding: &&Arc<Entry<AgentBinding>>| {
        binding.cells.iter().any(|cell| {
            cell.environment.value == *environment
                && cell.tenant.as_ref().is_none_or(|name| name.value == *tenant)
        })
    };
    project.agents.values().filter(serves).cloned().collect()
}

/// The agent that serves a pair in a cluster.
fn agent_of(agents: &[Arc<Entry<AgentBinding>>], cluster: Option<&Name>) -> Option<Name> {
    let here = |binding: &&Arc<Entry<AgentBinding>>| match (&binding.cluster, cluster) {
        (Some(own), Some(cluster)) => own.value == *cluster,
        _ => true,
    };
    agents.iter().find(here).map(|binding| binding.agent_name().clone())
}
