//! A kustomization around what is rendered: resources, then the patches and components laid on them.
//!
//! It exists only in memory, in a folder that no repository has, and is built by the same engine as any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::{Answer, Blob, Digest, Entry, EntryKind, RepoPath, World};
use fairlead_yaml::{Map, Style, Value};

use crate::config::{Patch, Selector};
use crate::diagnostic::{Code, Diagnostic};
use crate::render::inflate::Site;
use crate::render::{Failure, kustomize};
use crate::resolve::Unit;

/// The folder, below the repository's root, that the kustomization is in. Its name cannot be a tenant's or a chart's.
pub(crate) const FOLDER: &str = "fairlead~overlay";

/// The file in it that holds what a chart printed.
pub(crate) const RENDERED: &str = "rendered.yaml";

/// A world with a few more files.
pub(super) struct Over<'w> {
    site: Site<'w>,
    folder: RepoPath,
    files: BTreeMap<RepoPath, Blob>,
    /// Whether Kustomize is to note in annotations where resources come from and what changed them.
    annotated: bool,
}

/// Whether anything is laid on what a unit renders.
pub(crate) fn lays(unit: &Unit) -> bool {
    !unit.overlays.is_empty() || !unit.workload.patches.is_empty()
}

/// Builds rendered text with everything that is laid on it.
pub(super) fn on_text(mut over: Over<'_>, unit: &Unit, text: &str) -> Result<String, Failure> {
    over.add(RENDERED, Blob::from(text))?;
    build(over, unit, vec![RENDERED.to_owned()], &[])
}

/// Builds resources, as paths from [`Over::folder`] on, with the patches given and everything that is laid on the unit.
pub(super) fn build(
    mut over: Over<'_>,
    unit: &Unit,
    resources: Vec<String>,
    patches: &[crate::diagnostic::Spanned<Patch>],
) -> Result<String, Failure> {
    let mut components = Vec::new();
    let mut laid: Vec<&Patch> = patches.iter().map(|patch| &patch.value).collect();
    laid.extend(unit.workload.patches.iter().map(|patch| &patch.value));
    for overlay in unit.overlays.iter() {
        laid.extend(overlay.patch.as_ref());
        components.extend(overlay.component.as_ref().map(|path| up(&path.value)));
    }
    let patches = laid.into_iter().map(patch).collect::<Result<Vec<_>, _>>()?;
    let list =
        |items: Vec<String>| Value::List(items.into_iter().map(|item| Value::String(item.into())).collect());
    let mut kustomization = Map::new();
    kustomization.insert("apiVersion".into(), "kustomize.config.k8s.io/v1beta1".into());
    kustomization.insert("kind".into(), "Kustomization".into());
    kustomization.insert("resources".into(), list(resources));
    if !components.is_empty() {
        kustomization.insert("components".into(), list(components));
    }
    if !patches.is_empty() {
        kustomization.insert("patches".into(), Value::List(patches));
    }
    if over.annotated {
        let notes = ["originAnnotations", "transformerAnnotations"];
        kustomization.insert("buildMetadata".into(), list(notes.map(str::to_owned).to_vec()));
    }
    let text = fairlead_yaml::emit::to_string(&Value::Map(kustomization), Style::V2)
        .map_err(|error| Failure::broken(error.to_string(), "make the patches simpler"))?;
    over.add("kustomization.yaml", Blob::from(text))?;
    let folder = over.folder.clone();
    kustomize::build(&over, &folder, over.site)
}

/// A path of the repository as it is written from the kustomization's folder.
pub(super) fn up(path: &RepoPath) -> String {
    format!("../{}", path.as_str())
}

fn patch(patch: &Patch) -> Result<Value, Failure> {
    let mut entry = Map::new();
    if let Some(target) = &patch.target {
        entry.insert("target".into(), selector(target));
    }
    match (&patch.patch, &patch.path) {
        (Some(text), None) => entry.insert("patch".into(), Value::String(text.value.clone())),
        (None, Some(path)) => entry.insert("path".into(), Value::String(up(&path.value).into())),
        _ => {
            let message = "a patch has to have exactly one of `patch` and `path`";
            return Err(Failure::Broken(vec![Diagnostic::error(
                Code::InvalidValue,
                message,
                "write one of them",
            )]));
        }
    };
    Ok(Value::Map(entry))
}

fn selector(selector: &Selector) -> Value {
    let fields = [
        ("group", &selector.group),
        ("version", &selector.version),
        ("kind", &selector.kind),
        ("name", &selector.name),
        ("namespace", &selector.namespace),
        ("labelSelector", &selector.label_selector),
        ("annotationSelector", &selector.annotation_selector),
    ];
    let given =
        fields.into_iter().filter_map(|(name, value)| Some((Arc::from(name), Value::String(value.clone()?))));
    Value::Map(given.collect())
}

impl<'w> Over<'w> {
    pub(super) fn new(site: Site<'w>) -> Result<Over<'w>, Failure> {
        let folder = RepoPath::parse(FOLDER).map_err(|error| Failure::broken(error.to_string(), ""))?;
        Ok(Over { site, folder, files: BTreeMap::new(), annotated: false })
    }

    /// The same, with Kustomize's notes in what it builds.
    pub(super) fn annotated(site: Site<'w>) -> Result<Over<'w>, Failure> {
        Ok(Over { annotated: true, ..Over::new(site)? })
    }

    /// The world below.
    pub(super) fn world(&self) -> &'w dyn World {
        self.site.world
    }

    /// Adds a file to the folder.
    pub(super) fn add(&mut self, name: &str, blob: Blob) -> Result<(), Failure> {
        let path = self
            .folder
            .join(name)
            .map_err(|error| Failure::broken(error.to_string(), "give the file another name"))?;
        self.files.insert(path, blob);
        Ok(())
    }
}

impl World for Over<'_> {
    fn read(&self, path: &RepoPath) -> Answer<Blob> {
        match (self.files.get(path), path.below(&self.folder)) {
            (Some(blob), _) => Answer::Found(blob.clone()),
            (None, Some(_)) => Answer::Absent,
            (None, None) => self.site.world.read(path),
        }
    }

    fn list(&self, path: &RepoPath) -> Answer<Arc<[Entry]>> {
        if path.below(&self.folder).is_none() {
            return self.site.world.list(path);
        }
        let mut entries = BTreeMap::new();
        for rest in self.files.keys().filter_map(|file| file.below(path)) {
            match rest.split_once('/') {
                Some((name, _)) => entries.insert(Arc::from(name), EntryKind::Folder),
                None => entries.insert(Arc::from(rest), EntryKind::File),
            };
        }
        match entries.is_empty() {
            true => Answer::Absent,
            false => Answer::Found(entries.into_iter().map(|(name, kind)| Entry { name, kind }).collect()),
        }
    }

    fn content(&self, digest: &Digest) -> Answer<Blob> {
        self.site.world.content(digest)
    }
}
