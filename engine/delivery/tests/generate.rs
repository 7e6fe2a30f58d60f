//! What a project generates: `cases/generate/*.case` with every file, step and diagnostic in the `.txt` file beside it.
//!
//! Above its files a case may name the operation's profile (`# profile: canary`) and what is shown of the files
//! (`# only: .argocd/`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

#[path = "support/examples.rs"]
mod examples;
#[path = "support/project.rs"]
mod project;
mod support;

use std::fmt::Write as _;
use std::sync::LazyLock;

use fairlead_delivery::config::Name;
use fairlead_delivery::generate::{Options, Outcome, Plan};
use fairlead_world::{Answer, Blob, Digest, Entry, RepoPath, World};

static DATA: LazyLock<Blob> = LazyLock::new(|| Blob::from(include_str!("../../../data/kubernetes/api.txt")));

#[test]
fn cases() {
    support::each("generate", "case", |case| {
        let world = WithData(project::world(case));
        let options = Options {
            profile: project::option(case, "profile").map(|name| Name::parse(name).unwrap()),
            ..Options::default()
        };
        let planned = Plan::new(&world, &project::root(), &options);
        let mut out = String::new();
        let Some(plan) = planned.plan else {
            planned.diagnostics.iter().for_each(|diagnostic| writeln!(out, "{diagnostic}").unwrap());
            return out;
        };
        let outputs: Vec<_> = plan.units().map(|unit| plan.render(&world, unit)).collect();
        for output in &outputs {
            for step in &output.steps {
                writeln!(out, "{}: {}: {}", output.unit.id, step.step, step.objects.join(", ")).unwrap();
            }
        }
        print(&plan.assemble(outputs), project::option(case, "only").unwrap_or_default(), &mut out);
        out
    });
}

fn print(outcome: &Outcome, only: &str, out: &mut String) {
    outcome.diagnostics.iter().for_each(|diagnostic| writeln!(out, "{diagnostic}").unwrap());
    let root = project::root();
    for (path, blob) in &outcome.files {
        if path.below(&root).unwrap_or(path.as_str()).starts_with(only) {
            write!(out, "-- {path} --\n{}", blob.text().unwrap()).unwrap();
        }
    }
    if !outcome.is_complete() {
        out.push_str("nothing would be written\n");
    }
}

/// A world that knows Kubernetes' API data.
struct WithData<W>(W);

impl<W: World> World for WithData<W> {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        self.0.read(path)
    }
    fn list(&self, path: &RepoPath) -> Answer<std::sync::Arc<[Entry]>> {
        self.0.list(path)
    }
    fn content(&self, digest: &Digest) -> Answer<Blob> {
        if DATA.digest() == *digest { Answer::Found(DATA.clone()) } else { self.0.content(digest) }
    }
}

#[test]
fn plans_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Plan>();
    shared::<Outcome>();
}

/// The example project of the repository, read from its files.
#[test]
fn the_example_generates_without_an_error() {
    let world = examples::world();
    let root = RepoPath::parse("examples/shop").unwrap();
    let outcome = fairlead_delivery::generate::generate(&WithData(world), &root, &Options::default());
    let errors: Vec<String> =
        outcome.diagnostics.iter().filter(|one| one.is_error()).map(ToString::to_string).collect();
    assert!(outcome.is_complete() && outcome.needs.is_empty(), "{}", errors.join("\n"));
    let rendered = outcome.files.keys().filter(|path| path.name() == "manifest.yaml").count();
    assert!(rendered >= outcome.units.len(), "{rendered} manifests for {} units", outcome.units.len());
}

/// Providers stop showing folders of more entries; the layout that splits them is named and never chosen by itself.
#[test]
fn more_files_than_a_folder_may_have_are_refused() {
    let project = |layout: &str| {
        let mut world = project::world(&format!(
            "-- fairlead.yaml --\napiVersion: fairlead.dev/v1\nkind: Project\nname: shop\noutput:\n  layout: {layout}\n"
        ));
        for tenant in 0..1501 {
            let path = project::root().join(&format!("tenants/t{tenant}.yaml")).unwrap();
            world.insert(path, Blob::from("apiVersion: fairlead.dev/v1\nkind: Tenant\n"));
        }
        let planned = Plan::new(&WithData(world), &project::root(), &Options::default());
        let outcome = planned.plan.unwrap().assemble([]);
        outcome.diagnostics.iter().map(ToString::to_string).find(|one| one.contains("files"))
    };
    assert_eq!(
        project("flat").as_deref(),
        Some(
            "error: shop/.argocd would hold 3006 files, and 3000 are the most; set `output: {layout: nested}` in \
             fairlead.yaml, which gives each tenant and environment a folder"
        )
    );
    assert_eq!(project("nested"), None);
}
