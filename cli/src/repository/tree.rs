//! Reads committed trees.

use fairlead_delivery::change::{Listed, Listing, Mode};
use fairlead_world::{Blob, MemoryWorld, Need, RepoPath};

use super::{GitError, Oid, Repository, git};

impl Repository {
    /// Every file of a commit by its path, as git writes it. Paths that are not UTF-8 are shown with replacements.
    pub(crate) fn tree(&self, commit: &Oid) -> Result<Listing, GitError> {
        let answer = git::run(self.root(), &["ls-tree", "-r", "-z", "--full-tree", &commit.to_string()], &[])?;
        let records = answer.split(|byte| *byte == 0).filter(|record| !record.is_empty());
        records.map(|record| parse(&String::from_utf8_lossy(record))).collect()
    }

    /// The contents of blobs, in the order of their ids.
    pub(crate) fn blobs(&self, oids: &[Oid]) -> Result<Vec<Vec<u8>>, GitError> {
        let input: String = oids.iter().map(|oid| format!("{oid}\n")).collect();
        let answer = git::run(self.root(), &["cat-file", "--batch"], input.as_bytes())?;
        let mut rest = answer.as_slice();
        oids.iter().map(|_| next_blob(&mut rest)).collect()
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

    /// The message of a commit.
    pub(crate) fn message(&self, commit: &Oid) -> Result<String, GitError> {
        let answer = git::run(self.root(), &["log", "-1", "--format=%B", &commit.to_string()], &[])?;
        Ok(String::from_utf8_lossy(&answer).trim_end().to_owned())
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

fn parse(record: &str) -> Result<(String, Listed), GitError> {
    let wrong = || GitError::Answer(record.to_owned());
    let (head, path) = record.split_once('\t').ok_or_else(wrong)?;
    let mut fields = head.split(' ');
    let mode = match fields.next() {
        Some("120000") => Mode::Link,
        Some("160000") => Mode::Submodule,
        Some("100755") => Mode::Executable,
        Some(_) => Mode::File,
        None => return Err(wrong()),
    };
    let oid = git::oid(fields.nth(1).ok_or_else(wrong)?.as_bytes())?;
    Ok((path.to_owned(), Listed { mode, oid }))
}

/// Takes one record of `git cat-file --batch`: a line with the size, the bytes, and a line end.
fn next_blob(rest: &mut &[u8]) -> Result<Vec<u8>, GitError> {
    let wrong = |head: &[u8]| GitError::Answer(String::from_utf8_lossy(head).into_owned());
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(|| wrong(rest))?;
    let (head, body) = rest.split_at(end);
    let size = std::str::from_utf8(head).ok().and_then(|head| head.rsplit(' ').next()?.parse::<usize>().ok());
    let size = size.ok_or_else(|| wrong(head))?;
    let blob = body.get(1..=size).ok_or_else(|| wrong(head))?.to_vec();
    *rest = body.get(size + 2..).unwrap_or_default();
    Ok(blob)
}
