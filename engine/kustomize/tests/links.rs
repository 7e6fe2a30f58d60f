//! Symbolic links: followed where the world lets them be followed, and held to the root by where they lead.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_kustomize::{LoadRestrictor, Options, build};
use fairlead_world::{Answer, Blob, Digest, Entry, MemoryWorld, RepoPath, World};

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

/// Files, and links that may be followed.
#[derive(Default)]
struct Disk {
    files: MemoryWorld,
    links: BTreeMap<RepoPath, &'static str>,
}

impl Disk {
    fn new(files: &[(&str, &str)], links: &[(&str, &'static str)]) -> Disk {
        let mut disk = Disk::default();
        for (name, text) in files {
            disk.files.insert(path(name), Blob::from(*text));
        }
        for (name, target) in links {
            disk.files.insert_link(path(name));
            disk.links.insert(path(name), target);
        }
        disk
    }

    fn build(&self, folder: &str, load_restrictor: LoadRestrictor) -> Result<String, String> {
        let options = Options { load_restrictor, ..Options::default() };
        let built = build(self, &path(folder), &options);
        built.result.and_then(|resources| resources.print()).map_err(|error| error.to_string())
    }
}

impl World for Disk {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        self.files.read(path)
    }
    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        self.files.list(path)
    }
    fn content(&self, digest: &Digest) -> Answer<Blob> {
        self.files.content(digest)
    }
    fn link(&self, path: &RepoPath) -> Answer<Arc<str>> {
        self.links.get(path).map_or(Answer::Absent, |target| Answer::Found((*target).into()))
    }
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n";
const ROOT_ONLY: LoadRestrictor = LoadRestrictor::RootOnly;

#[test]
fn files_and_folders_behind_links_are_loaded() {
    let files = [
        ("app/kustomization.yaml", "resources: [linked.yaml, base, up]\n"),
        ("app/real/service.yaml", SERVICE),
        ("bases/one/kustomization.yaml", "namePrefix: one-\nresources: [service.yaml]\n"),
        ("bases/one/service.yaml", SERVICE),
        ("bases/two/service.yaml", SERVICE),
        ("shared/two.yaml", "namePrefix: two-\nresources: [service.yaml]\n"),
        ("bases/two/here.yaml", "namePrefix: two-\nresources: [service.yaml]\n"),
    ];
    let links = [
        ("app/linked.yaml", "real/../real/service.yaml"),
        ("app/base", "../bases/one"),
        ("app/up", "/bases/two"),
        ("bases/two/kustomization.yaml", "here.yaml"),
    ];
    let built = Disk::new(&files, &links).build("app", ROOT_ONLY).unwrap();
    let names: Vec<&str> = built.lines().filter_map(|line| line.strip_prefix("  name: ")).collect();
    assert_eq!(names, ["one-web", "two-web", "web"]);
}

#[test]
fn what_lies_outside_of_the_root_stays_outside() {
    let files = [("app/kustomization.yaml", "resources: [linked.yaml]\n"), ("secret/service.yaml", SERVICE)];
    let disk = Disk::new(&files, &[("app/linked.yaml", "../secret/service.yaml")]);
    let refused = disk.build("app", ROOT_ONLY).unwrap_err();
    assert!(refused.contains("security; file '/app/linked.yaml' is not in or below '/app'"), "{refused}");
    assert_eq!(disk.build("app", LoadRestrictor::None).as_deref(), Ok(SERVICE));
    // A kustomization file that leads outside is none.
    let disk =
        Disk::new(&[("other/k.yaml", "resources: []\n")], &[("app/kustomization.yaml", "../other/k.yaml")]);
    assert!(disk.build("app", ROOT_ONLY).unwrap_err().contains("unable to find one of"));
}

#[test]
fn links_that_lead_nowhere_or_in_circles_are_refused() {
    let files = [("app/kustomization.yaml", "resources: [linked.yaml]\n")];
    for (target, why) in [
        ("linked.yaml", "too many links"),
        ("none.yaml", "lstat /app/none.yaml: no such file or directory"),
        ("../../../x", "leads nowhere"),
    ] {
        let refused = Disk::new(&files, &[("app/linked.yaml", target)]).build("app", ROOT_ONLY).unwrap_err();
        assert!(refused.contains(why), "{target}: {refused}");
    }
}

#[test]
fn a_repository_follows_none() {
    let mut world = MemoryWorld::new();
    world.insert(path("app/kustomization.yaml"), Blob::from("resources: [linked.yaml]\n"));
    world.insert(path("app/real.yaml"), Blob::from(SERVICE));
    world.insert_link(path("app/linked.yaml"));
    let refused = build(&world, &path("app"), &Options::default()).result.unwrap_err().to_string();
    assert!(
        refused.contains("'/app/linked.yaml' is a symbolic link")
            || refused.contains("is a symbolic link, and links are not followed"),
        "{refused}"
    );
}
