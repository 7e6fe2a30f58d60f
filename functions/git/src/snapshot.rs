//! One commit of a repository, read as far as somebody asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_world::{Blob, Entry, EntryKind, MemoryWorld, Need, Oid, RepoPath};

use crate::object::{Kind, Mode, Object};
use crate::pack::PackError;
use crate::repository::{Repository, RepositoryError};
use crate::trees::{Found, Room, Trees, WalkError};

/// A commit's files as a world for the engine: [`Snapshot::supply`] fetches what the engine needed, in as few requests as
/// there are levels of folders on the way, and one more for all contents.
///
/// Symbolic links and submodules are listed and never followed.
#[derive(Debug)]
pub struct Snapshot {
    commit: Oid,
    root: Oid,
    trees: Trees,
    world: MemoryWorld,
}

/// One file, link or submodule of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path; what is not UTF-8 in it is replaced.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// Its object.
    pub oid: Oid,
}

/// How many files of a folder that is listed are read along, because whoever lists a folder goes on to read it.
const AHEAD: usize = 512;

/// How many files are read along from around such a folder: what belongs together stands together, and a request costs
/// more than so many files.
const AROUND: usize = 128;

/// The most files and folders that are listed, and the most bytes of their paths: more than any repository that people
/// work in has, and no more than a process holds.
const LISTED: Room = Room { entries: 2_000_000, bytes: 256 << 20 };

/// The most files and folders that are looked at to find out what to read along, and the most bytes of their paths.
const GLANCE: Room = Room { entries: 4_096, bytes: 1 << 20 };

impl Snapshot {
    /// Begins to read a commit.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn of(repository: &impl Repository, commit: Oid) -> Result<Snapshot, RepositoryError> {
        let survey = repository.survey(commit).await?.ok_or_else(|| not_there(repository, commit))?;
        let (root, mut trees) = (survey.root, Trees::default());
        trees.add(survey.trees);
        Ok(Snapshot { commit, root, trees, world: MemoryWorld::partial() })
    }

    /// The commit.
    pub fn commit(&self) -> Oid {
        self.commit
    }

    /// What has been read so far.
    pub fn world(&self) -> &MemoryWorld {
        &self.world
    }

    /// Reads the files and folders that the engine needed; what is not there is told to be absent. Content by digest is
    /// not a repository's.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn supply(
        &mut self,
        repository: &impl Repository,
        needs: &[Need],
    ) -> Result<(), RepositoryError> {
        let folders: BTreeSet<RepoPath> = needs.iter().filter_map(folder_of).collect();
        self.trees.reach(repository, self.root, &folders).await?;
        let mut files = BTreeMap::new();
        let mut ahead = BTreeMap::new();
        for need in needs {
            match need {
                Need::File(path) => match self.trees.find(self.root, path) {
                    Found::Entry(mode, oid) if mode.is_file() => {
                        files.insert(path.clone(), oid);
                    }
                    _ => self.world.insert_absent(need.clone()),
                },
                Need::Folder(path) => match self.trees.find(self.root, path) {
                    Found::Entry(Mode::Folder, oid) => {
                        self.list(path, oid);
                        if repository.reads_ahead() {
                            self.look_ahead(path, oid, &mut ahead);
                        }
                    }
                    _ => self.world.insert_absent(need.clone()),
                },
                Need::Content(_) => {}
            }
        }
        ahead.retain(|path, _| !files.contains_key(path));
        if !ahead.is_empty() {
            let both = files.iter().chain(&ahead).map(|(path, oid)| (path.clone(), *oid)).collect();
            match self.read_files(repository, both).await {
                // What nobody asked for may be too much; what was asked for has to come.
                Err(RepositoryError::Pack { source: PackError::Limit(_), .. }) => {}
                read => return read,
            }
        }
        self.read_files(repository, files).await
    }

    /// The contents of files by their ids.
    ///
    /// # Errors
    /// Where one cannot be read, or is not there.
    pub async fn blobs(
        repository: &impl Repository,
        oids: &BTreeSet<Oid>,
    ) -> Result<BTreeMap<Oid, Blob>, RepositoryError> {
        let wanted: Vec<Oid> = oids.iter().copied().collect();
        let mut objects = repository.objects(&wanted).await?;
        let blob = |oid: Oid| match objects.remove(&oid) {
            Some(Object { kind: Kind::Blob, bytes }) => Ok((oid, Blob::from(bytes))),
            _ => Err(RepositoryError::Answer {
                repository: repository.name().to_owned(),
                why: format!("it lacks the file contents {oid}, which its own trees name"),
            }),
        };
        wanted.into_iter().map(blob).collect()
    }

    /// Every file of the commit; with `within`, those of these folders and what stands beside the way to them.
    ///
    /// # Errors
    /// Where they cannot be read, or are too many.
    pub async fn files(
        &mut self,
        repository: &impl Repository,
        within: Option<&[RepoPath]>,
    ) -> Result<Vec<File>, RepositoryError> {
        let mut files = Vec::new();
        let mut below = BTreeMap::from([(String::new(), self.root)]);
        if let Some(folders) = within.filter(|folders| !folders.iter().any(|folder| folder.is_root())) {
            let folders: BTreeSet<RepoPath> = folders.iter().cloned().collect();
            self.trees.reach(repository, self.root, &folders).await?;
            below = self.beside(&folders, &mut files);
        }
        let roots: BTreeSet<Oid> = below.values().copied().collect();
        self.trees.read_below(repository, &roots).await?;
        let mut room = LISTED;
        let mut add = |path, entry: &crate::object::Entry| {
            files.push(File { path, mode: entry.mode, oid: entry.oid });
            true
        };
        for (at, root) in &below {
            self.trees.walk(*root, at, &mut room, &mut add).map_err(|error| match error {
                WalkError::Full(path) => RepositoryError::Endless {
                    repository: repository.name().to_owned(),
                    commit: self.commit,
                    path,
                    entries: LISTED.entries,
                    bytes: LISTED.bytes,
                },
                WalkError::Unreadable(unreadable) => unreadable.within(repository),
            })?;
        }
        Ok(files)
    }

    /// The folders to list whole, and beside the way to them every file. A folder that some file systems cannot tell
    /// from one on the way is listed too, so that whoever writes there sees it.
    fn beside(&self, folders: &BTreeSet<RepoPath>, files: &mut Vec<File>) -> BTreeMap<String, Oid> {
        let mut below = BTreeMap::new();
        let on_the_way: BTreeSet<RepoPath> = folders
            .iter()
            .flat_map(|folder| std::iter::successors(folder.parent(), RepoPath::parent))
            .collect();
        for at in on_the_way.iter().filter(|at| !folders.contains(*at)) {
            let Found::Entry(Mode::Folder, oid) = self.trees.find(self.root, at) else { continue };
            let Some(tree) = self.trees.tree(&oid) else { continue };
            for entry in tree.entries() {
                let name = String::from_utf8_lossy(&entry.name);
                let path = if at.is_root() { name.into_owned() } else { format!("{at}/{name}") };
                let same = |other: &RepoPath| plain(other.as_str()) == plain(&path);
                match entry.mode {
                    Mode::Folder if on_the_way.iter().any(|other| other.as_str() == path) => {}
                    Mode::Folder if folders.iter().chain(&on_the_way).any(same) => {
                        below.insert(path, entry.oid);
                    }
                    Mode::Folder => {}
                    mode => files.push(File { path, mode, oid: entry.oid }),
                }
            }
        }
        below
    }

    fn list(&mut self, path: &RepoPath, oid: Oid) {
        let Some(tree) = self.trees.tree(&oid) else { return };
        let mut entries: Vec<Entry> = tree.entries().iter().filter_map(entry_of).collect();
        entries.sort();
        self.world.insert_listing(path.clone(), Some(Arc::from(entries)));
    }

    /// The files in and below a listed folder, as far as the trees are at hand; where they are few, those of the outermost
    /// folder around it. In the root they may be anything.
    fn look_ahead(&self, path: &RepoPath, oid: Oid, into: &mut BTreeMap<RepoPath, Oid>) {
        let mut around: Vec<RepoPath> = std::iter::successors(path.parent(), RepoPath::parent).collect();
        around.retain(|folder| !folder.is_root());
        for folder in around.iter().rev() {
            let Found::Entry(Mode::Folder, oid) = self.trees.find(self.root, folder) else { continue };
            if self.add_below(folder, oid, AROUND, into) {
                return;
            }
        }
        if !path.is_root() {
            self.add_below(path, oid, AHEAD, into);
        }
    }

    /// Adds the files below a folder where there are not too many; whether it did.
    fn add_below(
        &self,
        path: &RepoPath,
        oid: Oid,
        at_most: usize,
        into: &mut BTreeMap<RepoPath, Oid>,
    ) -> bool {
        let mut found = Vec::new();
        let walked = self.trees.walk(oid, path.as_str(), &mut GLANCE.clone(), &mut |path, entry| {
            if entry.mode.is_file() {
                found.extend(RepoPath::parse(&path).ok().map(|path| (path, entry.oid)));
            }
            found.len() <= at_most
        });
        let few = walked.is_ok() && found.len() <= at_most;
        into.extend(found.into_iter().filter(|_| few));
        few
    }

    async fn read_files(
        &mut self,
        repository: &impl Repository,
        files: BTreeMap<RepoPath, Oid>,
    ) -> Result<(), RepositoryError> {
        let oids: BTreeSet<Oid> = files.values().copied().collect();
        if oids.is_empty() {
            return Ok(());
        }
        let blobs = Snapshot::blobs(repository, &oids).await?;
        for (path, oid) in files {
            if let Some(blob) = blobs.get(&oid) {
                self.world.insert(path, blob.clone());
            }
        }
        Ok(())
    }
}

/// The folder whose tree tells about a need.
fn folder_of(need: &Need) -> Option<RepoPath> {
    match need {
        Need::File(path) => path.parent(),
        Need::Folder(path) => Some(path.clone()),
        Need::Content(_) => None,
    }
}

/// A commit that has to be there, and is not.
pub(crate) fn not_there(repository: &impl Repository, commit: Oid) -> RepositoryError {
    let why = format!("it does not hand out the commit {commit}");
    RepositoryError::Answer { repository: repository.name().to_owned(), why }
}

/// The entry as the engine sees it; names that it could not write are left out.
fn entry_of(entry: &crate::object::Entry) -> Option<Entry> {
    let name = std::str::from_utf8(&entry.name).ok().filter(|name| !name.eq_ignore_ascii_case(".git"))?;
    let kind = match entry.mode {
        Mode::Folder => EntryKind::Folder,
        Mode::File | Mode::Executable | Mode::GroupWritable => EntryKind::File,
        Mode::Link => EntryKind::Link,
        Mode::Submodule => EntryKind::Submodule,
    };
    Some(Entry { name: name.into(), kind })
}

/// What is left of a name on file systems that tell little apart.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii).map(|c| c.to_ascii_lowercase()).collect()
}
