//! A folder of files of one kind: the project's, over the organization's of the same names.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_world::{Blob, EntryKind, RepoPath};

use super::document::{self, Kind};
use super::files::{Files, Tree};
use super::name::Name;
use super::reader::Reader;
use super::{Entry, node::Node};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::values::Layer;

/// What was read before, so that a file that has not changed is not read again.
#[derive(Default)]
pub(super) struct Cache {
    /// The names of all files of this reading, by folder: what is there and cannot be read is no missing reference.
    pub(super) present: BTreeSet<(&'static str, Name)>,
    entries: Kept<Cached>,
    layers: Kept<ReadLayer>,
}

impl Cache {
    /// Begins another reading. What the last one did not need is forgotten, so that the cache stays as large as the
    /// project.
    pub(super) fn begin(&mut self) {
        self.present.clear();
        self.entries.begin();
        self.layers.begin();
    }

    /// A file of values: what was read before where the bytes are the same, else what `read` gives.
    pub(super) fn layer(
        &mut self,
        path: &RepoPath,
        blob: &Blob,
        read: impl FnOnce() -> Result<Arc<Layer>, Box<Diagnostic>>,
    ) -> (Option<Arc<Layer>>, Option<Diagnostic>) {
        let known = self.layers.take(path).filter(|(known, _)| known.same(blob) || known == blob);
        let kept = known.unwrap_or_else(|| (blob.clone(), read()));
        let result = kept.1.clone();
        self.layers.put(path.clone(), kept);
        match result {
            Ok(layer) => (Some(layer), None),
            Err(problem) => (None, Some(*problem)),
        }
    }
}

/// A file of values, and what it was read as.
type ReadLayer = (Blob, Result<Arc<Layer>, Box<Diagnostic>>);

struct Cached {
    blobs: [Option<Blob>; 2],
    entry: Option<Arc<dyn Any + Send + Sync>>,
    diagnostics: Vec<Diagnostic>,
}

/// What this reading and the last one made of files, by path.
struct Kept<T> {
    now: BTreeMap<RepoPath, T>,
    last: BTreeMap<RepoPath, T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept { now: BTreeMap::new(), last: BTreeMap::new() }
    }
}

impl<T> Kept<T> {
    fn begin(&mut self) {
        self.last = std::mem::take(&mut self.now);
    }

    fn take(&mut self, path: &RepoPath) -> Option<T> {
        self.now.remove(path).or_else(|| self.last.remove(path))
    }

    fn put(&mut self, path: RepoPath, kept: T) {
        self.now.insert(path, kept);
    }
}

/// The organization and the project, and where the project's paths are relative to.
pub(super) struct Roots<'a> {
    /// The project's folder.
    pub project: &'a RepoPath,
    /// The organization's files.
    pub organization: Option<&'a Tree>,
}

/// Reads every file of a folder. Files of the organization are inherited where `inherited` says so.
pub(super) fn read<T: Kind + Send + Sync + 'static>(
    files: &Files,
    roots: &Roots,
    folder: &'static str,
    inherited: bool,
    cache: &mut Cache,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Name, Arc<Entry<T>>> {
    let project = Tree::Folder(roots.project.clone());
    let mut sources: BTreeMap<Name, [Option<(RepoPath, Blob)>; 2]> = BTreeMap::new();
    for (index, tree) in [roots.organization.filter(|_| inherited), Some(&project)].into_iter().enumerate() {
        let Some(tree) = tree else { continue };
        for (name, path) in names(files, tree, folder, diagnostics) {
            if let Some(source) = tree.read(files, &path) {
                sources.entry(name).or_default()[index] = Some(source);
            }
        }
    }
    let mut entries = BTreeMap::new();
    for (name, [below, over]) in sources {
        cache.present.insert((folder, name.clone()));
        if let Some(entry) = entry::<T>(name.clone(), below, over, roots.project, cache, diagnostics) {
            entries.insert(name, entry);
        }
    }
    entries
}

/// The names and paths of a folder's files; what is no file of a kind is told.
pub(super) fn names(
    files: &Files,
    tree: &Tree,
    folder: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(Name, String)> {
    let mut found = Vec::new();
    for listed in tree.list(files, folder) {
        let path = format!("{folder}/{}", listed.name);
        let place = Span::start(&tree.shown(&path));
        let stray = |message: &str, resolution: &str| {
            Diagnostic::warning(Code::StrayFile, message, resolution).at(&place)
        };
        match (listed.kind, listed.name.strip_suffix(".yaml")) {
            (EntryKind::File, Some(stem)) => match Name::parse(stem) {
                Ok(name) => found.push((name, path)),
                Err(reason) => {
                    let message = format!("`{stem}` cannot be a name: {reason}");
                    let hint = "rename the file: at most 63 lower-case letters, digits and dashes";
                    diagnostics.push(Diagnostic::error(Code::InvalidName, message, hint).at(&place));
                }
            },
            (EntryKind::File, None) if listed.name.ends_with(".yml") => {
                diagnostics.push(stray("files that end in `.yml` are not read", "rename it to `.yaml`"));
            }
            // People keep notes beside their files, and git needs something to keep an empty folder.
            (EntryKind::File, None) => {}
            (EntryKind::Folder, _) => {
                diagnostics.push(stray("folders are not read here", "move its files up, or remove it"));
            }
            (EntryKind::Link, _) => {
                let message = "symbolic links are never followed";
                let hint = "put the file itself here";
                diagnostics.push(Diagnostic::error(Code::InvalidPath, message, hint).at(&place));
            }
            (EntryKind::Submodule, _) => {
                let message = "submodules are not read";
                diagnostics
                    .push(Diagnostic::error(Code::InvalidPath, message, "put the files here").at(&place));
            }
        }
    }
    found
}

/// Reads one file, over the organization's of the same name.
pub(super) fn entry<T: Kind + Send + Sync + 'static>(
    name: Name,
    below: Option<(RepoPath, Blob)>,
    over: Option<(RepoPath, Blob)>,
    folder: &RepoPath,
    cache: &mut Cache,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Entry<T>>> {
    let path = over.as_ref().or(below.as_ref())?.0.clone();
    let blobs = [below.as_ref(), over.as_ref()].map(|source| source.map(|(_, blob)| blob.clone()));
    if let Some(cached) = cache.entries.take(&path).filter(|cached| same(&cached.blobs, &blobs)) {
        diagnostics.extend(cached.diagnostics.iter().cloned());
        let entry = cached.entry.clone();
        cache.entries.put(path, cached);
        return entry?.downcast::<Entry<T>>().ok();
    }
    let mut reader = Reader::new(folder.clone());
    let node = [below, over]
        .into_iter()
        .flatten()
        .map(|(path, blob)| document::open(&path, &blob, T::KIND, &mut reader))
        .reduce(|below, over| Some(Node::overlay(below?, over?)))
        .flatten();
    let value = node.and_then(|node| T::read(&node, &mut reader));
    let entry = value.map(|value| Arc::new(Entry { name, path: path.clone(), value }));
    let found = reader.finish();
    diagnostics.extend(found.iter().cloned());
    let kept = entry.clone().map(|entry| entry as Arc<dyn Any + Send + Sync>);
    cache.entries.put(path, Cached { blobs, entry: kept, diagnostics: found });
    entry
}

fn same(left: &[Option<Blob>; 2], right: &[Option<Blob>; 2]) -> bool {
    left.iter().zip(right).all(|(left, right)| match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => left.same(right) || left == right,
        _ => false,
    })
}
