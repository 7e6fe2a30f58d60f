//! Reads committed trees.

use std::collections::BTreeMap;

use fairlead_delivery::change::Listing;
use fairlead_world::{Blob, MemoryWorld, Need, RepoPath};

use super::{GitError, Oid, Repository, git};
use crate::home::Logged;

impl Repository {
    /// Every file of a commit by its path, as git writes it. Paths that are not UTF-8 are shown with replacements.
    pub(crate) fn tree(&self, commit: &Oid) -> Result<Listing, GitError> {
        git::listing(self.root(), &commit.to_string())
    }

    /// The contents of blobs, in the order of their ids.
    pub(crate) fn blobs(&self, oids: &[Oid]) -> Result<Vec<Vec<u8>>, GitError> {
        git::blobs(self.root(), oids)
    }

    /// The committed files that `needs` names, for the engine to read; what is not in `listing` is absent.
    pub(crate) fn read_committed(
        &self,
        listing: &Listing,
        needs: &[Need],
        into: &mut MemoryWorld,
    ) -> Result<(), GitError> {
        let file = |need: &Need| match need {
            Need::File(path) => listing.at(path.as_str()).map(|listed| (path.clone(), listed.oid)),
            Need::Folder(_) | Need::Content(_) => None,
        };
        let (paths, oids): (Vec<RepoPath>, Vec<Oid>) = needs.iter().filter_map(file).unzip();
        for (path, blob) in paths.into_iter().zip(self.blobs(&oids)?) {
            into.insert(path, Blob::from(blob));
        }
        for need in needs.iter().filter(|need| file(need).is_none()) {
            into.insert_absent(need.clone());
        }
        Ok(())
    }

    /// The commits of a branch from its head back along first parents, newest first.
    pub(crate) fn history(&self, head: &Oid, at_most: usize) -> Result<Vec<Logged>, GitError> {
        let (count, head) = (at_most.to_string(), head.to_string());
        let line = self.log(&["--first-parent", "-n", &count, &head], &[])?;
        let merged: Vec<Oid> = line.iter().filter_map(|(ids, _)| ids.get(2).copied()).collect();
        let named: String = merged.iter().map(|oid| format!("{oid}\n")).collect();
        let merged = match merged.is_empty() {
            true => Vec::new(),
            false => self.log(&["--no-walk=unsorted", "--stdin"], named.as_bytes())?,
        };
        let mut merged: BTreeMap<Oid, String> =
            merged.into_iter().filter_map(|(ids, message)| Some((*ids.first()?, message))).collect();
        let logged = |(ids, message): (Vec<Oid>, String)| {
            let merged = ids.get(2).and_then(|oid| merged.remove_entry(oid));
            Some(Logged { commit: *ids.first()?, message, merged })
        };
        Ok(line.into_iter().filter_map(logged).collect())
    }

    /// What `git log` lists: the ids of a commit and its parents, and its message.
    fn log(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<(Vec<Oid>, String)>, GitError> {
        let arguments = [&["log", "-z", "--format=%H %P%n%B"], arguments].concat();
        let answer = git::run(self.root(), &arguments, input)?;
        let records = answer.split(|byte| *byte == 0).filter(|record| !record.is_empty());
        let commit = |record: &[u8]| {
            let text = String::from_utf8_lossy(record);
            let (ids, message) = text.split_once('\n').unwrap_or((&text, ""));
            let ids: Result<Vec<Oid>, GitError> =
                ids.split_whitespace().map(|id| git::oid(id.as_bytes())).collect();
            Ok((ids?, message.trim_end().to_owned()))
        };
        records.map(commit).collect()
    }
}
