//! Renders every unit of a project, several at a time.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_delivery::generate::{self, Options, Outcome, Output, Plan};
use fairlead_delivery::resolve::Unit;
use fairlead_world::{Digest, Need, Read, Tracked, World};

use crate::home::Home;
use crate::project::{Opened, Planned, ProjectError};

/// Everything that a generation comes to.
pub(crate) struct Generation {
    /// The plan it was made from, or `None` where the project cannot be read.
    pub(crate) plan: Option<Arc<Plan>>,
    /// The files and everything there is to say.
    pub(crate) outcome: Outcome,
    /// Everything that was read.
    pub(crate) reads: BTreeMap<Need, Read>,
}

impl Generation {
    /// Generates the project.
    pub(crate) fn of<H: Home>(opened: &Opened<H>, options: &Options) -> Result<Generation, ProjectError> {
        let Planned { plan, diagnostics, reads } = opened.plan(options)?;
        let mut reads: BTreeMap<Need, Read> = reads.into_iter().collect();
        let Some(plan) = plan else {
            let outcome = Outcome { diagnostics, ..Outcome::default() };
            return Ok(Generation { plan: None, outcome, reads });
        };
        let mut fetched = Vec::new();
        loop {
            let rendered = render(&plan, &opened.world);
            let outcome = plan.assemble(rendered.outputs);
            if !outcome.needs.is_empty() {
                opened.fetch(Some(&plan.project), &outcome.needs, &mut fetched)?;
                continue;
            }
            reads.extend(rendered.reads);
            return Ok(Generation { plan: Some(plan), outcome, reads });
        }
    }

    /// The warnings and errors.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.outcome.diagnostics
    }

    /// The digest of everything that was read.
    pub(crate) fn inputs(&self) -> Digest {
        let reads: Vec<(Need, Read)> =
            self.reads.iter().map(|(need, read)| (need.clone(), read.clone())).collect();
        generate::inputs(&reads)
    }

    /// Whether the work tree's file at `path`, or its being there, took part in the generation.
    pub(crate) fn has_read(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.reads.keys().any(|need| match need {
            Need::File(read) => read.as_str() == path,
            Need::Folder(read) => read.as_str() == folder,
            Need::Content(_) => false,
        })
    }
}

struct Rendered {
    outputs: Vec<Output>,
    reads: BTreeMap<Need, Read>,
}

/// The stack of a rendering thread: the engine bounds its recursion below it.
const STACK: usize = 64 << 20;

/// Renders all units, one thread for each processor. The outputs are in the order of the units, whoever rendered them.
fn render<W: World + Sync>(plan: &Plan, world: &W) -> Rendered {
    let units: Vec<&Arc<Unit>> = plan.units().collect();
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(units.len());
    let progress = Progress::new(units.len());
    let work = || {
        let tracked = Tracked::new(world);
        let mut outputs = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(unit) = units.get(at) else { break };
            outputs.push((at, plan.render(&tracked, unit)));
            progress.show(at);
        }
        (outputs, tracked.reads())
    };
    let mut parts = Vec::new();
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok();
        let running: Vec<_> = (0..threads).filter_map(start).collect();
        // Where the system gives no thread, the work is done on this one.
        if running.is_empty() {
            parts.push(work());
        }
        for thread in running {
            match thread.join() {
                Ok(part) => parts.push(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    progress.clear();
    let (outputs, reads): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    let mut outputs: Vec<(usize, Output)> = outputs.into_iter().flatten().collect();
    outputs.sort_by_key(|(at, _)| *at);
    let outputs = outputs.into_iter().map(|(_, output)| output).collect();
    Rendered { outputs, reads: reads.into_iter().flatten().collect() }
}

/// How far it is, on a terminal and for long work alone.
struct Progress {
    total: usize,
    shown: bool,
}

impl Progress {
    /// Fewer units are rendered before anybody could read it.
    const WORTH: usize = 500;

    fn new(total: usize) -> Progress {
        Progress { total, shown: total >= Progress::WORTH && std::io::stderr().is_terminal() }
    }

    fn show(&self, done: usize) {
        if self.shown && done.is_multiple_of(100) {
            eprint!("\rrendering {done} of {} units", self.total);
        }
    }

    fn clear(&self) {
        if self.shown {
            eprint!("\r{:60}\r", "");
        }
    }
}
