//! What a client asks for, in either protocol, and which objects answer it.

use std::collections::BTreeSet;

use fairlead_sql::Sql;

use super::super::Hosted;
use super::super::refs::{self, Refs};
use super::super::store::{Store, StoreError};
use super::super::walk::{Commits, Deepen, Filter, Objects, Shallow, deepen};
use super::{LONGEST_NAME, ServeError};
use crate::object::{Kind, Oid};

/// How many ids one request may list.
const MAX_IDS: usize = 200_000;
/// How many names.
const MAX_NAMES: usize = 100;

/// A request to read.
#[derive(Debug, Default)]
pub(super) struct Fetch {
    pub(super) wants: BTreeSet<Oid>,
    pub(super) haves: Vec<Oid>,
    /// Where the client's history ends.
    pub(super) shallow: BTreeSet<Oid>,
    pub(super) deepen: Deepen,
    /// Refs whose history is not wanted, by their names.
    deepen_not: BTreeSet<String>,
    pub(super) filter: Filter,
    pub(super) include_tag: bool,
    pub(super) no_progress: bool,
    pub(super) done: bool,
}

/// What to answer with.
pub(super) struct Answer {
    pub(super) shallow: Shallow,
    /// The objects, in order.
    pub(super) objects: Vec<Oid>,
}

impl Fetch {
    /// Takes one line, or returns whether it was none of the lines that both protocols share.
    pub(super) fn take(&mut self, line: &str) -> Result<bool, ServeError> {
        let (word, value) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "want" => {
                self.wants.insert(oid(value)?);
            }
            "have" => self.haves.push(oid(value)?),
            "shallow" => {
                self.shallow.insert(oid(value)?);
            }
            "deepen" => self.deepen.depth = Some(number(value)?).filter(|depth| *depth > 0),
            "deepen-since" => self.deepen.since = Some(number(value)?),
            "deepen-not" if value.len() > LONGEST_NAME => {
                return Err(ServeError::Refused("a ref's name is too long".into()));
            }
            "deepen-not" => {
                self.deepen_not.insert(value.to_owned());
            }
            "filter" => self.filter = filter(value)?,
            "done" => self.done = true,
            _ => return Ok(false),
        }
        if self.deepen_not.len() > MAX_NAMES {
            return Err(ServeError::Refused(format!("deepen-not is given more than {MAX_NAMES} times")));
        }
        if self.wants.len() + self.haves.len() + self.shallow.len() > MAX_IDS {
            return Err(ServeError::Refused(format!(
                "more than {MAX_IDS} objects are listed in one request"
            )));
        }
        if self.deepen.depth.is_some() && (self.deepen.since.is_some() || !self.deepen_not.is_empty()) {
            return Err(ServeError::Refused("deepen cannot be used with deepen-since or deepen-not".into()));
        }
        Ok(true)
    }

    /// Holds the wanted objects to what is there, and looks names up.
    pub(super) async fn check<S: Sql>(&mut self, hosted: &Hosted<S>) -> Result<(), ServeError> {
        let not_ours = |oid| ServeError::Refused(format!("upload-pack: not our ref {oid}"));
        let wants: Vec<Oid> = self.wants.iter().copied().collect();
        if let Some(oid) = hosted.store.missing(&wants).await? {
            return Err(not_ours(oid));
        }
        // What a client's history ends at may have been collected here; nothing can then be said about it.
        let shallow: Vec<Oid> = self.shallow.iter().copied().collect();
        let found = hosted.store.find(&shallow).await?;
        self.shallow.retain(|oid| found.get(oid).is_some_and(|at| at.kind == Kind::Commit));
        if !self.deepen_not.is_empty() {
            let refs = hosted.refs().await?;
            for name in std::mem::take(&mut self.deepen_not) {
                let at = named(&refs, &name)
                    .ok_or_else(|| ServeError::Refused(format!("deepen-not: {name} is no ref")))?;
                if let (oid, Kind::Commit) = refs::peel(&hosted.store, at).await? {
                    self.deepen.not.push(oid);
                }
            }
        }
        Ok(())
    }

    /// Finds the objects to answer with, given the commits that both have.
    pub(super) async fn answer<S: Sql>(
        &self,
        hosted: &Hosted<S>,
        common: &[Oid],
    ) -> Result<Answer, StoreError> {
        let store = &hosted.store;
        let mut objects = Objects::new(store.clone(), self.filter);
        let mut tips = Vec::new();
        for want in &self.wants {
            match objects.peel(*want).await? {
                (oid, Kind::Commit) => tips.push(oid),
                (oid, Kind::Tree) if !matches!(self.filter, Filter::Trees(_)) => objects.tree(oid).await?,
                (oid, _) => objects.add(oid),
            }
        }
        let mut commits = Commits::new(store.clone());
        let shallow = self.ends(&mut commits, &tips).await?;
        let tips: BTreeSet<Oid> = self.below(&mut commits, &shallow, tips).await?;
        commits.grafts = self.shallow.union(&shallow.shallow).copied().collect();
        let tips: Vec<Oid> = tips.into_iter().collect();
        let selected = commits.between(&tips, common).await?;
        objects.commits(&mut commits, &selected).await?;
        if self.include_tag {
            let refs = hosted.refs().await?;
            objects.tags(refs.all.values().filter_map(|at| Some((at.oid, at.peeled?))));
        }
        Ok(Answer { shallow, objects: objects.finish().await? })
    }

    /// Where the history will end.
    pub(super) async fn ends<S: Sql>(
        &self,
        commits: &mut Commits<S>,
        tips: &[Oid],
    ) -> Result<Shallow, StoreError> {
        if self.deepen.is_asked() {
            deepen(commits, tips, &self.shallow, &self.deepen).await
        } else {
            Ok(Shallow::default())
        }
    }

    /// The tips, with the parents of what the client's history no longer ends at.
    async fn below<S: Sql>(
        &self,
        commits: &mut Commits<S>,
        shallow: &Shallow,
        tips: Vec<Oid>,
    ) -> Result<BTreeSet<Oid>, StoreError> {
        let mut tips: BTreeSet<Oid> = tips.into_iter().collect();
        for oid in &shallow.unshallow {
            tips.extend(commits.head(*oid).await?.parents.iter().copied());
        }
        Ok(tips)
    }
}

/// The commits that the wanted objects come to.
pub(super) async fn tips<S: Sql>(store: &Store<S>, wants: &BTreeSet<Oid>) -> Result<Vec<Oid>, StoreError> {
    let wants: Vec<Oid> = wants.iter().copied().collect();
    let mut tips = BTreeSet::new();
    for (want, found) in store.find(&wants).await? {
        match found.kind {
            Kind::Commit => {
                tips.insert(want);
            }
            Kind::Tag => {
                if let (oid, Kind::Commit) = refs::peel(store, want).await? {
                    tips.insert(oid);
                }
            }
            Kind::Tree | Kind::Blob => {}
        }
    }
    Ok(tips.into_iter().collect())
}

fn named(refs: &Refs, name: &str) -> Option<Oid> {
    if name == "HEAD" {
        return refs.head();
    }
    let full = ["", "refs/", "refs/tags/", "refs/heads/"].into_iter().map(|before| format!("{before}{name}"));
    full.into_iter().find_map(|full| refs.all.get(&full)).map(|at| at.oid)
}

fn oid(text: &str) -> Result<Oid, ServeError> {
    match Oid::parse(text) {
        Ok(oid @ Oid::Sha1(_)) => Ok(oid),
        _ => Err(ServeError::Refused(format!(
            "`{}` is no object id",
            text.chars().take(80).collect::<String>()
        ))),
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, ServeError> {
    let wrong =
        |_| ServeError::Refused(format!("`{}` is no number", text.chars().take(40).collect::<String>()));
    text.parse().map_err(|_| ()).map_err(wrong)
}

/// Reads a filter in git's words.
fn filter(text: &str) -> Result<Filter, ServeError> {
    if text == "blob:none" {
        return Ok(Filter::NoBlobs);
    }
    if let Some(limit) = text.strip_prefix("blob:limit=") {
        let (digits, unit) = match limit.char_indices().next_back() {
            Some((at, 'k' | 'K')) => (&limit[..at], 1 << 10),
            Some((at, 'm' | 'M')) => (&limit[..at], 1 << 20),
            Some((at, 'g' | 'G')) => (&limit[..at], 1 << 30),
            _ => (limit, 1),
        };
        return number::<u64>(digits).map(|number| Filter::Blobs(number.saturating_mul(unit)));
    }
    if let Some(depth) = text.strip_prefix("tree:") {
        return number(depth).map(Filter::Trees);
    }
    let shown: String = text.chars().take(80).collect();
    Err(ServeError::Refused(format!(
        "the filter `{shown}` is not served: blob:none, blob:limit=<n> and tree:<depth> are"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_in_gits_words() {
        assert_eq!(filter("blob:none"), Ok(Filter::NoBlobs));
        assert_eq!(filter("blob:limit=0"), Ok(Filter::Blobs(0)));
        assert_eq!(filter("blob:limit=4k"), Ok(Filter::Blobs(4096)));
        assert_eq!(filter("tree:0"), Ok(Filter::Trees(0)));
        for text in
            ["", "blob", "blob:limit=", "blob:limit=é", "tree:x", "sparse:oid=a", "combine:blob:none+tree:0"]
        {
            assert!(matches!(filter(text), Err(ServeError::Refused(_))), "{text}");
        }
    }
}
