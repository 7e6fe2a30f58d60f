//! One unit: from its artifact and layers to its files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_world::{Blob, PathError, World};
use fairlead_yaml::Value;

use crate::adapt::{self, Destination, argocd, flux};
use crate::config::Runtime;
use crate::diagnostic::{Code, Diagnostic};
use crate::generate::{Object, Output, Plan, deliver, validate};
use crate::kubernetes;
use crate::layout::{self, MANIFEST};
use crate::render::manifest::text;
use crate::render::steps::{self, Context};
use crate::render::{self, Failure, Lines, Notes, TracedFile};
use crate::resolve::{Target, Unit};

pub(super) fn render(plan: &Plan, world: &dyn World, unit: &Arc<Unit>, notes: &mut Notes) -> Output {
    let mut output = Output {
        unit: unit.clone(),
        files: BTreeMap::new(),
        objects: Vec::new(),
        steps: Vec::new(),
        diagnostics: Vec::new(),
        needs: Vec::new(),
    };
    if let Err(failure) = fill(plan, world, unit, &mut output, notes) {
        match failure {
            Failure::Needed(needs) => output.needs = needs,
            Failure::Broken(diagnostics) => {
                output
                    .diagnostics
                    .extend(diagnostics.into_iter().map(|diagnostic| diagnostic.about(&unit.id)));
            }
        }
    }
    // A unit that failed has no files: nobody may take half of it for the whole.
    if !output.is_complete() {
        output.files.clear();
    }
    output.diagnostics.sort();
    output.diagnostics.dedup();
    output
}

/// Says that a unit stays as it is.
pub(super) fn held(unit: &Arc<Unit>) -> Diagnostic {
    let reason = unit.hold.as_ref().map_or("", |hold| &*hold.reason);
    let message = format!("the unit is on hold and stays as it is: {reason}");
    let diagnostic = Diagnostic::warning(Code::Held, message, "delete the hold's file to generate it again");
    let place = unit.hold.as_ref().map(|hold| crate::diagnostic::Span::start(&hold.path));
    let diagnostic = diagnostic.about(&unit.id);
    match place {
        Some(place) => diagnostic.at(&place),
        None => diagnostic,
    }
}

fn fill(
    plan: &Plan,
    world: &dyn World,
    unit: &Arc<Unit>,
    output: &mut Output,
    notes: &mut Notes,
) -> Result<(), Failure> {
    let delivery = deliver::delivery(&plan.project, &plan.layout, &plan.fleet, unit).map_err(too_long)?;
    let application = plan.layout.application(unit).map_err(too_long)?;
    let objects = match (plan.project.delivery.runtime, deliver::is_rendered(&unit.workload)) {
        (Runtime::ArgoCd, _) => {
            let project = deliver::argocd_project(&plan.project, unit);
            vec![argocd::delivering(&delivery, &deliver::argocd_instance(&plan.project, project))]
        }
        (Runtime::Flux, true) => {
            let instance = deliver::flux_instance(&plan.project);
            delivery.targets.iter().map(|target| flux::kustomization(&delivery, &instance, target)).collect()
        }
        (Runtime::Flux, false) => {
            let instance = deliver::flux_instance(&plan.project);
            render::release::objects(&plan.project, unit, &delivery, &instance, &mut output.diagnostics)?
        }
    };
    output.files.insert(application, Blob::from(adapt::print(objects)));
    if !deliver::is_rendered(&unit.workload) && plan.project.delivery.runtime == Runtime::Flux {
        return Ok(());
    }
    let shared = !layout::differ(&unit.targets);
    let targets = unit.targets.iter().zip(&delivery.targets);
    for (target, destination) in targets.take(if shared { 1 } else { usize::MAX }) {
        manifest(plan, world, unit, (target, destination), output, notes)?;
    }
    Ok(())
}

/// Renders the manifest of one target, or of all where they do not differ.
fn manifest(
    plan: &Plan,
    world: &dyn World,
    unit: &Arc<Unit>,
    (target, destination): (&Target, &Destination),
    output: &mut Output,
    notes: &mut Notes,
) -> Result<(), Failure> {
    let (artifacts, project) = (plan.artifacts(), &plan.project);
    let mut manifest =
        render::render(world, artifacts, project, unit, target, &mut output.diagnostics, notes)?;
    let mut lines = matches!(notes, Notes::Lines(_)).then(|| Lines::new(&manifest));
    // Objects may be of kinds that the manifest itself defines.
    let objects = manifest.documents.iter().map(|document| &document.value);
    let scopes = kubernetes::with_defined(&plan.scopes, objects);
    let id = unit.id.to_string();
    let secrets: BTreeSet<&str> = unit.workload.secrets.iter().map(|name| &*name.value).collect();
    let outcome = steps::run(
        &mut manifest,
        &Context {
            unit: &id,
            namespace: &target.namespace,
            owns_namespace: destination.owns_namespace && plan.project.delivery.create_namespace,
            runtime: plan.project.delivery.runtime,
            scopes: &scopes,
            protected: unit.is_protected(),
            secrets: &secrets,
        },
        |step, manifest| lines.iter_mut().for_each(|lines| lines.stepped(step.name, manifest)),
    );
    output.diagnostics.extend(outcome.diagnostics);
    output.steps.extend(outcome.applied);
    let file = destination.folder.join(MANIFEST).map_err(too_long)?;
    output.diagnostics.extend(validate::check(&plan.validator, target, &unit.id, &file, &manifest));
    let mut line = 1 + validate::newlines(&manifest.preamble);
    for document in &manifest.documents {
        let metadata = |name: &str| {
            text(document.value.field("metadata").and_then(|metadata: &Value| metadata.field(name)))
        };
        output.objects.push(Object {
            api_version: document.api_version().to_owned(),
            kind: document.kind().to_owned(),
            namespace: metadata("namespace").to_owned(),
            name: document.name().to_owned(),
            file: file.clone(),
            line,
        });
        line += validate::newlines(&document.text);
    }
    if let (Notes::Lines(files), Some(lines)) = (notes, lines) {
        let lines = lines.finish(&manifest);
        let target = unit.targets.iter().position(|known| std::ptr::eq(known, target)).unwrap_or(0);
        files.push(TracedFile { file: file.clone(), target, lines });
    }
    output.files.insert(file, Blob::from(manifest.print()));
    Ok(())
}

fn too_long(error: PathError) -> Failure {
    let hint = "shorten the names that make up the path";
    Failure::Broken(vec![Diagnostic::error(Code::InvalidPath, error.to_string(), hint)])
}
