//! What is done to rendered manifests before they are written, one named step a file.
//!
//! The bytes are Helm's or Kustomize's; each step changes as little text as it can, says what it did, and leaves every
//! other byte alone. Users see the steps by name beside what they did.

mod crds_first;
mod hooks;
mod keep;
mod namespace;
mod namespaces;
mod secrets;
mod tests;

use std::collections::BTreeSet;

use crate::config::Runtime;
use crate::diagnostic::Diagnostic;
use crate::kubernetes::Scopes;
use crate::render::manifest::Manifest;

/// What steps have to know about a unit and one of its targets.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// `workload/tenant/environment`.
    pub unit: &'a str,
    /// The target's namespace.
    pub namespace: &'a str,
    /// Whether this unit is the one that makes the namespace, of all that are delivered there.
    pub owns_namespace: bool,
    /// What applies the manifests.
    pub runtime: Runtime,
    /// Which kinds live in namespaces.
    pub scopes: &'a Scopes,
    /// Whether the environment is protected.
    pub protected: bool,
    /// The names of Secrets that may carry data.
    pub secrets: &'a BTreeSet<&'a str>,
}

/// One step.
#[derive(Clone, Copy)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    run: fn(&mut Manifest, &Context<'_>, &mut Outcome),
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The step's name.
    pub step: &'static str,
    /// The objects that it changed or left out, as `Kind name`.
    pub objects: Vec<String>,
}

/// What all steps did, and what they have to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The steps that changed something, in their order.
    pub applied: Vec<Applied>,
    /// Warnings and errors.
    pub diagnostics: Vec<Diagnostic>,
    objects: Vec<String>,
}

/// All steps in the order in which they run.
pub const STEPS: [Step; 7] = [
    Step { name: "drop-tests", about: "leaves out the hooks that Helm runs as tests", run: tests::run },
    Step { name: "check-hooks", about: "tells which hooks the runtime does not run", run: hooks::run },
    Step { name: "check-secrets", about: "tells which Secrets carry data into git", run: secrets::run },
    Step {
        name: "write-namespaces",
        about: "writes the target's namespace where there is none",
        run: namespaces::run,
    },
    Step {
        name: "add-namespace",
        about: "adds the target's Namespace where Flux would not make it",
        run: namespace::run,
    },
    Step {
        name: "crds-first",
        about: "puts CustomResourceDefinitions before what uses them",
        run: crds_first::run,
    },
    Step { name: "keep-data", about: "keeps Namespaces, volumes and CRDs from being pruned", run: keep::run },
];

/// Runs all steps, and shows what each has left.
pub fn run(
    manifest: &mut Manifest,
    context: &Context<'_>,
    mut after: impl FnMut(&Step, &Manifest),
) -> Outcome {
    let mut outcome = Outcome::default();
    for step in STEPS {
        (step.run)(manifest, context, &mut outcome);
        after(&step, manifest);
        let objects = std::mem::take(&mut outcome.objects);
        if !objects.is_empty() {
            outcome.applied.push(Applied { step: step.name, objects });
        }
    }
    outcome
}

impl Outcome {
    /// Notes that a step changed an object.
    fn changed(&mut self, object: String) {
        self.objects.push(object);
    }

    fn say(&mut self, context: &Context<'_>, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic.about(context.unit));
    }
}
