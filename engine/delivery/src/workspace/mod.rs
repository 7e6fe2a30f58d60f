//! The one stateful handle: a project that stays open while its files change.
//!
//! ```text
//! let mut workspace = Workspace::new(world, root, options);
//! workspace.edit(path, blob);            // nothing is computed yet
//! let update = workspace.update();       // reads what changed, and says which units are stale
//! let output = workspace.render(&id);    // the unit in view, at once
//! let rendered = workspace.refresh();    // all others that are stale
//! ```
//!
//! A unit is rendered again only where something that it read is other than before: its values, its chart, a file or
//! folder that its base, bundle or patches came from, or a setting of the project. What it read is recorded while it
//! renders.

mod overlay;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_helm::trace::Reads;
use fairlead_world::{Answer, Blob, Need, RepoPath, World};

pub use overlay::Overlay;

use self::watch::Watch;
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::generate::{self, Memory, Options, Outcome, Output, Plan};
use crate::render::Notes;
use crate::resolve::{Unit, UnitId};
use crate::values;

/// A project that stays open while its files change.
pub struct Workspace<W> {
    world: Overlay<W>,
    root: RepoPath,
    options: Options,
    memory: Memory,
    plan: Option<Arc<Plan>>,
    diagnostics: Vec<Diagnostic>,
    needs: Vec<Need>,
    /// Files that are other than when the plan was made.
    changed: BTreeSet<RepoPath>,
    /// What planning read, apart from charts.
    read: BTreeSet<Need>,
    /// The units that have each file of values as a layer, by their index in the matrix.
    layers: BTreeMap<RepoPath, Vec<usize>>,
    outputs: BTreeMap<UnitId, Rendered>,
    /// What renders looked at of their values: most units of a chart look at the same.
    values: BTreeSet<Arc<[Reads]>>,
    /// The units that read each file or folder while they rendered.
    readers: BTreeMap<Need, BTreeSet<UnitId>>,
    stale: BTreeSet<UnitId>,
}

/// A unit's output and what it was made from.
struct Rendered {
    output: Arc<Output>,
    reads: BTreeSet<Need>,
    /// What it looked at of its values, for each time that its chart was rendered.
    values: Arc<[Reads]>,
}

/// What an update came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Update {
    /// The units whose output has to be made again, or for the first time.
    pub stale: BTreeSet<UnitId>,
    /// The units that are no more.
    pub removed: BTreeSet<UnitId>,
    /// What has to be fetched first.
    pub needs: Vec<Need>,
}

impl<W: World> Workspace<W> {
    /// Opens the project in the folder `root`. Nothing is read before the first [`update`](Workspace::update).
    pub fn new(world: W, root: RepoPath, options: Options) -> Workspace<W> {
        Workspace {
            world: Overlay::new(world),
            root,
            options,
            memory: Memory::default(),
            plan: None,
            diagnostics: Vec::new(),
            needs: Vec::new(),
            changed: BTreeSet::new(),
            read: BTreeSet::new(),
            layers: BTreeMap::new(),
            outputs: BTreeMap::new(),
            values: BTreeSet::new(),
            readers: BTreeMap::new(),
            stale: BTreeSet::new(),
        }
    }

    /// Puts other content in a file, or takes it away with `None`, as an editor does before anything is saved.
    pub fn edit(&mut self, path: RepoPath, content: Option<Blob>) {
        if self.world.edit(path.clone(), content) {
            self.changed.insert(path);
        }
    }

    /// Forgets the edits of a file: it is again what the world below says.
    pub fn close(&mut self, path: &RepoPath) {
        if self.world.close(path) {
            self.changed.insert(path.clone());
        }
    }

    /// The world below, to put into it what was needed. Tell with [`touch`](Workspace::touch) what else changes there.
    pub fn world_mut(&mut self) -> &mut W {
        self.world.below_mut()
    }

    /// Says that a file of the world below is other than before.
    pub fn touch(&mut self, path: RepoPath) {
        self.changed.insert(path);
    }

    /// Reads what has changed and finds the units that it concerns. Nothing is rendered.
    pub fn update(&mut self) -> Update {
        let changed = std::mem::take(&mut self.changed);
        let needed = self.plan.is_none() || !self.needs.is_empty();
        let (layers, others): (BTreeSet<RepoPath>, BTreeSet<RepoPath>) =
            changed.iter().cloned().partition(|path| self.layers.contains_key(path));
        let mut removed = BTreeSet::new();
        if needed || self.concerns_plan(&others) || !self.update_layers(&layers) {
            removed = self.plan_again(&changed);
        }
        for path in &others {
            self.stale
                .extend(touched(path).flat_map(|need| self.readers.get(&need).cloned().unwrap_or_default()));
        }
        Update { stale: self.stale.clone(), removed, needs: self.needs.clone() }
    }

    /// Renders one unit if it is stale: the one in view, before all others.
    pub fn render(&mut self, id: &UnitId) -> Option<Arc<Output>> {
        let plan = self.plan.clone()?;
        if self.stale.remove(id) || !self.outputs.contains_key(id) {
            let unit = plan.matrix.unit(id)?.clone();
            self.render_unit(&plan, &unit);
        }
        self.outputs.get(id).map(|rendered| rendered.output.clone())
    }

    /// Renders every stale unit, and gives back those that were rendered.
    pub fn refresh(&mut self) -> Vec<UnitId> {
        let Some(plan) = self.plan.clone() else { return Vec::new() };
        let mut rendered = Vec::new();
        for id in std::mem::take(&mut self.stale) {
            if let Some(unit) = plan.matrix.unit(&id) {
                self.render_unit(&plan, unit);
                rendered.push(id);
            }
        }
        rendered
    }

    /// The plan as of the last update.
    pub fn plan(&self) -> Option<&Arc<Plan>> {
        self.plan.as_ref()
    }

    /// What is wrong with the project as of the last update, its units apart.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// A unit's output as it was last rendered.
    pub fn output(&self, id: &UnitId) -> Option<&Arc<Output>> {
        self.outputs.get(id).map(|rendered| &rendered.output)
    }

    /// The whole tree, with everything rendered that is stale.
    pub fn preview(&mut self) -> Outcome {
        let update = self.update();
        self.refresh();
        let mut outcome = match &self.plan {
            Some(plan) => {
                let outputs = plan.units().filter_map(|unit| self.outputs.get(&unit.id));
                plan.assemble(outputs.map(|rendered| (*rendered.output).clone()))
            }
            None => Outcome::default(),
        };
        outcome.diagnostics.extend(self.diagnostics.iter().cloned());
        outcome.diagnostics.sort();
        outcome.diagnostics.dedup();
        outcome.needs.extend(update.needs);
        outcome
    }

    /// Whether the project itself read any of the files, or has a chart that they belong to.
    fn concerns_plan(&self, changed: &BTreeSet<RepoPath>) -> bool {
        let Some(plan) = &self.plan else { return true };
        changed
            .iter()
            .any(|path| touched(path).any(|need| self.read.contains(&need)) || plan.has_chart_file(path))
    }

    /// Puts other content into layers, where that is all that changes. Gives back whether it could.
    fn update_layers(&mut self, paths: &BTreeSet<RepoPath>) -> bool {
        let mut updated = Vec::new();
        for path in paths {
            let Answer::Found(blob) = self.world.read(path) else { return false };
            let Some(known) = self.layer(path) else { return false };
            let Ok(value) = config::read_values(path, &blob) else { return false };
            updated.push(Arc::new(values::Layer { blob, value: Arc::new(value), ..(*known).clone() }));
        }
        for layer in updated {
            let units = self.layers.get(&layer.path).cloned().unwrap_or_default();
            let Some(plan) = &mut self.plan else { return false };
            let before: Vec<Arc<Unit>> =
                units.iter().filter_map(|index| plan.matrix.units.get(*index).cloned()).collect();
            Arc::make_mut(plan).with_layer(&units, &layer);
            let after: Vec<Arc<Unit>> =
                units.iter().filter_map(|index| plan.matrix.units.get(*index).cloned()).collect();
            let Some(plan) = &self.plan else { return false };
            let rendered = before
                .iter()
                .zip(&after)
                .filter_map(|(before, after)| Some((before, after, self.outputs.get(&after.id)?)));
            let stale = rendered
                .filter(|(before, after, rendered)| !plan.reads_alike(plan, before, after, &rendered.values));
            self.stale.extend(stale.map(|(_, after, _)| after.id.clone()));
        }
        true
    }

    fn layer(&self, path: &RepoPath) -> Option<Arc<values::Layer>> {
        let index = self.layers.get(path)?.first()?;
        let unit = self.plan.as_ref()?.matrix.units.get(*index)?;
        unit.layers.iter().find(|layer| layer.path == *path).cloned()
    }

    /// Makes the plan again and compares its units with those of the last one. Gives back the units that are no more.
    fn plan_again(&mut self, changed: &BTreeSet<RepoPath>) -> BTreeSet<UnitId> {
        let watch = Watch::new(&self.world);
        let planned = generate::plan(&watch, &self.root, &self.options, &mut self.memory, changed);
        self.read = watch.finish();
        self.diagnostics = planned.diagnostics;
        self.needs = planned.needs;
        // While something is missing, the last whole plan is the better one to show.
        let Some(plan) = planned.plan.filter(|_| self.needs.is_empty()) else { return BTreeSet::new() };
        let last = self.plan.replace(plan.clone());
        let alike = last.as_ref().is_some_and(|last| plan.is_like(last));
        let mut fresh = BTreeSet::new();
        for unit in plan.units() {
            fresh.insert(unit.id.clone());
            let known =
                last.as_ref().filter(|_| alike).and_then(|last| Some((last, last.matrix.unit(&unit.id)?)));
            let is_same = known.zip(self.outputs.get(&unit.id)).is_some_and(|((last, before), rendered)| {
                is_like(before, unit)
                    && plan.renders_alike(last, unit)
                    && plan.reads_alike(last, before, unit, &rendered.values)
            });
            if !is_same {
                self.stale.insert(unit.id.clone());
            }
        }
        self.stale.retain(|id| fresh.contains(id));
        let removed: BTreeSet<UnitId> =
            self.outputs.keys().filter(|id| !fresh.contains(*id)).cloned().collect();
        removed.iter().for_each(|id| self.forget(id));
        self.layers.clear();
        for (index, unit) in plan.matrix.units.iter().enumerate() {
            for layer in unit.layers.iter() {
                self.layers.entry(layer.path.clone()).or_default().push(index);
            }
        }
        removed
    }

    fn render_unit(&mut self, plan: &Arc<Plan>, unit: &Arc<Unit>) {
        let watch = Watch::new(&self.world);
        let mut notes = Notes::Reads(Vec::new());
        let output = Arc::new(plan.render_noting(&watch, unit, &mut notes));
        let reads = watch.finish();
        let values = match notes {
            Notes::Reads(reads) => self.shared(reads.into()),
            Notes::Nothing | Notes::Lines(_) => Arc::default(),
        };
        self.forget(&unit.id);
        for need in &reads {
            self.readers.entry(need.clone()).or_default().insert(unit.id.clone());
        }
        self.outputs.insert(unit.id.clone(), Rendered { output, reads, values });
    }

    /// The same reads, kept once.
    fn shared(&mut self, reads: Arc<[Reads]>) -> Arc<[Reads]> {
        if let Some(known) = self.values.get(&reads) {
            return known.clone();
        }
        self.values.insert(reads.clone());
        reads
    }

    fn forget(&mut self, id: &UnitId) {
        let Some(rendered) = self.outputs.remove(id) else { return };
        // The set and this unit are the last who hold them.
        if Arc::strong_count(&rendered.values) == 2 {
            self.values.remove(&rendered.values);
        }
        for need in rendered.reads {
            if let Some(readers) = self.readers.get_mut(&need) {
                readers.remove(id);
                if readers.is_empty() {
                    self.readers.remove(&need);
                }
            }
        }
    }
}

/// What reads may have seen of a file: itself, and the listings of every folder above it.
fn touched(path: &RepoPath) -> impl Iterator<Item = Need> + use<> {
    let folders = std::iter::successors(path.parent(), RepoPath::parent).map(Need::Folder);
    std::iter::once(Need::File(path.clone())).chain(folders)
}

/// Whether two units of one name render alike as far as they decide, their values apart.
fn is_like(before: &Arc<Unit>, after: &Arc<Unit>) -> bool {
    if Arc::ptr_eq(before, after) {
        return true;
    }
    let mut alike = (**before).clone();
    alike.layers = after.layers.clone();
    alike.variables = after.variables.clone();
    alike == **after
}
