//! Commits, one by one or as an API lists them.

use std::collections::BTreeSet;

use fairlead_fetch::Fetch;
use http::HeaderMap;

use super::super::api::has_next;
use super::reader::ApiReader;
use super::source::Told;
use crate::object::Oid;
use crate::repository::{Past, RepositoryError};

/// How many pages of a history are read. What is beyond them is asked for commit by commit.
const PAGES: usize = 50;

impl<F: Fetch> ApiReader<F> {
    /// What the API says of a commit.
    pub(super) async fn told(&self, oid: Oid) -> Result<Option<Told>, RepositoryError> {
        if let Some(told) = self.known.borrow().told.get(&oid) {
            return Ok(Some(told.clone()));
        }
        let read = |answer: Vec<u8>, _: &HeaderMap| self.source.told(&answer);
        let told = self.ask(&self.source.commit(oid), read).await?;
        if let Some(told) = &told {
            if told.oid != oid {
                return Err(self.wrong(format!("it hands out {} for the commit {oid}", told.oid)));
            }
            self.known.borrow_mut().told.insert(oid, told.clone());
        }
        Ok(told)
    }

    pub(super) async fn read_history(
        &self,
        head: Oid,
        depth: usize,
    ) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        let mut pages = Pages { head, depth, number: 0, ended: depth < 2 };
        let mut history = Vec::new();
        let mut seen = BTreeSet::new();
        let mut round = vec![head];
        for _ in 0..depth {
            let mut parents = Vec::new();
            for oid in round {
                if !seen.insert(oid) {
                    continue;
                }
                // What is nowhere is beyond where the repository itself is cut.
                let Some(told) = self.in_history(oid, &mut pages).await? else { continue };
                parents.extend(told.parents.iter().copied());
                history.push((oid, Past { parents: told.parents, message: told.message }));
            }
            if parents.is_empty() {
                break;
            }
            round = parents;
        }
        Ok(history)
    }

    /// A commit of a history that is listed page by page.
    async fn in_history(&self, oid: Oid, pages: &mut Pages) -> Result<Option<Told>, RepositoryError> {
        while !pages.ended && !self.known.borrow().told.contains_key(&oid) {
            self.turn(pages).await?;
        }
        self.told(oid).await
    }

    /// Reads the next page.
    async fn turn(&self, pages: &mut Pages) -> Result<(), RepositoryError> {
        pages.number += 1;
        let call = self.source.commits(pages.head, pages.depth, pages.number);
        let read =
            |answer: Vec<u8>, headers: &HeaderMap| Ok((self.source.all_told(&answer)?, has_next(headers)));
        let (page, goes_on) = self.ask(&call, read).await?.unwrap_or_default();
        let known = &mut *self.known.borrow_mut();
        let before = known.told.len();
        known.told.extend(page.into_iter().map(|told| (told.oid, told)));
        // One that brings nothing new is followed by others like it.
        pages.ended = !goes_on || pages.number >= PAGES || (pages.number > 1 && known.told.len() == before);
        Ok(())
    }
}

/// How far a history was read.
struct Pages {
    head: Oid,
    depth: usize,
    number: usize,
    ended: bool,
}
