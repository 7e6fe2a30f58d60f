//! Loading a project: every file of every kind, and what does not fit together.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::{Need, RepoPath, World};

use super::document::{self, Kind};
use super::files::{Files, Tree};
use super::folder::{self, Cache, Roots};
use super::reader::Reader;
use super::{
    API_VERSION, Delivery, Entry, Name, Organization, Profile, Project, ProjectFile, check, layers, profile,
    shelves,
};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};
use crate::lock::{self, Lock};

/// A project as far as it could be read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The project, or `None` where `fairlead.yaml` cannot be read.
    pub project: Option<Arc<Project>>,
    /// What is wrong with its files, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What has to be fetched; while there is anything, nothing else here is the whole truth.
    pub needs: Vec<Need>,
}

/// Loads the project whose `fairlead.yaml` is in the folder `root`.
pub fn load(world: &dyn World, root: &RepoPath) -> Loaded {
    Loader::default().load(world, root)
}

/// Loads a project again and again, reading only the files that have changed in between.
#[derive(Default)]
pub struct Loader {
    cache: Cache,
}

impl Loader {
    /// Loads the project whose `fairlead.yaml` is in the folder `root`.
    pub fn load(&mut self, world: &dyn World, root: &RepoPath) -> Loaded {
        let files = Files::new(world);
        self.cache.begin();
        let mut diagnostics = Vec::new();
        let project = load_project(&files, root, &mut self.cache, &mut diagnostics).map(Arc::new);
        diagnostics.sort();
        diagnostics.dedup();
        Loaded { project, diagnostics, needs: files.needs() }
    }
}

fn load_project(
    files: &Files,
    root: &RepoPath,
    cache: &mut Cache,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Project> {
    let tree = Tree::Folder(root.clone());
    let file = single::<ProjectFile>(files, &tree, "fairlead.yaml", root, diagnostics);
    let lock = single::<Lock>(files, &tree, lock::FILE, root, diagnostics).map(Arc::new);
    let Some(file) = file else {
        if tree.list(files, "").iter().all(|entry| &*entry.name != "fairlead.yaml") {
            let message = format!("there is no `fairlead.yaml` in `{root}`");
            let hint = "name the project's folder, or begin one with `fairlead init`";
            diagnostics.push(Diagnostic::error(Code::MissingFile, message, hint));
        }
        return None;
    };
    let index = lock.as_deref().map(|lock| lock::index(lock, diagnostics)).unwrap_or_default();
    let organization_tree = organization_tree(&file, lock.as_deref(), diagnostics);
    let organization = organization_tree.as_ref().and_then(|tree| {
        let entry = single::<Organization>(files, tree, "organization.yaml", root, diagnostics);
        if entry.is_none() {
            report_missing_organization(files, &file, tree, diagnostics);
        }
        entry.map(Arc::new)
    });
    check::folders(files, &tree, diagnostics);
    let roots = Roots { project: root, organization: organization_tree.as_ref() };
    let delivery = single::<Delivery>(files, &tree, "delivery.yaml", root, diagnostics);
    let mut profiles = built_in_profiles(root);
    for (name, own) in folder::read::<Profile>(files, &roots, "profiles", true, cache, diagnostics) {
        let whole = match profiles.get(&name) {
            Some(below) => Arc::new(Entry { value: own.over(below), ..(*own).clone() }),
            None => own,
        };
        profiles.insert(name, whole);
    }
    let mut project = Project {
        root: root.clone(),
        delivery: Arc::new(delivery.map(|entry| entry.value).unwrap_or_default()),
        tenants: folder::read(files, &roots, "tenants", true, cache, diagnostics),
        environments: folder::read(files, &roots, "environments", true, cache, diagnostics),
        clusters: folder::read(files, &roots, "clusters", true, cache, diagnostics),
        workloads: folder::read(files, &roots, "workloads", false, cache, diagnostics),
        bindings: folder::read(files, &roots, "bindings", false, cache, diagnostics),
        targets: folder::read(files, &roots, "targets", false, cache, diagnostics),
        agents: folder::read(files, &roots, "agents", false, cache, diagnostics),
        holds: folder::read(files, &roots, "holds", false, cache, diagnostics),
        variables: layers::variables(files, &roots, cache, diagnostics),
        values: layers::values(files, &tree, cache, diagnostics),
        file,
        organization,
        organization_tree,
        profiles,
        lock,
        locked: index,
        shelves: BTreeMap::new(),
    };
    project.shelves = shelves::find(files, &project);
    check::project(&project, &cache.present, diagnostics);
    Some(project)
}

/// Reads a file that has a name of its own rather than a folder.
fn single<T: Kind>(
    files: &Files,
    tree: &Tree,
    name: &'static str,
    folder: &RepoPath,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Entry<T>> {
    let (path, blob) = tree.read(files, name)?;
    let mut reader = Reader::new(folder.clone());
    let value = document::read::<T>(&path, &blob, &mut reader);
    diagnostics.extend(reader.finish());
    let stem = name.split('.').next().unwrap_or(name);
    Some(Entry { name: Name::parse(stem).ok()?, path, value: value? })
}

/// The four profiles that every project has.
fn built_in_profiles(root: &RepoPath) -> BTreeMap<Name, Arc<Entry<Profile>>> {
    let entry = |(name, value): (&'static str, Profile)| {
        let name = Name::fixed(name);
        (name.clone(), Arc::new(Entry { name, path: root.clone(), value }))
    };
    profile::built_in().into_iter().map(entry).collect()
}

/// The organization's files, as the project and the lock say where they are.
fn organization_tree(
    file: &Entry<ProjectFile>,
    lock: Option<&Entry<Lock>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Tree> {
    let reference = file.organization.as_ref()?;
    match (&reference.path, &reference.repository) {
        (Some(path), None) => {
            for (field, name) in [(&reference.reference, "ref"), (&reference.folder, "folder")] {
                if let Some(field) = field {
                    let message =
                        format!("`{name}` belongs to `repository`, and this organization is a `path`");
                    let problem = Diagnostic::warning(Code::NoEffect, message, format!("remove `{name}`"));
                    diagnostics.push(problem.at(&field.span));
                }
            }
            Some(Tree::Folder(path.value.clone()))
        }
        (None, Some(repository)) => locked_tree(repository, lock, diagnostics),
        (given, _) => {
            let place = given.as_ref().map_or_else(|| file.name_place(), |path| path.span.clone());
            let message = "an organization is either a `path` in this repository or a `repository`";
            let problem = Diagnostic::error(Code::InvalidValue, message, "write exactly one of them");
            diagnostics.push(problem.at(&place));
            None
        }
    }
}

fn locked_tree(
    repository: &Spanned<Arc<str>>,
    lock: Option<&Entry<Lock>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Tree> {
    let locked = lock.and_then(|lock| lock.organization.as_ref());
    let Some(locked) = locked.filter(|locked| locked.repository == repository.value) else {
        let message = format!("the organization `{}` is not locked", repository.value);
        let problem = Diagnostic::error(Code::NotLocked, message, "run `fairlead lock`");
        diagnostics.push(problem.at(&repository.span));
        return None;
    };
    let mut files = BTreeMap::new();
    for (path, digest) in &locked.files {
        // A lock is written by a program and still read with care: its paths become names in errors and in output.
        match RepoPath::parse(path) {
            Ok(_) => {
                files.insert(path.clone(), digest.value);
            }
            Err(error) => {
                let problem = Diagnostic::error(Code::InvalidPath, error.to_string(), "run `fairlead lock`");
                diagnostics.push(problem.at(&digest.span));
            }
        }
    }
    let commit: String = locked.commit.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let shown = RepoPath::parse(&format!("organization@{commit}")).unwrap_or_else(|_| RepoPath::root());
    Some(Tree::Locked { shown, files: Arc::new(files) })
}

fn report_missing_organization(
    files: &Files,
    file: &Entry<ProjectFile>,
    tree: &Tree,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // A file that is there and cannot be read has told its own errors.
    if tree.read(files, "organization.yaml").is_some() {
        return;
    }
    let place = file
        .organization
        .as_ref()
        .and_then(|reference| reference.path.as_ref().map(|path| path.span.clone()))
        .unwrap_or_else(|| Span::start(&file.path));
    let message = format!("there is no `{}`", tree.shown("organization.yaml"));
    let hint = format!(
        "correct the path, or write the file with `apiVersion: {API_VERSION}`, `kind: Organization` and a `name`"
    );
    diagnostics.push(Diagnostic::error(Code::MissingFile, message, hint).at(&place));
}

impl Entry<ProjectFile> {
    /// Where the project's name is written: what errors about the project as a whole point at.
    pub fn name_place(&self) -> Span {
        self.value.name.span.clone()
    }
}
