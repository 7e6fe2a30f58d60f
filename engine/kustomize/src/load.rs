//! Files and folders as a kustomization sees them: relative to its root, and by default nothing outside of it.

mod links;
mod remote;

use std::cell::RefCell;
use std::collections::BTreeSet;

use fairlead_world::{Answer, Blob, EntryKind, Need, RepoPath, World};

use crate::{Error, LoadRestrictor};

use remote::{is_repository, is_url, refused};

/// What every root of one build shares.
pub(crate) struct Disk<'w> {
    world: &'w dyn World,
    shown: &'w str,
    restrictor: LoadRestrictor,
    needs: RefCell<BTreeSet<Need>>,
}

/// A root: the folder of a kustomization, and those that led to it.
#[derive(Clone)]
pub(crate) struct Root<'d> {
    disk: &'d Disk<'d>,
    folder: RepoPath,
    visited: Vec<RepoPath>,
}

impl<'w> Disk<'w> {
    /// Reads through `world`; messages show paths behind `shown`.
    pub(crate) fn new(world: &'w dyn World, shown: &'w str, restrictor: LoadRestrictor) -> Disk<'w> {
        Disk { world, shown, restrictor, needs: RefCell::default() }
    }

    /// What has to be fetched, as far as the build has got.
    pub(crate) fn needs(&self) -> Vec<Need> {
        self.needs.borrow().iter().cloned().collect()
    }

    fn needed<T>(&self, need: Need) -> Result<T, Error> {
        self.needs.borrow_mut().insert(need);
        Err(Error::Needed(self.needs()))
    }

    fn show(&self, path: &RepoPath) -> String {
        if path.is_root() && !self.shown.is_empty() {
            return self.shown.to_owned();
        }
        format!("{}/{path}", self.shown)
    }

    /// The file at a path, and where it is once links are followed.
    fn read(&self, path: &RepoPath) -> Result<Option<(RepoPath, Blob)>, Error> {
        let look = |path: &RepoPath| match self.world.read(path) {
            Answer::Found(blob) => Ok(Some((path.clone(), blob))),
            Answer::Absent => Ok(None),
            Answer::Needed => self.needed(Need::File(path.clone())),
        };
        match look(path)? {
            Some(found) => Ok(Some(found)),
            None => self.follow(path)?.map_or(Ok(None), |real| look(&real)),
        }
    }

    /// The folder at a path, and where it is once links are followed.
    fn folder(&self, path: &RepoPath) -> Result<Option<RepoPath>, Error> {
        let look = |path: RepoPath| match self.world.list(&path) {
            Answer::Found(_) => Ok(Some(path)),
            Answer::Absent => Ok(None),
            Answer::Needed => self.needed(Need::Folder(path)),
        };
        match look(path.clone())? {
            Some(found) => Ok(Some(found)),
            None => self.follow(path)?.map_or(Ok(None), look),
        }
    }

    /// Why there is nothing at a path: the first part of it that is missing, no folder, or a link.
    fn missing(&self, path: &RepoPath) -> Result<String, Error> {
        let mut folder = RepoPath::root();
        for name in path.segments() {
            let Answer::Found(entries) = self.world.list(&folder) else {
                return Ok("not a directory".to_owned());
            };
            let here = folder.join(name).map_err(|error| Error::Load(error.to_string()))?;
            match entries.iter().find(|entry| &*entry.name == name).map(|entry| entry.kind) {
                None => return Ok(format!("lstat {}: no such file or directory", self.show(&here))),
                Some(EntryKind::Link) => {
                    if let Some(real) = self.follow(path)? {
                        return self.missing(&real);
                    }
                    return Ok(format!(
                        "{} is a symbolic link, and links are not followed",
                        self.show(&here)
                    ));
                }
                // On a disk, a folder with a repository of its own is a folder like any other.
                Some(EntryKind::Submodule) if self.world.list(&here) == Answer::Absent => {
                    return Ok(format!("{} is a submodule", self.show(&here)));
                }
                Some(EntryKind::Folder | EntryKind::File | EntryKind::Submodule) => folder = here,
            }
        }
        Ok(format!("lstat {}: no such file or directory", self.show(path)))
    }

    /// The folder to build.
    ///
    /// # Errors
    /// Where it is missing or no folder.
    pub(crate) fn root<'d>(&'d self, folder: &RepoPath, written: &str) -> Result<Root<'d>, Error> {
        let folder = self.confirm(folder, written).map_err(|error| error.under("must build at directory"))?;
        Ok(Root { disk: self, folder, visited: Vec::new() })
    }

    /// A folder that need not be there: for fields that stand in no file.
    pub(crate) fn root_of_text<'d>(&'d self, folder: &RepoPath) -> Root<'d> {
        Root { disk: self, folder: folder.clone(), visited: Vec::new() }
    }

    /// The folder that is meant, behind its links.
    fn confirm(&self, folder: &RepoPath, written: &str) -> Result<RepoPath, Error> {
        if let Some(real) = self.folder(folder)? {
            return Ok(real);
        }
        if self.read(folder)?.is_some() {
            return Err(Error::Load(format!("'{written}': file is not directory")));
        }
        let why = self.missing(folder)?;
        Err(Error::Load(format!("not a valid directory: evalsymlink failure on '{written}' : {why}")))
    }
}

impl<'d> Root<'d> {
    /// The folder as messages show it.
    pub(crate) fn shown(&self) -> String {
        self.disk.show(&self.folder)
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &RepoPath {
        &self.folder
    }

    /// The world behind it.
    pub(crate) fn world(&self) -> &'d dyn World {
        self.disk.world
    }

    /// Notes what has to be fetched before the build can go on.
    pub(crate) fn need<T>(&self, need: Need) -> Result<T, Error> {
        self.disk.needed(need)
    }

    /// Where a path written in a file of this root leads.
    ///
    /// # Errors
    /// Paths that leave the repository or that no repository has.
    pub(crate) fn resolve(&self, path: &str) -> Result<RepoPath, Error> {
        let joined = match path.strip_prefix('/') {
            None => self.folder.join(path),
            Some(_) => {
                let shown = self.disk.shown;
                let inside = path.strip_prefix(shown).and_then(|rest| rest.strip_prefix('/'));
                match inside {
                    Some(inside) => RepoPath::root().join(inside),
                    None => {
                        let root = self.shown();
                        return Err(Error::Load(format!(
                            "security; file '{path}' is not in or below '{root}'"
                        )));
                    }
                }
            }
        };
        joined.map_err(|error| Error::Load(error.to_string()))
    }

    /// Whether a file may be loaded, by where it is once links are followed.
    fn may_load(&self, real: &RepoPath) -> bool {
        self.disk.restrictor == LoadRestrictor::None || real.below(&self.folder).is_some()
    }

    /// Reads a file that is there and may be loaded, or nothing.
    ///
    /// # Errors
    /// [`Error::Needed`], and links in a circle.
    pub(crate) fn find(&self, name: &str) -> Result<Option<String>, Error> {
        let found = self.disk.read(&self.resolve(name)?)?;
        Ok(found.filter(|(real, _)| self.may_load(real)).map(|(_, blob)| text_of(&blob)))
    }

    /// Reads a file as text.
    ///
    /// # Errors
    /// As for [`Root::load_bytes`].
    pub(crate) fn load(&self, path: &str) -> Result<String, Error> {
        self.load_bytes(path).map(|blob| text_of(&blob))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Where it is missing, a folder, outside of the root, or on the web.
    pub(crate) fn load_bytes(&self, path: &str) -> Result<Blob, Error> {
        if is_url(path) {
            return Err(refused(path));
        }
        let full = self.resolve(path)?;
        let shown = self.disk.show(&full);
        let restricted = self.disk.restrictor == LoadRestrictor::RootOnly;
        let Some((real, blob)) = self.disk.read(&full)? else {
            let folder = self.disk.folder(&full)?.is_some();
            return Err(Error::Load(match (restricted, folder) {
                (true, true) => format!("'{shown}' must resolve to a file"),
                (true, false) => format!("evalsymlink failure on '{shown}' : {}", self.disk.missing(&full)?),
                (false, true) => format!("read {shown}: is a directory"),
                (false, false) => format!("open {shown}: no such file or directory"),
            }));
        };
        if !self.may_load(&real) {
            let root = self.shown();
            return Err(Error::Load(format!("security; file '{shown}' is not in or below '{root}'")));
        }
        Ok(blob)
    }

    /// The root of a base or component.
    ///
    /// # Errors
    /// Where it is missing, no folder, in another repository, or one that led here.
    pub(crate) fn open(&self, path: &str) -> Result<Root<'d>, Error> {
        if path.is_empty() {
            return Err(Error::Load("new root cannot be empty".to_owned()));
        }
        if is_repository(path) {
            return Err(refused(path));
        }
        if path.starts_with('/') {
            return Err(Error::Load(format!("new root '{path}' cannot be absolute")));
        }
        let written = self.resolve(path)?;
        let confirmed = self.disk.confirm(&written, &self.disk.show(&written));
        let folder = confirmed.map_err(|error| error.under("must build at directory"))?;
        let shown = self.disk.show(&folder);
        let visited = self.visited.iter().rev().chain([&self.folder]);
        let mut visited: Vec<&RepoPath> = visited.collect();
        visited.reverse();
        if let Some(above) = visited.iter().find(|visited| visited.below(&folder).is_some()) {
            let visited = self.disk.show(above);
            return Err(Error::Load(format!(
                "cycle detected: candidate root '{shown}' contains visited root '{visited}'"
            )));
        }
        let mut visited = self.visited.clone();
        visited.push(self.folder.clone());
        Ok(Root { disk: self.disk, folder, visited })
    }
}

fn text_of(blob: &Blob) -> String {
    String::from_utf8_lossy(blob.bytes()).into_owned()
}
