//! The whole way from a project's files to its output: what the command line, the functions and the page all call.
//!
//! ```text
//! let planned = Plan::new(&world, &root, &options);       // reads the project, routes and pins every unit
//! let output = plan.render(&world, unit);                 // one unit, independent of all others
//! let outcome = plan.assemble(outputs);                   // the file tree, and everything there is to say
//! ```
//!
//! The engine starts no threads: units are rendered one by one, and whoever has threads renders several at a time
//! from one [`Plan`]. [`generate`] does all of it in turn.

mod beside;
mod bootstrap;
mod deliver;
mod prepare;
mod unit;
mod validate;

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use bootstrap::bootstrap;

use fairlead_helm::trace::Reads;
use fairlead_world::{Blob, Digest, Need, Read, RepoPath, World};

use crate::change::UnitPlace;
use crate::config::{Name, Project, Runtime};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Scopes, Validator};
use crate::layout::Layout;
use crate::render::steps::Applied;
use crate::render::{self, Artifacts, Notes};
use crate::resolve::{self, AgentStatus, Matrix, Target, Unit, UnitId};
use crate::values::Layer;

pub(crate) use self::prepare::{Memory, plan};

/// What an operation asks for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The delivery profile named for the operation.
    pub profile: Option<Name>,
    /// What is known of the agents. It decides warnings, never output.
    pub agents: BTreeMap<Name, AgentStatus>,
    /// The units that are wanted, for previews; all that the profile selects where `None`.
    pub units: Option<BTreeSet<UnitId>>,
}

/// A project that is read, routed and pinned: everything that rendering one of its units needs.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The project.
    pub project: Arc<Project>,
    /// Its matrix.
    pub matrix: Arc<Matrix>,
    /// Where its output goes.
    pub layout: Layout,
    /// What is wrong with the project.
    pub diagnostics: Vec<Diagnostic>,
    wanted: Option<BTreeSet<UnitId>>,
    scopes: Scopes,
    validator: Validator,
    artifacts: Artifacts,
    fleet: deliver::Fleet,
}

/// A plan as far as it got.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The project as far as it could be read: its lock says where to fetch from what is needed.
    pub project: Option<Arc<Project>>,
    /// The plan, or `None` where the project cannot be read.
    pub plan: Option<Arc<Plan>>,
    /// What is wrong with the project.
    pub diagnostics: Vec<Diagnostic>,
    /// What has to be fetched first; while there is anything, nothing else here is the whole truth.
    pub needs: Vec<Need>,
}

/// One unit, rendered.
#[derive(Debug, Clone)]
pub struct Output {
    /// The unit.
    pub unit: Arc<Unit>,
    /// Its files; empty where it failed.
    pub files: BTreeMap<RepoPath, Blob>,
    /// The objects in its manifests, in their order.
    pub objects: Vec<Object>,
    /// The steps that changed what Helm or Kustomize printed.
    pub steps: Vec<Applied>,
    /// Warnings and errors. With an error the unit has failed.
    pub diagnostics: Vec<Diagnostic>,
    /// What has to be fetched before it can be rendered.
    pub needs: Vec<Need>,
}

impl Output {
    /// Whether the unit could be rendered.
    pub fn is_complete(&self) -> bool {
        self.needs.is_empty() && !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// An object of a rendered manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty where it has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The file that holds it.
    pub file: RepoPath,
    /// The line of the file on which it begins, from 1.
    pub line: u32,
}

/// Everything that a generation comes to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The generated files: of all units that could be rendered.
    pub files: BTreeMap<RepoPath, Blob>,
    /// Where every unit stands in the output, those on hold and those that were not asked for included.
    pub units: Vec<UnitPlace>,
    /// Warnings and errors of the project and its units, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// What has to be fetched first.
    pub needs: Vec<Need>,
}

impl Outcome {
    /// Whether the tree may be written: nothing failed and nothing is missing. With one unit that failed the others
    /// can be looked at, and nothing is written.
    pub fn is_complete(&self) -> bool {
        self.needs.is_empty() && !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Everything that is no error.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| !diagnostic.is_error())
    }
}

impl Plan {
    /// Reads a project and resolves its units.
    pub fn new(world: &dyn World, root: &RepoPath, options: &Options) -> Planned {
        prepare::plan(world, root, options, &mut Memory::default(), &BTreeSet::new())
    }

    /// The units to render: bound, selected, wanted and not on hold.
    pub fn units(&self) -> impl Iterator<Item = &Arc<Unit>> {
        self.matrix.units.iter().filter(|unit| self.asks(unit))
    }

    /// Renders one unit. It reads the world and nothing that another unit left behind.
    pub fn render(&self, world: &dyn World, unit: &Arc<Unit>) -> Output {
        unit::render(self, world, unit, &mut Notes::Nothing)
    }

    /// Renders one unit, and notes on the way what is asked for.
    pub(crate) fn render_noting(&self, world: &dyn World, unit: &Arc<Unit>, notes: &mut Notes) -> Output {
        unit::render(self, world, unit, notes)
    }

    /// Puts the rendered units together with the files of the project.
    pub fn assemble<O: Borrow<Output>>(&self, outputs: impl IntoIterator<Item = O>) -> Outcome {
        let mut outcome = Outcome { diagnostics: self.diagnostics.clone(), ..Outcome::default() };
        let mut needs = BTreeSet::new();
        for output in outputs {
            let output = output.borrow();
            outcome.files.extend(output.files.iter().map(|(path, blob)| (path.clone(), blob.clone())));
            outcome.diagnostics.extend(output.diagnostics.iter().cloned());
            needs.extend(output.needs.iter().cloned());
        }
        outcome.diagnostics.extend(self.matrix.diagnostics.iter().cloned());
        beside::add(self, &mut outcome);
        outcome.diagnostics.extend(self.layout.check(self.matrix.units.iter().map(|unit| &**unit)));
        outcome.diagnostics.extend(self.matrix.units.iter().filter(|unit| unit.is_held()).map(unit::held));
        outcome.units = self.matrix.units.iter().filter_map(|unit| self.place(unit)).collect();
        outcome.needs = needs.into_iter().collect();
        outcome.diagnostics.sort();
        outcome.diagnostics.dedup();
        outcome
    }

    /// Whether everything of the project was asked for, so that what is not generated is stale.
    pub fn is_whole(&self) -> bool {
        !self.matrix.partial && self.wanted.is_none()
    }

    /// The charts that are loaded once for all units.
    pub(crate) fn artifacts(&self) -> &Artifacts {
        &self.artifacts
    }

    /// Whether a unit that two plans share renders alike in both, as far as the plans decide: same charts but for their
    /// default values, same place among the other units, same settings of the whole project.
    pub(crate) fn renders_alike(&self, other: &Plan, unit: &Unit) -> bool {
        let alike = |plan: &Plan| deliver::delivery(&plan.project, &plan.layout, &plan.fleet, unit).ok();
        self.artifacts.like_chart(&other.artifacts, unit)
            && (self.fleet == other.fleet || alike(self) == alike(other))
    }

    /// Whether the values of a unit come to the same as in an older plan, where `reads` says what its render there
    /// looked at. Where nobody renders them here they are written as they are, and have to be the same.
    pub(crate) fn reads_alike(&self, older: &Plan, before: &Unit, after: &Unit, reads: &[Reads]) -> bool {
        if !self.renders(after) {
            return render::release::values(before) == render::release::values(after);
        }
        let artifacts = (&older.artifacts, &self.artifacts);
        render::is_alike(artifacts, &self.project, (before, after), reads)
    }

    /// Whether a unit's chart is rendered here, not in the cluster.
    pub(crate) fn renders(&self, unit: &Unit) -> bool {
        self.project.delivery.runtime != Runtime::Flux || deliver::is_rendered(&unit.workload)
    }

    /// The targets that a unit is rendered for: one of all that do not differ.
    pub(crate) fn rendered_targets<'u>(&self, unit: &'u Unit) -> &'u [Target] {
        let count = if crate::layout::differ(&unit.targets) { unit.targets.len() } else { 1 };
        unit.targets.get(..count).unwrap_or_default()
    }

    /// Whether what all units share is the same in two plans, apart from charts and the units' places.
    pub(crate) fn is_like(&self, other: &Plan) -> bool {
        let now = |plan: &Plan| plan.project.lock.as_ref().map(|lock| lock.now.clone());
        self.layout == other.layout
            && self.project.file.value == other.project.file.value
            && self.project.delivery == other.project.delivery
            && now(self) == now(other)
            && self.scopes == other.scopes
            && self.validator.is_same(&other.validator)
    }

    /// Whether a file belongs to one of the charts.
    pub(crate) fn has_chart_file(&self, path: &RepoPath) -> bool {
        self.artifacts.has_file(path)
    }

    /// The same plan with other layers for some of its units: what an edit of values comes to.
    pub(crate) fn with_layer(&mut self, units: &[usize], layer: &Arc<Layer>) {
        let matrix = Arc::make_mut(&mut self.matrix);
        for index in units {
            let Some(unit) = matrix.units.get_mut(*index).map(Arc::make_mut) else { continue };
            let exchanged = unit.layers.iter().map(|known| match known.path == layer.path {
                true => layer.clone(),
                false => known.clone(),
            });
            unit.layers = exchanged.collect();
        }
        if let Some(unit) = units.first().and_then(|index| matrix.units.get(*index)) {
            Arc::make_mut(&mut self.project).values.replace(layer, &unit.id);
        }
    }

    fn asks(&self, unit: &Unit) -> bool {
        unit.selected
            && !unit.is_held()
            && self.wanted.as_ref().is_none_or(|wanted| wanted.contains(&unit.id))
    }

    fn place(&self, unit: &Arc<Unit>) -> Option<UnitPlace> {
        Some(UnitPlace {
            id: unit.id.to_string(),
            application: self.layout.application(unit).ok()?,
            folder: self.layout.folder(unit).ok()?,
            delivery: deliver::identity(&self.project, unit),
            asked: self.asks(unit),
            protected: unit.is_protected(),
        })
    }
}

/// Generates a whole project, one unit after the other.
pub fn generate(world: &dyn World, root: &RepoPath, options: &Options) -> Outcome {
    let planned = Plan::new(world, root, options);
    let mut outcome = match planned.plan.filter(|_| planned.needs.is_empty()) {
        Some(plan) => plan.assemble(plan.units().map(|unit| plan.render(world, unit))),
        None => Outcome { diagnostics: planned.diagnostics, ..Outcome::default() },
    };
    outcome.needs.extend(planned.needs);
    outcome
}

/// The digest of everything that a generation read, for its commit's trailer.
pub fn inputs(reads: &[(Need, Read)]) -> Digest {
    let mut text = String::new();
    for (need, read) in reads {
        use std::fmt::Write as _;
        let _ = match read {
            Read::File(Some(digest)) => writeln!(text, "{need} {digest}"),
            Read::Folder(Some(entries)) => {
                let names: Vec<_> =
                    entries.iter().map(|entry| format!("{:?} {:?}", entry.kind, entry.name)).collect();
                writeln!(text, "{need} {}", names.join(", "))
            }
            Read::Content(true) => writeln!(text, "{need}"),
            Read::File(None) | Read::Folder(None) | Read::Content(false) => {
                writeln!(text, "{need} is absent")
            }
        };
    }
    Digest::of(text.as_bytes())
}

pub use resolve::Options as ResolveOptions;
