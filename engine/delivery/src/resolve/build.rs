//! Building the matrix.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bound::{self, Bound, CellKey};
use super::matrix::{Cell, CellStatus, Matrix};
use super::route::{self, Routes};
use super::settings::Settings;
use super::unit::{Artifact, Target, Unit, UnitId, Version};
use super::{pin, sync};
use crate::config::{Entry, IgnoreDifference, Name, Overlay, Profile, Project};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};
use crate::lock::Wanted;

/// What an operation adds to the project.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The delivery profile named for the operation.
    pub profile: Option<Name>,
    /// What is known of the agents. It decides warnings, never output.
    pub agents: BTreeMap<Name, AgentStatus>,
}

/// Whether an agent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentStatus {
    /// It reports.
    Connected,
    /// It has not reported for too long.
    Disconnected,
}

/// Makes the matrix of a project: every cell, and a unit for each that is bound.
pub fn matrix(project: &Project, options: &Options) -> Matrix {
    let mut diagnostics = Vec::new();
    let bound = bound::all(project, &mut diagnostics);
    let mut build = Build {
        project,
        options,
        pairs: BTreeMap::new(),
        artifacts: BTreeMap::new(),
        ignored: BTreeMap::new(),
        diagnostics,
    };
    let operation = build.operation();
    let columns = columns(project);
    let mut matrix = Matrix {
        workloads: project.workloads.keys().cloned().collect(),
        partial: operation.is_some_and(|profile| profile.subset.is_some()),
        ..Matrix::default()
    };
    for workload in project.workloads.keys() {
        for (tenant, environment) in &columns {
            let key = (workload.clone(), tenant.clone(), environment.clone());
            let (cell, unit) = build.cell(key, &bound, operation);
            let unit = unit.map(|unit| {
                matrix.units.push(Arc::new(unit));
                matrix.units.len() - 1
            });
            matrix.cells.push(Cell { unit, ..cell });
        }
    }
    collisions(&matrix.units, &mut build.diagnostics);
    build.diagnostics.sort();
    build.diagnostics.dedup();
    matrix.diagnostics = build.diagnostics;
    matrix.columns = columns;
    matrix
}

/// What the lock has to name for a project: every version that a bound cell asks for and that is not at hand.
pub fn wanted(project: &Project) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for ((workload, tenant, environment), bound) in bound::all(project, &mut Vec::new()) {
        let entries = (
            project.workloads.get(&workload),
            project.tenants.get(&tenant),
            project.environments.get(&environment),
        );
        let (Some(artifact), Some(of), Some(at)) = entries else { continue };
        let id = UnitId { workload, tenant, environment };
        let asked = pin::asked(&id, &bound, of, at, artifact);
        wanted.extend(pin::wanted(project, artifact, asked.as_ref()));
        wanted.extend(pin::wanted_by_chart(project, artifact, asked.as_ref()));
        wanted.extend(pin::wanted_by_overlays(project, &overlays(&bound, &id)));
    }
    wanted.sort();
    wanted.dedup();
    wanted
}

/// The columns: tenants by name, and for each the environments in their order.
fn columns(project: &Project) -> Vec<(Name, Name)> {
    let mut environments: Vec<_> = project.environments.values().collect();
    environments.sort_by_key(|environment| (environment.order, environment.name.clone()));
    let pairs =
        |tenant: &Name| environments.iter().map(|at| (tenant.clone(), at.name.clone())).collect::<Vec<_>>();
    project.tenants.keys().flat_map(pairs).collect()
}

/// What the cells of one tenant and environment share.
#[derive(Clone)]
struct Pair {
    routes: Routes,
    settings: Arc<Settings>,
}

type Located = Result<(Arc<Artifact>, Option<Version>), Box<Diagnostic>>;

struct Build<'a> {
    project: &'a Project,
    options: &'a Options,
    pairs: BTreeMap<(Name, Name), Pair>,
    artifacts: BTreeMap<(Name, Option<Arc<str>>), Located>,
    ignored: BTreeMap<Name, Arc<[Spanned<IgnoreDifference>]>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Build<'a> {
    /// The profile named for the operation.
    fn operation(&mut self) -> Option<&'a Entry<Profile>> {
        let name = self.options.profile.as_ref()?;
        let Some(profile) = self.project.profiles.get(name) else {
            let names: Vec<&str> = self.project.profiles.keys().map(Name::as_str).collect();
            let hint = format!("there are {}", names.join(", "));
            let message = format!("there is no profile `{name}`");
            self.diagnostics.push(Diagnostic::error(Code::MissingReference, message, hint));
            return None;
        };
        if profile.subset.is_none() && name.as_str() == "canary" {
            let message = "the profile `canary` delivers to a subset of the targets, and no subset is named";
            let hint = "write `profiles/canary.yaml` with a `subset`";
            self.diagnostics.push(Diagnostic::error(Code::MissingField, message, hint));
        }
        Some(profile)
    }

    fn cell(
        &mut self,
        key: CellKey,
        bound: &BTreeMap<CellKey, Bound>,
        operation: Option<&Entry<Profile>>,
    ) -> (Cell, Option<Unit>) {
        let Some(binding) = bound.get(&key) else {
            let status = CellStatus::NotBound;
            return (Cell { status, targets: Vec::new(), suspended: false, unit: None }, None);
        };
        let (workload, tenant, environment) = key;
        let id = UnitId { workload, tenant, environment };
        let pair = self.pair(&id);
        let targets = self.targets(&id, binding, &pair);
        let suspended =
            binding.is_suspended() || self.project.tenants.get(&id.tenant).is_some_and(|t| t.suspended);
        let is_missing =
            pair.routes.incomplete.is_some() && targets.iter().any(|t| t.route == super::Route::Fallback);
        if is_missing && !suspended {
            let place = pair.routes.incomplete.clone().unwrap_or_else(|| binding.place().clone());
            let problem = route::missing_target(self.project, &id.tenant, &id.environment, &place);
            self.diagnostics.push(problem);
        }
        let cell = Cell {
            status: if is_missing { CellStatus::TargetMissing } else { CellStatus::Complete },
            targets: targets
                .iter()
                .filter(|t| t.route != super::Route::Fallback)
                .map(|t| t.name.clone())
                .collect(),
            suspended,
            unit: None,
        };
        let unit = (!suspended).then(|| self.unit(id, binding, &pair, targets, operation)).flatten();
        (cell, unit)
    }

    /// The targets of a cell: those that it names, or all of its tenant and environment.
    fn targets(&mut self, id: &UnitId, bound: &Bound, pair: &Pair) -> Arc<[Target]> {
        let Some(cell) = bound.cell() else { return pair.routes.targets.clone() };
        let named: Vec<_> = cell.target.iter().chain(&cell.targets).collect();
        if named.is_empty() {
            return pair.routes.targets.clone();
        }
        let mut chosen = Vec::new();
        for name in named {
            match pair.routes.targets.iter().find(|target| target.name == name.value) {
                Some(target) => chosen.push(target.clone()),
                // A name that is no target at all has been told already.
                None if !self.project.targets.contains_key(&name.value) => {}
                None => {
                    let message =
                        format!("the target `{}` is not of {}/{}", name.value, id.tenant, id.environment);
                    let hint = "name a target of the cell's tenant and environment";
                    self.diagnostics
                        .push(Diagnostic::error(Code::MissingReference, message, hint).at(&name.span));
                }
            }
        }
        if chosen.is_empty() { pair.routes.targets.clone() } else { chosen.into() }
    }

    fn pair(&mut self, id: &UnitId) -> Pair {
        let key = (id.tenant.clone(), id.environment.clone());
        if let Some(pair) = self.pairs.get(&key) {
            return pair.clone();
        }
        let routes = route::routes(self.project, &id.tenant, &id.environment);
        let mut settings = Settings::default();
        if let Some(environment) = self.project.environments.get(&id.environment) {
            settings =
                sync::settings(self.project, environment, self.options.profile.as_ref(), &routes.agents);
            sync::review(&settings, &id.tenant, environment, &mut self.diagnostics);
            sync::agree((&id.tenant, &id.environment), &routes.agents, &mut self.diagnostics);
        }
        self.disconnected(id, &routes);
        let pair = Pair { routes, settings: Arc::new(settings) };
        self.pairs.insert(key, pair.clone());
        pair
    }

    /// Warns of agents that are known not to be there.
    fn disconnected(&mut self, id: &UnitId, routes: &Routes) {
        let bound = routes.agents.iter().map(|binding| binding.agent_name());
        let named = routes.targets.iter().filter_map(|target| target.agent.as_ref());
        let mut names: Vec<&Name> = bound.chain(named).collect();
        names.sort();
        names.dedup();
        for name in names {
            if self.options.agents.get(name) != Some(&AgentStatus::Disconnected) {
                continue;
            }
            let message = format!(
                "{}: `{name}`, which serves {}/{}",
                Code::AgentDisconnected.cause(),
                id.tenant,
                id.environment
            );
            let hint = Code::AgentDisconnected.resolution();
            let file = self.project.agents.values().find(|binding| binding.agent_name() == name);
            let place = file.map_or_else(|| self.project.file.name_place(), |file| Span::start(&file.path));
            self.diagnostics.push(Diagnostic::warning(Code::AgentDisconnected, message, hint).at(&place));
        }
    }

    fn unit(
        &mut self,
        id: UnitId,
        bound: &Bound,
        pair: &Pair,
        targets: Arc<[Target]>,
        operation: Option<&Entry<Profile>>,
    ) -> Option<Unit> {
        let project = self.project;
        let workload = project.workloads.get(&id.workload)?;
        let tenant = project.tenants.get(&id.tenant)?;
        let environment = project.environments.get(&id.environment)?;
        let asked = pin::asked(&id, bound, tenant, environment, workload);
        if let Some(asked) = &asked {
            self.diagnostics.extend(pin::conflict(&id, asked, environment));
        }
        let (artifact, version) = match self.located(workload, asked.as_ref()) {
            Ok(located) => located,
            Err(problem) => {
                self.diagnostics.push(*problem);
                return None;
            }
        };
        let cell = bound.cell();
        let suffix = cell.and_then(|cell| cell.suffix.as_ref()).or(bound.binding.suffix.as_ref());
        let selected = operation
            .and_then(|profile| profile.subset.as_ref())
            .is_none_or(|subset| subset.selects(&id, &targets));
        let release_name =
            workload.release_name.as_ref().map_or(id.workload.shared(), |name| name.value.clone());
        let mut unit = Unit {
            suffix: suffix.map(|suffix| suffix.value.clone()),
            workload: workload.clone(),
            tenant: tenant.clone(),
            environment: environment.clone(),
            targets,
            artifact,
            version,
            layers: project.values.layers(&id.workload, &id.tenant, &id.environment).into(),
            variables: project.variables.scopes(&id.workload, &id.tenant, &id.environment),
            settings: pair.settings.clone(),
            ignore_differences: self.ignored(&id.workload),
            overlays: overlays(bound, &id),
            release_name,
            hold: None,
            selected,
            place: bound.place().clone(),
            id,
        };
        unit.hold = project.holds.get(unit.stem().as_str()).cloned();
        self.check_name(&unit);
        Some(unit)
    }

    /// Where a workload's files are at a version; found once for all cells that ask for the same.
    fn located(&mut self, workload: &Entry<crate::config::Workload>, asked: Option<&pin::Asked>) -> Located {
        let key = (workload.name.clone(), asked.map(|asked| asked.version.value.clone()));
        let located = self.artifacts.entry(key).or_insert_with(|| {
            pin::locate(self.project, workload, asked)
                .map(|(artifact, version)| (Arc::new(artifact), version))
        });
        let (artifact, version) = located.clone()?;
        // Others may have asked for the same version: who asks here is the cell's own.
        let version = version.zip(asked).map(|(version, asked)| Version {
            requested: asked.version.clone(),
            origin: asked.origin,
            exact: version.exact,
        });
        Ok((artifact, version))
    }

    fn ignored(&mut self, workload: &Name) -> Arc<[Spanned<IgnoreDifference>]> {
        if let Some(known) = self.ignored.get(workload) {
            return known.clone();
        }
        let own = self.project.workloads.get(workload).map(|entry| entry.ignore_differences.as_slice());
        let all = self.project.delivery.ignore_differences.iter().chain(own.unwrap_or_default());
        let all: Arc<[_]> = all.cloned().collect();
        self.ignored.insert(workload.clone(), all.clone());
        all
    }

    fn check_name(&mut self, unit: &Unit) {
        let limit = match self.project.delivery.runtime {
            crate::config::Runtime::ArgoCd => 253,
            // Flux puts the name into a label of everything that it applies.
            crate::config::Runtime::Flux => Name::MAX,
        };
        let stem = unit.stem();
        if stem.len() > limit {
            let message = format!("the name `{stem}` has {} characters, and {limit} are allowed", stem.len());
            let hint = "shorten the workload's, the tenant's or the environment's name";
            let problem = Diagnostic::error(Code::InvalidName, message, hint);
            self.diagnostics.push(problem.at(&unit.place).about(&unit.id));
        }
    }
}

fn overlays(bound: &Bound, id: &UnitId) -> Arc<[Spanned<Overlay>]> {
    let own = bound.cell().map(|cell| cell.overlays.as_slice()).unwrap_or_default();
    let here = |overlay: &&Spanned<Overlay>| {
        overlay.tenants.contains(&id.tenant) && overlay.environments.contains(&id.environment)
    };
    bound.binding.overlays.iter().chain(own).filter(here).cloned().collect()
}

/// Tells of units whose files would have one name.
fn collisions(units: &[Arc<Unit>], diagnostics: &mut Vec<Diagnostic>) {
    let mut stems: BTreeMap<String, &Arc<Unit>> = BTreeMap::new();
    for unit in units {
        let stem = unit.stem();
        if let Some(first) = stems.get(&stem) {
            let message = format!("{} and {} would both be called `{stem}`", first.id, unit.id);
            let hint = "give one of their bindings, or a cell in `cells`, a `suffix`";
            let problem = Diagnostic::error(Code::Collision, message, hint);
            diagnostics.push(problem.at(&unit.place).about(&unit.id));
        } else {
            stems.insert(stem, unit);
        }
    }
}
