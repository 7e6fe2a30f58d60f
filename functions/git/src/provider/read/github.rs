//! GitHub's Git Data API, read. Gitea's commits look the same, which reads them here too.

use http::HeaderMap;
use serde::Deserialize;

use super::super::call::{Call, escaped_path};
use super::super::dialect::{Unreadable, json as read};
use super::listing::Listed;
use super::source::{self, Named, Page, Place, Source, Told, oid, oids, unwrapped};
use crate::object::Oid;
use crate::reference::Branch;

/// How many commits a page has at most.
const PAGE: usize = 100;

/// A repository on GitHub.
pub(super) struct Github {
    /// `repos/OWNER/NAME`.
    pub(super) repository: String,
}

impl Source for Github {
    fn repository(&self) -> Call {
        Call::get("read the repository", self.repository.clone())
    }

    fn default_branch(&self, answer: &[u8]) -> Result<Option<String>, Unreadable> {
        source::default_branch(answer)
    }

    fn branch(&self, branch: &Branch) -> Call {
        let path = format!("{}/git/ref/heads/{}", self.repository, escaped_path(branch.name()));
        Call::get("read the branch", path)
    }

    fn head(&self, branch: &Branch, answer: &[u8]) -> Result<Oid, Unreadable> {
        let found: Reference = read(answer)?;
        if found.name != branch.reference().as_str() {
            return Err(Unreadable::new(source::ANOTHER_BRANCH));
        }
        oid(&found.object.sha)
    }

    fn commit(&self, oid: Oid) -> Call {
        Call::get("read a commit", format!("{}/git/commits/{oid}", self.repository))
    }

    fn told(&self, answer: &[u8]) -> Result<Told, Unreadable> {
        let found: Commit = read(answer)?;
        Ok(Told {
            oid: oid(&found.sha)?,
            tree: Some(oid(&found.tree.sha)?),
            parents: oids(found.parents)?,
            message: found.message,
            signed: None,
        })
    }

    fn commits(&self, head: Oid, depth: usize, page: usize) -> Call {
        let query = format!("sha={head}&per_page={}&page={page}", depth.clamp(1, PAGE));
        Call::get("read the history", format!("{}/commits?{query}", self.repository))
    }

    fn all_told(&self, answer: &[u8]) -> Result<Vec<Told>, Unreadable> {
        let told = |found: Entry| {
            let told = found.told()?;
            Ok(Told { tree: Some(oid(&found.commit.tree.sha)?), ..told })
        };
        read::<Vec<Entry>>(answer)?.into_iter().map(told).collect()
    }

    fn folder(&self, place: &Place, deep: bool, _: Option<&str>) -> Call {
        // The tree of a commit is asked for by the commit's own id where nothing else is known.
        let tree = place.tree.unwrap_or(place.commit);
        let query = if deep { "?recursive=1" } else { "" };
        Call::get("read a folder", format!("{}/git/trees/{tree}{query}", self.repository))
    }

    fn listed(&self, _: &Place, answer: &[u8], _: &HeaderMap) -> Result<Page, Unreadable> {
        let found: Tree = read(answer)?;
        let entries = found.tree.into_iter().map(Within::listed).collect();
        Ok(Page { entries, cut: found.truncated, ..Page::default() })
    }

    /// There is one, of up to 100 000 entries.
    fn worth(&self) -> usize {
        1
    }

    fn file(&self, oid: Oid) -> Call {
        Call::get("read a file", format!("{}/git/blobs/{oid}", self.repository))
    }

    fn contents(&self, answer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        unwrapped(&answer)
    }
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "ref")]
    name: String,
    object: Named,
}

/// A commit by itself.
#[derive(Deserialize)]
struct Commit {
    sha: String,
    tree: Named,
    parents: Vec<Named>,
    message: String,
}

/// A commit of a list.
#[derive(Deserialize)]
pub(super) struct Entry {
    sha: String,
    commit: Inner,
    parents: Vec<Named>,
}

#[derive(Deserialize)]
struct Inner {
    message: String,
    tree: Named,
}

impl Entry {
    /// What it says, but for its tree, which is none in Gitea's.
    pub(super) fn told(&self) -> Result<Told, Unreadable> {
        let parents = self.parents.iter().map(|parent| oid(&parent.sha));
        Ok(Told {
            oid: oid(&self.sha)?,
            tree: None,
            parents: parents.collect::<Result<_, _>>()?,
            message: self.commit.message.clone(),
            signed: None,
        })
    }
}

#[derive(Deserialize)]
struct Tree {
    tree: Vec<Within>,
    truncated: bool,
}

/// One thing in a folder.
#[derive(Deserialize)]
pub(super) struct Within {
    path: String,
    mode: String,
    sha: String,
}

impl Within {
    pub(super) fn listed(self) -> Listed {
        Listed { path: self.path, mode: self.mode, oid: self.sha }
    }
}
