//! Random edits of random projects: what a workspace shows is what a generation from nothing gives, byte for byte.
//!
//! `FAIRLEAD_RANDOM` is how many projects (16 without it, 2 on WASM) and how many edits of the example, `FAIRLEAD_SEED` where to
//! start.
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
#[path = "random/project.rs"]
mod random;

use fairlead_delivery::Workspace;
use fairlead_delivery::generate::{self, Options};
use fairlead_world::{Answer, Blob, MemoryWorld, RepoPath, World};

const DELIVERY: &str = "
-- delivery.yaml --
apiVersion: fairlead.dev/v1
kind: Delivery
repoURL: https://git.example.com/shop.git
";

const EDITS: usize = 25;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn random_edits() {
    // WASM is for the cases; what is random needs to be fast.
    let default = if cfg!(target_family = "wasm") { 2 } else { 16 };
    let (first, count) = (number("FAIRLEAD_SEED", 1), number("FAIRLEAD_RANDOM", default));
    let (mut rendered, mut complete, mut spared) = (0, 0, 0);
    for seed in first..first + count {
        let mut project = random::Project::new(seed);
        let mut world = project::world(DELIVERY);
        for (path, text) in &project.files {
            world.insert(project::root().join(path).unwrap(), Blob::from(text.as_str()));
        }
        let mut workspace = Workspace::new(world, project::root(), Options::default());
        check(&mut workspace, seed, "nothing yet", &project);
        for _ in 0..EDITS {
            let edited = project.edit();
            let path = project::root().join(&edited).unwrap();
            let content = project.files.get(&edited).map(|text| Blob::from(text.as_str()));
            workspace.edit(path.clone(), content.clone());
            match content {
                Some(content) => {
                    workspace.world_mut().insert(path, content);
                }
                None => {
                    workspace.world_mut().remove(&path);
                }
            }
            let stale = workspace.update().stale.len();
            rendered += stale;
            spared += 4 - stale.min(4);
            complete += check(&mut workspace, seed, &edited, &project);
        }
    }
    println!("{rendered} units rendered again, {spared} spared, {complete} complete");
    // A generator that only ever fails, or concerns everybody, would find nothing.
    assert!(complete > rendered && spared > rendered / 4);
}

/// Compares with a generation from nothing, and counts the units that render.
fn check(
    workspace: &mut Workspace<MemoryWorld>,
    seed: u64,
    edited: &str,
    project: &random::Project,
) -> usize {
    let preview = workspace.preview();
    let whole = generate::generate(workspace.world_mut(), &project::root(), &Options::default());
    let context = || {
        let files: Vec<_> =
            project.files.iter().map(|(path, text)| format!("-- {path} --\n{text}")).collect();
        format!("seed {seed}, after an edit of {edited}:\n{}", files.join(""))
    };
    assert_eq!(preview.files, whole.files, "{}", context());
    assert_eq!(preview.diagnostics, whole.diagnostics, "{}", context());
    preview.files.keys().filter(|path| path.as_str().ends_with("manifest.yaml")).count()
}

/// The example project, with a random place changed in one of its files of values at a time.
#[test]
fn random_edits_of_the_example() {
    let root = RepoPath::parse("examples/shop").unwrap();
    let mut random = random::Random::new(number("FAIRLEAD_SEED", 1));
    let world = examples::world();
    let is_values = |path: &&RepoPath| {
        let path = path.as_str();
        path.contains("/values/") || path.ends_with("/values.yaml") || path.contains("/variables/")
    };
    let files: Vec<RepoPath> = world.files().map(|file| file.0).filter(is_values).cloned().collect();
    let mut workspace = Workspace::new(world, root.clone(), Options::default());
    workspace.update();
    let units = workspace.refresh().len();
    let mut rendered = 0;
    for edit in 0..number("FAIRLEAD_RANDOM", 12) {
        let path = random.pick(&files).clone();
        let Answer::Found(before) = workspace.world_mut().read(&path) else { panic!("{path} is gone") };
        let mut value = fairlead_yaml::value::from_str(before.text().unwrap()).unwrap();
        random.change(&mut value);
        let text = fairlead_yaml::json::to_string(&value, fairlead_yaml::json::Options::default()).unwrap();
        workspace.edit(path.clone(), Some(Blob::from(text.as_str())));
        workspace.world_mut().insert(path.clone(), Blob::from(text.as_str()));
        rendered += workspace.update().stale.len();
        let preview = workspace.preview();
        let whole = generate::generate(workspace.world_mut(), &root, &Options::default());
        assert_eq!(preview.files, whole.files, "edit {edit} made {path} {text}");
        assert_eq!(preview.diagnostics, whole.diagnostics, "edit {edit} made {path} {text}");
    }
    println!("{rendered} of {units} units rendered again in all");
}
