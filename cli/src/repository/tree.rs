//! Reads committed trees.

use fairlead_delivery::change::Listing;
use fairlead_world::{Blob, MemoryWorld, Need, RepoPath};

use super::{GitError, Oid, Repository, git};

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

    /// The commits of a branch from its head back along first parents, with their messages, newest first.
    pub(crate) fn history(&self, head: &Oid, at_most: usize) -> Result<Vec<(Oid, String)>, GitError> {
        let (count, head) = (at_most.to_string(), head.to_string());
        let arguments = ["log", "--first-parent", "-z", "--format=%H%n%B", "-n", &count, &head];
        let answer = git::run(self.root(), &arguments, &[])?;
        let records = answer.split(|byte| *byte == 0).filter(|record| !record.is_empty());
        let commit = |record: &[u8]| {
            let text = String::from_utf8_lossy(record);
            let (id, message) = text.split_once('\n').unwrap_or((&text, ""));
            Ok((git::oid(id.as_bytes())?, message.trim_end().to_owned()))
        };
        records.map(commit).collect()
    }
}
