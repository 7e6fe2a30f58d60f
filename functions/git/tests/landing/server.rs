//! A server with one branch, and the network before it: requests are lost, answers are lost, and requests arrive long
//! after everybody has stopped waiting for them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fairlead_fetch::{Address, FetchError};
use fairlead_git::object::{Commit, Edit, Identity, Kind, Object, Tree, edit};
use fairlead_git::{Branch, LandError, Landed, Landing, Past, Repository, RepositoryError, Strategy};
use fairlead_world::{ObjectFormat, Oid, RepoPath};

use super::chance::Chance;
use super::fuse::Fuse;
use super::poll::pause;

pub(crate) struct Server {
    pub(crate) objects: RefCell<BTreeMap<Oid, Object>>,
    pub(crate) head: Cell<Option<Oid>>,
    /// Every commit that was ever at the head or below it.
    pub(crate) applied: RefCell<BTreeSet<Oid>>,
    /// Requests on their way, with the time at which they were sent.
    in_flight: RefCell<Vec<(i64, Landing)>>,
    chance: Rc<Chance>,
    pub(crate) now: Rc<Cell<i64>>,
    /// How often in a hundred requests each failure happens.
    pub(crate) fails: Cell<u64>,
    /// Whether the server makes the commits anew, as provider APIs do.
    pub(crate) rewrites: bool,
    /// What becomes of the next landing: lost on the way there, or its answer on the way back.
    pub(crate) next_landing: Cell<Option<Fault>>,
    /// Where the next who asks is told that the branch is, which it was once.
    pub(crate) stale: Cell<Option<Oid>>,
    /// Counts requests down to one that fails: on the way there, or on the way back.
    pub(crate) fuse: Fuse,
}

#[derive(Clone, Copy)]
pub(crate) enum Fault {
    Unreached,
    Limited,
    LostRequest,
    LostAnswer,
    Refused,
    Unauthorized,
}

impl Server {
    pub(crate) fn new(chance: Rc<Chance>, now: Rc<Cell<i64>>, rewrites: bool) -> Server {
        Server {
            objects: RefCell::default(),
            head: Cell::new(None),
            applied: RefCell::default(),
            in_flight: RefCell::default(),
            chance,
            now,
            fails: Cell::new(0),
            rewrites,
            next_landing: Cell::new(None),
            stale: Cell::new(None),
            fuse: Fuse::default(),
        }
    }

    /// Somebody else sets a file.
    pub(crate) fn foreign(&self, path: &str, contents: &str) {
        let root = self.head.get().map_or(Oid::ZERO, |head| self.commit(head).tree);
        let blob = Object { kind: Kind::Blob, bytes: contents.into() };
        let edits = [(RepoPath::parse(path).unwrap(), Edit::Write(blob.oid()))].into();
        let read = |oid: &Oid| self.objects.borrow().get(oid).map(|object| object.bytes.clone());
        let edited = edit(root, &edits, &read).unwrap();
        let identity = Identity {
            name: "Somebody Else".into(),
            email: "else@example.com".into(),
            seconds: self.now.get(),
            offset: 0,
        };
        let commit = Commit {
            tree: edited.root,
            parents: self.head.get().into_iter().collect(),
            author: identity.clone(),
            committer: identity,
            message: format!("foreign: set {path}\n"),
            signature: None,
        };
        self.store(edited.trees.into_values().chain([blob]));
        self.move_to(&commit);
    }

    /// Somebody else throws the newest commits away, or the branch.
    pub(crate) fn force(&self) {
        // A request that is still on its way to a base that comes back could not be told from a new one.
        self.in_flight.borrow_mut().clear();
        let back = self.chance.below(4);
        let mut at = self.head.get();
        for _ in 0..back {
            at = at.and_then(|oid| self.commit(oid).parents.first().copied());
        }
        self.head.set(at);
    }

    /// A request arrives late, or never.
    pub(crate) fn deliver(&self, lost: bool) {
        let landing = {
            let mut in_flight = self.in_flight.borrow_mut();
            if in_flight.is_empty() {
                return;
            }
            let which = self.chance.below(in_flight.len() as u64) as usize;
            in_flight.swap_remove(which).1
        };
        if !lost {
            let _ = self.apply(&landing);
        }
    }

    /// No request stays on its way longer than servers and proxies keep one.
    pub(crate) fn settle(&self, grace: i64) {
        loop {
            let late = self.in_flight.borrow().iter().position(|(sent, _)| self.now.get() - sent >= grace);
            let Some(late) = late else { return };
            let (_, landing) = self.in_flight.borrow_mut().swap_remove(late);
            if self.chance.percent(50) {
                let _ = self.apply(&landing);
            }
        }
    }

    pub(crate) fn commit(&self, oid: Oid) -> Commit {
        Commit::parse(&self.objects.borrow()[&oid].bytes).unwrap()
    }

    pub(crate) fn tree(&self, oid: Oid) -> Tree {
        Tree::parse(&self.objects.borrow()[&oid].bytes).unwrap()
    }

    fn store(&self, objects: impl IntoIterator<Item = Object>) {
        self.objects.borrow_mut().extend(objects.into_iter().map(|object| (object.oid(), object)));
    }

    fn move_to(&self, commit: &Commit) -> Oid {
        let oid = commit.object().oid();
        self.store([commit.object()]);
        self.applied.borrow_mut().insert(oid);
        self.head.set(Some(oid));
        oid
    }

    fn apply(&self, landing: &Landing) -> Result<Landed, LandError> {
        if self.head.get() != landing.old {
            return Err(LandError::Moved { branch: landing.branch.clone(), head: self.head.get() });
        }
        let forbidden = landing.commits.iter().flat_map(|planned| planned.edits.keys());
        if let Some(path) = forbidden.into_iter().find(|path| path.as_str().contains("forbidden")) {
            return Err(self.refused(landing, format!("nobody may write {path}")));
        }
        let mut commits = Vec::new();
        for planned in &landing.commits {
            let contents = planned.edits.values().flatten();
            let blobs = contents.map(|blob| Object { kind: Kind::Blob, bytes: blob.bytes().to_vec() });
            self.store(planned.trees.iter().cloned().chain(blobs));
            let mut commit = planned.commit.clone();
            if self.rewrites {
                commit.parents = self.head.get().into_iter().collect();
                commit.committer.name = "Provider".to_owned();
                commit.committer.seconds = self.now.get();
            }
            assert_eq!(commit.parents.first().copied(), self.head.get(), "commits follow each other");
            commits.push(self.move_to(&commit));
        }
        Ok(Landed { commits, strategy: Strategy::Push, messages: String::new() })
    }

    fn fault(&self) -> Option<Fault> {
        if let Some(back) = self.fuse.burn() {
            return Some(if back { Fault::LostAnswer } else { Fault::LostRequest });
        }
        if !self.chance.percent(self.fails.get()) {
            return None;
        }
        Some(match self.chance.below(4) {
            0 => Fault::Unreached,
            1 => Fault::Limited,
            2 => Fault::LostRequest,
            _ => Fault::LostAnswer,
        })
    }

    /// One request for reading.
    async fn read<T>(&self, answer: impl FnOnce() -> T) -> Result<T, RepositoryError> {
        pause().await;
        match self.fault() {
            None => {
                let answer = answer();
                pause().await;
                Ok(answer)
            }
            Some(Fault::Limited) => Err(self.limited()),
            Some(Fault::Unreached) => Err(self.unreached(false).into()),
            // These are of pushes alone.
            Some(_) => Err(self.unreached(true).into()),
        }
    }

    fn refused(&self, landing: &Landing, rule: String) -> LandError {
        let (repository, branch) = (self.name().to_owned(), landing.branch.clone());
        LandError::Refused { repository, branch, rule }
    }

    fn limited(&self) -> RepositoryError {
        RepositoryError::RateLimited { repository: self.name().to_owned(), wait: Some(5) }
    }

    fn unreached(&self, broken: bool) -> FetchError {
        let origin = Address::parse("https://git.example.com/").unwrap().origin().clone();
        let why = "the network failed".to_owned();
        if broken { FetchError::Broken { origin, why } } else { FetchError::Unreached { origin, why } }
    }
}

impl Repository for Server {
    fn name(&self) -> &str {
        "https://git.example.com/shop.git"
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        self.read(|| Some(Branch::parse("main").unwrap())).await
    }

    async fn head(&self, _branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        self.read(|| self.stale.take().or(self.head.get())).await
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        self.read(|| {
            let objects = self.objects.borrow();
            wanted.iter().filter_map(|oid| Some((*oid, objects.get(oid)?.clone()))).collect()
        })
        .await
    }

    async fn history(&self, head: Oid, depth: usize) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        self.read(|| {
            let mut found = Vec::new();
            let mut round = vec![head];
            for _ in 0..depth {
                let mut parents = Vec::new();
                for oid in round {
                    let commit = self.commit(oid);
                    parents.extend(commit.parents.iter().copied());
                    found.push((oid, commit.into()));
                }
                round = parents;
            }
            found
        })
        .await
    }

    async fn land(&self, landing: &Landing) -> Result<Landed, LandError> {
        pause().await;
        let unknown = || Err(LandError::Unknown("the connection broke".to_owned()));
        match self.next_landing.take().or_else(|| self.fault()) {
            None => {
                let answer = self.apply(landing);
                // The process may die here, with the answer on its way.
                pause().await;
                answer
            }
            Some(Fault::Unreached) => Err(RepositoryError::from(self.unreached(false)).into()),
            Some(Fault::Limited) => Err(self.limited().into()),
            Some(Fault::Refused) => Err(self.refused(landing, "closed for the night".to_owned())),
            Some(Fault::Unauthorized) => {
                let repository = self.name().to_owned();
                Err(RepositoryError::Unauthorized { repository, status: 403 }.into())
            }
            Some(Fault::LostRequest) => {
                self.in_flight.borrow_mut().push((self.now.get(), landing.clone()));
                unknown()
            }
            Some(Fault::LostAnswer) => {
                let _ = self.apply(landing);
                unknown()
            }
        }
    }
}

/// The blob that some contents are.
pub(crate) fn blob(contents: &str) -> Oid {
    Oid::of_blob(ObjectFormat::Sha1, contents.as_bytes())
}
