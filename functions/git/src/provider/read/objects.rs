//! Folders and files, each held against its id.

use std::collections::BTreeMap;

use fairlead_fetch::Fetch;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use http::HeaderMap;

use super::listing::{Folders, Listed};
use super::reader::{ApiReader, Known};
use super::source::Place;
use crate::object::{Kind, Mode, Object, Oid, Tree};
use crate::repository::{RepositoryError, Survey, at_hand};

/// How many files are asked for at once: an edge function has six connections, and providers want few.
const AT_ONCE: usize = 4;

/// How many pages of one folder are read.
const PAGES: usize = 100;

/// What of a folder is known after a list was read.
struct Listing {
    folders: Folders,
    /// Whether the list came to its end.
    whole: bool,
    /// Whether nothing can have been lost between its pages.
    sure: bool,
}

impl<F: Fetch> ApiReader<F> {
    pub(super) async fn read_objects(
        &self,
        wanted: &[Oid],
    ) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        let (mut found, missing) = at_hand(wanted, |oid| self.at_hand(oid));
        self.afford(missing.len())?;
        let read = stream::iter(missing).map(|oid| async move { (oid, self.object(oid).await) });
        let read = read.buffer_unordered(AT_ONCE).map(|(oid, read)| read.map(|read| (oid, read)));
        let read: Vec<(Oid, Option<Object>)> = read.try_collect().await?;
        found.extend(read.into_iter().filter_map(|(oid, object)| Some((oid, object?))));
        Ok(found)
    }

    /// An object that was read before.
    fn at_hand(&self, oid: &Oid) -> Option<Object> {
        let object = self.cache.get(oid)?;
        let known = &mut *self.known.borrow_mut();
        if let Some(place) = known.places.get(oid).cloned() {
            known.learn(&place, &object);
        }
        Some(object)
    }

    async fn object(&self, oid: Oid) -> Result<Option<Object>, RepositoryError> {
        let place = self.known.borrow().places.get(&oid).cloned();
        let object = match &place {
            Some(place) => self.folder(place, |found| found == oid).await?,
            None => {
                let read = |answer: Vec<u8>, _: &HeaderMap| self.source.contents(answer);
                let bytes = self.ask(&self.source.file(oid), read).await?;
                bytes.map(|bytes| Object { kind: Kind::Blob, bytes })
            }
        };
        match object {
            Some(object) if object.oid() != oid => Err(self.other(oid, place.as_ref(), object.oid())),
            Some(object) => {
                self.keep(oid, &object, place.as_ref());
                Ok(Some(object))
            }
            None => Ok(None),
        }
    }

    /// One folder, as it is listed. `proves` tells of a tree whether it is the one.
    async fn folder(
        &self,
        place: &Place,
        proves: impl Fn(Oid) -> bool,
    ) -> Result<Option<Object>, RepositoryError> {
        let Some(listing) = self.list(place, false, PAGES, None).await? else { return Ok(None) };
        let sure = listing.sure;
        let object = self.whole(place, listing)?;
        let Some(otherwise) = self.source.otherwise().filter(|_| !sure && !proves(object.oid())) else {
            return Ok(Some(object));
        };
        let Some(listing) = self.list(place, false, PAGES, Some(otherwise)).await? else { return Ok(None) };
        let other = self.whole(place, listing)?;
        if other != object && !proves(other.oid()) {
            let place = named(place);
            let why =
                format!("its API lists {place} in two ways that differ: let git's own protocol through");
            return Err(self.wrong(why));
        }
        Ok(Some(other))
    }

    /// The folder that was listed to its end.
    fn whole(&self, place: &Place, listing: Listing) -> Result<Object, RepositoryError> {
        let place = named(place);
        if !listing.whole {
            let why = format!("its API lists {place} in part only: let git's own protocol through");
            return Err(self.wrong(why));
        }
        let wrong = || self.wrong(format!("its API lists in {place} what no folder can hold"));
        listing.folders.root.ok_or_else(wrong)
    }

    /// What is in a folder, with `deep` also everything below it, as far as so many pages from the first tell; `None` where
    /// there is no such folder.
    async fn list(
        &self,
        place: &Place,
        deep: bool,
        pages: usize,
        first: Option<&str>,
    ) -> Result<Option<Listing>, RepositoryError> {
        let mut entries: Vec<Listed> = Vec::new();
        let (mut next, mut whole, mut sure) = (first.map(str::to_owned), false, false);
        for number in 0..pages {
            let call = self.source.folder(place, deep, next.as_deref());
            let read = |answer: Vec<u8>, headers: &HeaderMap| self.source.listed(place, &answer, headers);
            let Some(page) = self.ask(&call, read).await? else { return Ok(None) };
            let worth = page.total.map_or(0, |total| total / page.entries.len().max(1));
            entries.extend(page.entries);
            if page.next.is_none() && !page.cut {
                if let Some(total) = page.total.filter(|total| *total != entries.len()) {
                    let why =
                        format!("its API lists {} of {total} entries of {}", entries.len(), named(place));
                    return Err(self.wrong(why));
                }
                whole = true;
                sure = number == 0 || page.total.is_some();
            }
            // Where it says how long it is, a part of what is too long is not read in vain.
            if page.next.is_none() || (number == 0 && worth > pages) {
                break;
            }
            next = page.next;
        }
        let folders = Folders::of(entries).map_err(|error| self.wrong(format!("its API: {error}")))?;
        Ok(Some(Listing { folders, whole, sure }))
    }

    pub(super) async fn read_root(&self, commit: Oid) -> Result<Option<Oid>, RepositoryError> {
        if let Some(root) = self.known.borrow().roots.get(&commit) {
            return Ok(Some(*root));
        }
        let Some(told) = self.told(commit).await? else { return Ok(None) };
        let root = match told.tree {
            Some(tree) => tree,
            None => {
                let place = Place { commit, path: String::new(), tree: None };
                let Some(object) = self.folder(&place, |tree| told.proves(tree)).await? else {
                    return Ok(None);
                };
                let oid = object.oid();
                self.keep(oid, &object, Some(&place));
                oid
            }
        };
        self.known.borrow_mut().is_root(commit, root);
        Ok(Some(root))
    }

    pub(super) async fn read_survey(&self, commit: Oid) -> Result<Option<Survey>, RepositoryError> {
        let Some(told) = self.told(commit).await? else { return Ok(None) };
        let root = self.known.borrow().roots.get(&commit).copied().or(told.tree);
        // What is below a folder that was read before was most often read too.
        if let Some(root) = root.filter(|root| self.cache.get(root).is_some()) {
            self.known.borrow_mut().is_root(commit, root);
            return Ok(Some(Survey { root, trees: BTreeMap::new() }));
        }
        let place = Place { commit, path: String::new(), tree: root };
        let worth = self.source.worth();
        let Some(Listing { folders, whole, sure }) = self.list(&place, true, worth, None).await? else {
            return Ok(None);
        };
        let mut trees = self.take(&place, folders.below);
        let listed = folders.root.filter(|_| whole).map(|object| (object.oid(), object));
        let is_it = |oid: Oid| root.map_or_else(|| sure || told.proves(oid), |root| root == oid);
        if let Some((oid, object)) = listed.filter(|(oid, _)| is_it(*oid)) {
            self.known.borrow_mut().is_root(commit, oid);
            self.keep(oid, &object, Some(&Place { tree: Some(oid), ..place }));
            trees.insert(oid, object);
        }
        // What was listed in part only is listed once more, without what is below.
        let root = self.read_root(commit).await?;
        Ok(root.map(|root| Survey { root, trees }))
    }

    /// Reads every folder below these: as many at once as one list has whole, and each that none has by itself.
    pub(super) async fn read_trees(
        &self,
        roots: &[Oid],
        at_most: u32,
    ) -> Result<Option<BTreeMap<Oid, Object>>, RepositoryError> {
        let mut found: BTreeMap<Oid, Object> = BTreeMap::new();
        let mut known: BTreeMap<Oid, Object> = BTreeMap::new();
        let mut open: Vec<Oid> = roots.to_vec();
        while let Some(oid) = open.pop() {
            if found.contains_key(&oid) {
                continue;
            }
            if found.len() >= at_most as usize {
                return Ok(None);
            }
            let object = match known.remove(&oid).or_else(|| self.at_hand(&oid)) {
                Some(object) => Some(object),
                None => self.below(oid, &mut known).await?,
            };
            let Some(object) = object else { continue };
            let tree = Tree::parse(&object.bytes);
            let tree =
                tree.map_err(|source| RepositoryError::Tree { repository: self.named(), oid, source })?;
            let inner = tree.entries().iter().filter(|entry| entry.mode == Mode::Folder);
            open.extend(inner.map(|entry| entry.oid));
            found.insert(oid, object);
        }
        Ok(Some(found))
    }

    /// Lists a folder with everything below it, of which what is whole comes into `known`.
    async fn below(
        &self,
        oid: Oid,
        known: &mut BTreeMap<Oid, Object>,
    ) -> Result<Option<Object>, RepositoryError> {
        let place = self.known.borrow().places.get(&oid).cloned();
        if let Some(place) = place
            && let Some(Listing { folders, .. }) = self.list(&place, true, PAGES, None).await?
        {
            known.extend(self.take(&place, folders.below));
            if let Some(object) = folders.root.filter(|object| object.oid() == oid) {
                self.keep(oid, &object, Some(&place));
                return Ok(Some(object));
            }
        }
        self.object(oid).await
    }

    /// Keeps folders that were found whole below a place.
    fn take(&self, at: &Place, below: BTreeMap<String, (Oid, Object)>) -> BTreeMap<Oid, Object> {
        let mut trees = BTreeMap::new();
        for (path, (oid, object)) in below {
            self.keep(oid, &object, Some(&at.below(&path, oid)));
            trees.insert(oid, object);
        }
        trees
    }

    /// Keeps an object that is what its id says, and where it is.
    fn keep(&self, oid: Oid, object: &Object, place: Option<&Place>) {
        self.cache.put(oid, object);
        if let Some(place) = place {
            let known = &mut *self.known.borrow_mut();
            known.places.entry(oid).or_insert_with(|| Place { tree: Some(oid), ..place.clone() });
            known.learn(place, object);
        }
    }

    fn other(&self, oid: Oid, place: Option<&Place>, found: Oid) -> RepositoryError {
        self.wrong(match place {
            // Names that are no text, and modes of long ago, do not come through an API either.
            Some(Place { path, .. }) => format!(
                "what its API lists in `{path}` is the tree {found} and not {oid}, which stands there: let git's own protocol through"
            ),
            None => format!("its API hands out {found} for the file contents {oid}"),
        })
    }
}

/// What messages call a folder.
fn named(place: &Place) -> String {
    if place.path.is_empty() { "its root".to_owned() } else { format!("`{}`", place.path) }
}

impl Known {
    /// Remembers where the folders in a folder are.
    fn learn(&mut self, place: &Place, object: &Object) {
        let Ok(tree) = Tree::parse(&object.bytes) else { return };
        for entry in tree.entries().iter().filter(|entry| entry.mode == Mode::Folder) {
            let inner = || place.below(&String::from_utf8_lossy(&entry.name), entry.oid);
            self.places.entry(entry.oid).or_insert_with(inner);
        }
    }

    fn is_root(&mut self, commit: Oid, root: Oid) {
        self.roots.insert(commit, root);
        let place = || Place { commit, path: String::new(), tree: Some(root) };
        self.places.entry(root).or_insert_with(place);
    }
}
