//! Reads refs, objects and history from a git server.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::remote::Remote;
use super::transport::Transport;
use crate::AGENT;
use crate::object::{Kind, Object, Oid, Outline};
use crate::pack::{Limits, PackError};
use crate::reference::{Branch, RefName};
use crate::repository::{Past, RepositoryError, at_hand, level_by_level};
use crate::said;
use crate::wire::{
    self, AdvertisementError, FetchError, IncomingError, Offer, Service, Want, fetch_request,
    fetch_request_v0, refs_request,
};

/// How many objects one request asks for: servers bound the requests of readers at about ten megabytes.
const MAX_WANTS: usize = 50_000;

/// How many wanted objects may turn out not to be there, each of which costs a request.
const MAX_MISSING: usize = 16;

impl<T: Transport> Remote<T> {
    /// The branch that a clone checks out, and the commit that it is at now, where there is one: what
    /// [`Repository::default_branch`](crate::Repository::default_branch) and
    /// [`Repository::head`](crate::Repository::head) say, in one request.
    ///
    /// # Errors
    /// Where the server cannot be asked.
    pub async fn default_head(&self) -> Result<Option<(Branch, Option<Oid>)>, RepositoryError> {
        let (target, head) = match &*self.fresh_offer().await? {
            Offer::Commands(commands) => {
                let unborn = commands.has("ls-refs", "unborn");
                let refs = self.refs(&["HEAD"], unborn).await?;
                (refs.head, refs.refs.get("HEAD").copied())
            }
            Offer::Refs(refs) => {
                let target = refs.value("symref").and_then(|symref| symref.strip_prefix("HEAD:"));
                (target.map(str::to_owned), target.and_then(|target| refs.refs.get(target).copied()))
            }
        };
        self.tips.borrow_mut().extend(head);
        Ok(target.and_then(|target| Some((RefName::parse(&target).ok()?.branch()?, head))))
    }

    pub(super) async fn read_head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        let name = branch.reference().as_str();
        let head = match &*self.fresh_offer().await? {
            Offer::Commands(_) => self.refs(&[name], false).await?.refs.get(name).copied(),
            Offer::Refs(refs) => refs.refs.get(name).copied(),
        };
        self.tips.borrow_mut().extend(head);
        Ok(head)
    }

    pub(super) async fn read_objects(
        &self,
        wanted: &[Oid],
    ) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        let (mut found, missing) = at_hand(wanted, |oid| self.at_hand(oid));
        if missing.is_empty() {
            return Ok(found);
        }
        if !self.offer().await?.picks_objects() {
            self.hold_all(&missing).await?;
            let held = self.held.borrow();
            found.extend(missing.iter().filter_map(|oid| Some((*oid, held.get(oid)?.clone()))));
            return Ok(found);
        }
        let missing: Vec<Oid> = missing.into_iter().collect();
        for part in missing.chunks(MAX_WANTS) {
            let mut part = part.to_vec();
            // Git leaves out a tree that is wanted by its id where another wanted one holds it. Asked for again without
            // that one it comes; where nothing comes, nothing is there.
            while !part.is_empty() {
                // A depth of one keeps a wanted commit's history away.
                let want = Want { oids: part.clone(), depth: Some(1), filter: Some("tree:0") };
                found.extend(self.fetch_what_is_there(want, self.limits).await?);
                let before = part.len();
                part.retain(|oid| !found.contains_key(oid));
                if part.len() == before {
                    break;
                }
            }
        }
        Ok(found)
    }

    pub(super) async fn read_trees(
        &self,
        roots: &[Oid],
        at_most: u32,
    ) -> Result<Option<BTreeMap<Oid, Object>>, RepositoryError> {
        // Where the roots are at hand, what is below them most often is too, but for what changed.
        let known = roots.iter().all(|root| self.cache.get(root).is_some());
        if roots.is_empty() || known || !self.offer().await?.picks_objects() {
            return level_by_level(self, roots, at_most).await;
        }
        let limits = Limits { objects: self.limits.objects.min(at_most), ..self.limits };
        let want = Want { oids: roots.to_vec(), depth: Some(1), filter: Some("blob:none") };
        match self.fetch_what_is_there(want, limits).await {
            Ok(trees) => Ok(Some(trees)),
            // The number of objects stands at a pack's beginning, so that little of it came.
            Err(RepositoryError::Pack { source: PackError::Limit("objects"), .. })
                if limits.objects == at_most =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn read_history(
        &self,
        head: Oid,
        depth: usize,
    ) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        let mut history = Vec::new();
        let (mut seen, mut asked) = (BTreeSet::new(), false);
        let mut round = vec![head];
        for _ in 0..depth {
            round.retain(|oid| seen.insert(*oid));
            // One answer has all that there is. What is still missing after it is beyond where the server's own history is
            // cut, and must not be asked for by its id: servers refuse that, and those of protocol v0 any id but a head's.
            if !asked && round.iter().any(|oid| self.at_hand(oid).is_none()) {
                asked = true;
                self.fetch_history(head, depth).await?;
            }
            let mut parents = Vec::new();
            for oid in round {
                let Some(object) = self.at_hand(&oid) else { continue };
                let outline = Outline::parse(&object.bytes).map_err(|source| RepositoryError::Commit {
                    repository: self.named(),
                    oid,
                    source,
                })?;
                parents.extend(outline.parents.iter().copied());
                history.push((oid, outline.into()));
            }
            if parents.is_empty() {
                break;
            }
            round = parents;
        }
        Ok(history)
    }

    /// An object that was read before.
    fn at_hand(&self, oid: &Oid) -> Option<Object> {
        self.cache.get(oid).or_else(|| self.held.borrow().get(oid).cloned())
    }

    /// Fetches commits into what is held: history is read once and walked at once, whatever the cache keeps of it.
    /// A server that cannot leave objects out sends the files along, and they are held too: nothing else brings them later.
    async fn fetch_history(&self, head: Oid, depth: usize) -> Result<(), RepositoryError> {
        let picks = self.offer().await?.picks_objects();
        let want = Want { oids: vec![head], depth: Some(depth), filter: picks.then_some("tree:0") };
        let objects = self.fetch(want, self.limits).await?;
        let commits = objects.into_iter().filter(|(_, object)| !picks || object.kind == Kind::Commit);
        self.held.borrow_mut().extend(commits);
        Ok(())
    }

    /// Fetches everything of the heads that were read, one commit deep, from a server that can send no less.
    async fn hold_all(&self, missing: &BTreeSet<Oid>) -> Result<(), RepositoryError> {
        let tips: Vec<Oid> = {
            let (tips, held) = (self.tips.borrow(), self.held.borrow());
            let wanted = tips.iter().filter(|tip| missing.contains(tip));
            let others = tips.iter().filter(|tip| !held.contains_key(tip));
            let wanted: Vec<Oid> = wanted.copied().collect();
            if wanted.is_empty() { others.copied().collect() } else { wanted }
        };
        if tips.is_empty() {
            return Ok(());
        }
        let objects = self.fetch(Want { oids: tips, depth: Some(1), filter: None }, self.limits).await?;
        self.held.borrow_mut().extend(objects);
        Ok(())
    }

    /// Fetches what of `want` the server has.
    async fn fetch_what_is_there(
        &self,
        mut want: Want,
        limits: Limits,
    ) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        for _ in 0..MAX_MISSING {
            if want.oids.is_empty() {
                return Ok(BTreeMap::new());
            }
            match self.try_fetch(&want, limits).await {
                Err(Failed::Fetch(FetchError::Missing(oid))) if want.oids.contains(&oid) => {
                    want.oids.retain(|wanted| *wanted != oid);
                }
                other => return other.map_err(|failed| self.failed(failed)),
            }
        }
        Err(self.wrong("it lacks too many of the objects that its own trees name"))
    }

    async fn fetch(&self, want: Want, limits: Limits) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        self.try_fetch(&want, limits).await.map_err(|failed| self.failed(failed))
    }

    async fn try_fetch(&self, want: &Want, limits: Limits) -> Result<BTreeMap<Oid, Object>, Failed> {
        let request = match &*self.offer().await? {
            Offer::Commands(_) => fetch_request(want, AGENT),
            Offer::Refs(server) => fetch_request_v0(server, want, AGENT),
        };
        self.count(1, request.len(), 0);
        let answer = self.transport.request(Service::UploadPack, request.into()).await?;
        let (objects, received) = wire::fetch_answer(answer, limits).await.map_err(Failed::Fetch)?;
        self.count(0, 0, received);
        objects.iter().for_each(|(oid, object)| self.cache.put(*oid, object));
        Ok(objects)
    }

    async fn refs(&self, prefixes: &[&str], unborn: bool) -> Result<wire::Refs, RepositoryError> {
        let request = refs_request(prefixes, unborn, AGENT);
        self.count(1, request.len(), 0);
        let answer = self.transport.request(Service::UploadPack, request.into()).await?;
        wire::refs_answer(answer).await.map_err(|error| self.wrong(error))
    }

    /// What the server offers, as it said when it was first asked.
    async fn offer(&self) -> Result<Rc<Offer>, RepositoryError> {
        let known = self.offer.borrow().clone();
        match known {
            Some(offer) => Ok(offer),
            None => self.ask_offer().await,
        }
    }

    /// The same with refs that are not remembered: in protocol v0 they are part of the offer.
    async fn fresh_offer(&self) -> Result<Rc<Offer>, RepositoryError> {
        let known = self.offer.borrow().clone();
        match known {
            Some(offer) if matches!(*offer, Offer::Commands(_)) => Ok(offer),
            _ => self.ask_offer().await,
        }
    }

    async fn ask_offer(&self) -> Result<Rc<Offer>, RepositoryError> {
        let answer = self.advertisement(Service::UploadPack).await?;
        let offer = Rc::new(Offer::read(&answer).map_err(|error| self.not_offered(error))?);
        self.offer.replace(Some(offer.clone()));
        Ok(offer)
    }

    pub(super) fn not_offered(&self, error: AdvertisementError) -> RepositoryError {
        match error {
            AdvertisementError::Format(format) => {
                RepositoryError::Format { repository: self.named(), format: said::line(&format) }
            }
            error => self.wrong(error),
        }
    }

    fn failed(&self, failed: Failed) -> RepositoryError {
        let repository = self.named();
        match failed {
            Failed::Repository(error) => error,
            Failed::Fetch(FetchError::Pack(source)) => RepositoryError::Pack { repository, source },
            Failed::Fetch(FetchError::Incoming(IncomingError::Body(source))) => {
                RepositoryError::Body { repository, source }
            }
            Failed::Fetch(error) => self.wrong(error),
        }
    }
}

/// Why a fetch brought nothing.
enum Failed {
    Repository(RepositoryError),
    Fetch(FetchError),
}

impl From<RepositoryError> for Failed {
    fn from(error: RepositoryError) -> Failed {
        Failed::Repository(error)
    }
}
