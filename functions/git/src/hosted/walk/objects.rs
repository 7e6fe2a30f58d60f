//! What commits hold that the client lacks: trees and blobs, each once.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_sql::Sql;

use super::super::check;
use super::super::store::{Store, StoreError};
use super::commits::{Commits, Selected};
use crate::object::{Kind, Mode, Object, Oid, Tree};

/// What a client wants to do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) enum Filter {
    /// Nothing.
    #[default]
    Whole,
    /// All blobs.
    NoBlobs,
    /// Blobs of that many bytes or more.
    Blobs(u64),
    /// Trees and blobs at that depth or below; a commit's root is at 0.
    Trees(u32),
}

/// The objects to send, in the order in which they are sent.
pub(in super::super) struct Objects<S> {
    store: Store<S>,
    filter: Filter,
    list: Vec<Oid>,
    seen: BTreeSet<Oid>,
    /// How near the root a tree was met, where that decides what of it is sent.
    depths: BTreeMap<Oid, u32>,
    blobs: Vec<Oid>,
}

/// A tree to look into, beside the trees at the same path that the client has.
struct Folder {
    tree: Oid,
    known: Vec<Oid>,
    depth: u32,
}

/// How many trees are read at once.
const AT_ONCE: usize = 256;

impl<S: Sql> Objects<S> {
    pub(in super::super) fn new(store: Store<S>, filter: Filter) -> Objects<S> {
        let (list, seen, depths, blobs) = (Vec::new(), BTreeSet::new(), BTreeMap::new(), Vec::new());
        Objects { store, filter, list, seen, depths, blobs }
    }

    /// Adds one object that was asked for by its id, whatever the filter says.
    pub(in super::super) fn add(&mut self, oid: Oid) {
        if self.seen.insert(oid) {
            self.list.push(oid);
        }
    }

    /// Adds commits and what they hold.
    pub(in super::super) async fn commits(
        &mut self,
        commits: &mut Commits<S>,
        selected: &Selected,
    ) -> Result<(), StoreError> {
        let mut folders = Vec::new();
        for oid in &selected.commits {
            self.add(*oid);
            let tree = commits.head(*oid).await?.tree;
            let mut known = Vec::new();
            for parent in commits.parents(*oid).await? {
                if selected.known.contains(&parent) {
                    known.push(commits.head(parent).await?.tree);
                }
            }
            folders.push(Folder { tree, known, depth: 0 });
        }
        // The oldest first: later trees repeat most of what is in them.
        folders.reverse();
        self.folders(folders).await
    }

    /// Adds a tree that was asked for by its id, and what it holds.
    pub(in super::super) async fn tree(&mut self, tree: Oid) -> Result<(), StoreError> {
        self.folders(vec![Folder { tree, known: Vec::new(), depth: 0 }]).await
    }

    async fn folders(&mut self, folders: Vec<Folder>) -> Result<(), StoreError> {
        let mut open = folders;
        // From the end: depth first, so that little is open at a time.
        open.reverse();
        while !open.is_empty() {
            let from = open.len().saturating_sub(AT_ONCE);
            let mut page = open.split_off(from);
            page.reverse();
            page.retain(|folder| self.is_new(folder));
            let wanted: BTreeSet<Oid> = page
                .iter()
                .flat_map(|folder| std::iter::once(folder.tree).chain(folder.known.iter().copied()))
                .collect();
            let trees = self.trees(wanted).await?;
            let mut below = Vec::new();
            for folder in &page {
                self.folder(folder, &trees, &mut below)?;
            }
            below.reverse();
            open.append(&mut below);
        }
        Ok(())
    }

    /// Whether a tree is to be sent, and looked into.
    fn is_new(&mut self, folder: &Folder) -> bool {
        if folder.known.contains(&folder.tree) {
            return false;
        }
        if let Filter::Trees(depth) = self.filter {
            if folder.depth >= depth {
                return false;
            }
            // Met nearer the root than before, more of it is sent.
            let before = self.depths.get(&folder.tree).copied().unwrap_or(u32::MAX);
            if before <= folder.depth {
                return false;
            }
            self.depths.insert(folder.tree, folder.depth);
            self.add(folder.tree);
            return true;
        }
        let new = self.seen.insert(folder.tree);
        if new {
            self.list.push(folder.tree);
        }
        new
    }

    async fn trees(&self, wanted: BTreeSet<Oid>) -> Result<BTreeMap<Oid, Tree>, StoreError> {
        let mut wanted: Vec<Oid> = wanted.into_iter().collect();
        let mut trees = BTreeMap::new();
        while !wanted.is_empty() {
            for (oid, Object { kind, bytes }) in self.store.some(&mut wanted).await? {
                if kind != Kind::Tree {
                    return Err(StoreError::Damaged(oid));
                }
                trees.insert(oid, Tree::parse(&bytes).map_err(|_| StoreError::Damaged(oid))?);
            }
        }
        Ok(trees)
    }

    fn folder(
        &mut self,
        folder: &Folder,
        trees: &BTreeMap<Oid, Tree>,
        below: &mut Vec<Folder>,
    ) -> Result<(), StoreError> {
        let tree = trees.get(&folder.tree).ok_or(StoreError::Missing(folder.tree))?;
        // By name, so that wide folders are compared in one go.
        let mut known: BTreeMap<&[u8], Vec<(Mode, Oid)>> = BTreeMap::new();
        for entry in folder.known.iter().filter_map(|oid| trees.get(oid)).flat_map(Tree::entries) {
            known.entry(&entry.name).or_default().push((entry.mode, entry.oid));
        }
        for entry in tree.entries() {
            let there = known.get(entry.name.as_slice()).map(Vec::as_slice).unwrap_or_default();
            if entry.mode == Mode::Submodule || there.iter().any(|(_, oid)| *oid == entry.oid) {
                continue;
            }
            if entry.mode == Mode::Folder {
                let folders = there.iter().filter(|(mode, _)| *mode == Mode::Folder);
                below.push(Folder {
                    tree: entry.oid,
                    known: folders.map(|(_, oid)| *oid).collect(),
                    depth: folder.depth + 1,
                });
            } else if self.takes_blobs(folder.depth + 1) && self.seen.insert(entry.oid) {
                self.blobs.push(entry.oid);
            }
        }
        Ok(())
    }

    fn takes_blobs(&self, depth: u32) -> bool {
        match self.filter {
            Filter::Whole | Filter::Blobs(_) => true,
            Filter::NoBlobs => false,
            Filter::Trees(limit) => depth < limit,
        }
    }

    /// Adds the annotated tags whose commits are sent.
    pub(in super::super) fn tags(&mut self, tags: impl Iterator<Item = (Oid, Oid)>) {
        for (tag, target) in tags {
            if self.seen.contains(&target) {
                self.add(tag);
            }
        }
    }

    /// The list, in order: what was added by its id and commits, trees, blobs.
    pub(in super::super) async fn finish(mut self) -> Result<Vec<Oid>, StoreError> {
        if let Filter::Blobs(limit) = self.filter {
            let found = self.store.find(&self.blobs).await?;
            self.blobs.retain(|oid| found.get(oid).is_none_or(|at| at.size < limit));
        }
        self.list.append(&mut self.blobs);
        Ok(self.list)
    }

    /// Adds a tag's chain down to what it is of, and returns that.
    pub(in super::super) async fn peel(&mut self, start: Oid) -> Result<(Oid, Kind), StoreError> {
        let mut at = start;
        loop {
            let found = self.store.find(&[at]).await?;
            let kind = found.get(&at).ok_or(StoreError::Missing(at))?.kind;
            if kind != Kind::Tag {
                return Ok((at, kind));
            }
            self.add(at);
            let tag = self.store.read(at).await?;
            at = check::tag(&tag.bytes).map_err(|_| StoreError::Damaged(at))?.oid;
        }
    }
}
