//! Gitea's and Forgejo's API, read.
//!
//! A commit's tree has no id there: where one should stand, the commit's own does.

use http::HeaderMap;
use serde::Deserialize;

use super::super::call::{Call, escaped_path};
use super::super::dialect::{Unreadable, json as read};
use super::github::{Entry, Within};
use super::source::{self, Page, Place, Source, Told, unwrapped};
use crate::object::Oid;
use crate::reference::Branch;

/// How many entries a page has, where the server's settings do not say fewer.
const PAGE: usize = 1000;

/// How many commits a page has, likewise.
const COMMITS: usize = 50;

/// What of a commit nobody here needs, and the server would work for.
const SPARING: &str = "stat=false&verification=false&files=false";

/// A repository on a Gitea.
pub(super) struct Gitea {
    /// `repos/OWNER/NAME`.
    pub(super) repository: String,
}

impl Source for Gitea {
    fn repository(&self) -> Call {
        Call::get("read the repository", self.repository.clone())
    }

    fn default_branch(&self, answer: &[u8]) -> Result<Option<String>, Unreadable> {
        Ok(source::default_branch(answer)?.filter(|name| !name.is_empty()))
    }

    fn branch(&self, branch: &Branch) -> Call {
        let path = format!("{}/branches/{}", self.repository, escaped_path(branch.name()));
        Call::get("read the branch", path)
    }

    fn head(&self, branch: &Branch, answer: &[u8]) -> Result<Oid, Unreadable> {
        source::head(branch, answer)
    }

    fn commit(&self, oid: Oid) -> Call {
        Call::get("read a commit", format!("{}/git/commits/{oid}?{SPARING}", self.repository))
    }

    fn told(&self, answer: &[u8]) -> Result<Told, Unreadable> {
        read::<Entry>(answer)?.told()
    }

    fn commits(&self, head: Oid, _: usize, page: usize) -> Call {
        let query = format!("sha={head}&limit={COMMITS}&page={page}&{SPARING}");
        Call::get("read the history", format!("{}/commits?{query}", self.repository))
    }

    fn all_told(&self, answer: &[u8]) -> Result<Vec<Told>, Unreadable> {
        read::<Vec<Entry>>(answer)?.iter().map(Entry::told).collect()
    }

    fn folder(&self, place: &Place, deep: bool, next: Option<&str>) -> Call {
        let tree = place.tree.unwrap_or(place.commit);
        let query = format!("recursive={deep}&per_page={PAGE}&page={}", next.unwrap_or("1"));
        Call::get("read a folder", format!("{}/git/trees/{tree}?{query}", self.repository))
    }

    fn listed(&self, _: &Place, answer: &[u8], _: &HeaderMap) -> Result<Page, Unreadable> {
        let found: Tree = read(answer)?;
        let entries: Vec<_> = found.tree.into_iter().flatten().map(Within::listed).collect();
        if found.truncated && entries.is_empty() {
            return Err(Unreadable::new("a folder goes on after an empty page"));
        }
        let next = found.truncated.then(|| found.page.saturating_add(1).to_string());
        Ok(Page { entries, next, cut: false, total: Some(found.total_count) })
    }

    /// The server lists everything anew for each.
    fn worth(&self) -> usize {
        5
    }

    fn file(&self, oid: Oid) -> Call {
        Call::get("read a file", format!("{}/git/blobs/{oid}", self.repository))
    }

    fn contents(&self, answer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        unwrapped(&answer)
    }
}

#[derive(Deserialize)]
struct Tree {
    /// Is `null` where there is nothing on the page.
    tree: Option<Vec<Within>>,
    truncated: bool,
    page: usize,
    total_count: usize,
}
