//! Looks at the branch after every step, and knows what must hold: each commit changes what it is for and nothing else,
//! nothing is in it twice, and whoever was told something was told the truth.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use fairlead_git::Repository as _;
use fairlead_git::hosted::Hosted;
use fairlead_git::landing::plan::operation_of;
use fairlead_git::object::{Commit, Kind, Mode, Oid, Tree};
use fairlead_sqlite::Sqlite;

use super::super::poll::finish;
use super::super::server::blob;
use super::foreign::{commit, main, read};

type Files = BTreeMap<String, Oid>;

pub(crate) struct Watch {
    pub(crate) hosted: Hosted<Sqlite>,
    /// What each request is to set; others' requests have no name.
    asked: RefCell<BTreeMap<String, (String, String)>>,
    /// Every commit that was ever on the branch.
    known: RefCell<BTreeMap<Oid, Commit>>,
    ever: RefCell<BTreeMap<String, Vec<Oid>>>,
    files: RefCell<BTreeMap<Oid, Files>>,
    head: Cell<Option<Oid>>,
}

/// Whom a commit is for.
fn name_of(commit: &Commit) -> Option<String> {
    let once = commit.message.strip_prefix("once: ").map(|name| name.trim().to_owned());
    once.or_else(|| operation_of(&commit.message).map(|id| id.to_string()))
}

impl Watch {
    pub(crate) fn new(hosted: Hosted<Sqlite>) -> Watch {
        Watch {
            hosted,
            asked: RefCell::default(),
            known: RefCell::default(),
            ever: RefCell::default(),
            files: RefCell::default(),
            head: Cell::new(None),
        }
    }

    pub(crate) fn ask(&self, name: &str, path: &str, contents: &str) {
        self.asked.borrow_mut().insert(name.to_owned(), (path.to_owned(), contents.to_owned()));
    }

    /// Looks where the branch is, and at every commit that is new.
    pub(crate) fn look(&self) {
        let head = finish(self.hosted.head(&main())).unwrap();
        let mut at = head.filter(|_| head != self.head.replace(head));
        while let Some(oid) = at.filter(|oid| !self.known.borrow().contains_key(oid)) {
            let commit = commit(&self.hosted, oid);
            assert!(commit.parents.len() < 2);
            at = commit.parents.first().copied();
            if let Some(name) = name_of(&commit) {
                self.ever.borrow_mut().entry(name).or_default().push(oid);
            }
            self.changed(oid, &commit);
            self.known.borrow_mut().insert(oid, commit);
        }
    }

    fn changed(&self, oid: Oid, commit: &Commit) {
        let after = self.files(commit.tree);
        let parent = commit.parents.first().map(|parent| super::foreign::commit(&self.hosted, *parent).tree);
        let before = parent.map(|tree| self.files(tree)).unwrap_or_default();
        let paths: BTreeSet<&String> = after.keys().chain(before.keys()).collect();
        let changed: Vec<&String> =
            paths.into_iter().filter(|path| after.get(*path) != before.get(*path)).collect();
        match name_of(commit) {
            Some(name) => {
                let asked = self.asked.borrow();
                let (path, contents) = asked.get(&name).unwrap_or_else(|| panic!("nobody asked for {name}"));
                assert_eq!(changed, [path], "{name} changed something else");
                assert_eq!(after[path], blob(contents), "{name} wrote something else");
            }
            None => assert!(changed.len() <= 1, "{oid} changed {changed:?}"),
        }
    }

    fn files(&self, tree: Oid) -> Files {
        if let Some(files) = self.files.borrow().get(&tree) {
            return files.clone();
        }
        let mut files = Files::new();
        for entry in Tree::parse(&read(&self.hosted, tree).bytes).unwrap().entries() {
            let name = String::from_utf8_lossy(&entry.name).into_owned();
            if entry.mode == Mode::Folder {
                let below = self.files(entry.oid).into_iter();
                files.extend(below.map(|(path, oid)| (format!("{name}/{path}"), oid)));
            } else {
                files.insert(name, entry.oid);
            }
        }
        self.files.borrow_mut().insert(tree, files.clone());
        files
    }

    /// Everything that the refs reach, each object read and of its kind.
    pub(crate) fn connected(&self) -> BTreeSet<Oid> {
        let refs = finish(self.hosted.refs()).unwrap();
        let mut open: Vec<(Oid, Kind)> = refs.all.values().map(|at| (at.oid, Kind::Commit)).collect();
        let mut seen = BTreeSet::new();
        while let Some((oid, kind)) = open.pop() {
            if !seen.insert(oid) {
                continue;
            }
            let object = read(&self.hosted, oid);
            assert_eq!((object.kind, object.oid()), (kind, oid));
            if kind == Kind::Commit {
                let commit = Commit::parse(&object.bytes).unwrap();
                open.push((commit.tree, Kind::Tree));
                open.extend(commit.parents.into_iter().map(|parent| (parent, Kind::Commit)));
            } else if kind == Kind::Tree {
                let tree = Tree::parse(&object.bytes).unwrap();
                let kind = |mode| if mode == Mode::Folder { Kind::Tree } else { Kind::Blob };
                open.extend(tree.entries().iter().map(|entry| (entry.oid, kind(entry.mode))));
            }
        }
        seen
    }

    /// How many commits of ours there were.
    pub(crate) fn landed(&self) -> usize {
        self.ever.borrow().len()
    }

    /// How often each request is in the branch's history as it is now.
    fn in_history(&self) -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        let mut at = finish(self.hosted.head(&main())).unwrap();
        while let Some(oid) = at {
            let commit = commit(&self.hosted, oid);
            at = commit.parents.first().copied();
            if let Some(name) = name_of(&commit) {
                *times.entry(name).or_default() += 1;
            }
        }
        times
    }

    /// Holds what was told against the branch: a commit where it landed, nothing where it did not. Who was told neither
    /// may find it there once or not at all.
    pub(crate) fn judge(&self, told: &BTreeMap<String, Told>, forced: bool) {
        let (ever, history) = (self.ever.borrow(), self.in_history());
        for name in self.asked.borrow().keys() {
            let commits = ever.get(name).cloned().unwrap_or_default();
            let times = history.get(name).copied().unwrap_or_default();
            assert!(times <= 1, "{name} is in the history {times} times");
            assert!(forced || commits.len() <= 1, "{name} landed as {commits:?}");
            match told.get(name) {
                Some(Told::Landed(commit)) => {
                    assert!(commits.contains(commit), "{name} was told {commit}, and landed as {commits:?}");
                    assert!(forced || times == 1);
                }
                Some(Told::Not(why)) => {
                    assert_eq!(times, 0, "{name} was told {why}, and is in the history");
                    assert!(forced || commits.is_empty(), "{name} was told {why}, and landed as {commits:?}");
                }
                Some(Told::Unknown) | None => {}
            }
        }
    }
}

/// What somebody was told in the end.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    Landed(Oid),
    Not(String),
    Unknown,
}
