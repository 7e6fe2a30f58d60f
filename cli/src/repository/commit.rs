//! Lands one commit: all of it, on the head it was computed for, or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use fairlead_git::object::Commit;
use fairlead_git::{SignError, SigningKey};
use fairlead_world::{Blob, ObjectFormat, RepoPath};

use crate::home::HomeError;

use super::{GitError, Oid, Repository, git};

/// A commit that is computed and not yet made.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The branch in full, such as `refs/heads/main`.
    pub(crate) branch: String,
    /// The commit the branch stood at when the draft was computed; `None` where there was no such branch.
    pub(crate) head: Option<Oid>,
    /// The commit before it: the branch's head, unless the draft replaces what was on the branch.
    pub(crate) parent: Option<Oid>,
    /// Files to write.
    pub(crate) writes: BTreeMap<RepoPath, Blob>,
    /// Files to delete.
    pub(crate) deletes: BTreeSet<RepoPath>,
    /// The whole message.
    pub(crate) message: String,
    /// What signs it.
    pub(crate) key: Option<SigningKey>,
}

/// Why a draft did not land. Whatever it is, the branch stands where it stood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LandError {
    /// Somebody else moved the branch in the meantime.
    #[error("`{branch}` moved while the commit was being made: nothing was written, run the command again")]
    Moved {
        /// The branch in full.
        branch: String,
    },
    /// The branch is checked out, and files that the commit would change differ from HEAD.
    #[error("the work tree has changes where the commit would write: {0}")]
    InTheWay(String),
    /// It was to be signed and could not be.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// It was to be signed, and a commit of this kind of repository cannot be.
    #[error("commits with SHA-256 ids cannot be signed here: generate without --signing-key")]
    Unsignable,
    /// git failed.
    #[error("failed to write delivery manifests: {0}")]
    Git(#[from] GitError),
    /// The commit did not land in the repository elsewhere.
    #[error("{0}")]
    Remote(Box<crate::remote::NoWay>),
    /// Nobody knows whether it did.
    #[error(
        "it is not known whether commit {commit} landed on {branch}: {why}\nrun the command again: it makes no second commit where it did"
    )]
    Unknown {
        /// The commit.
        commit: Oid,
        /// The branch.
        branch: String,
        /// What went wrong.
        why: String,
    },
    /// Something about the repository that the commit needs could not be found out.
    #[error("failed to write delivery manifests: {0}")]
    Home(#[from] HomeError),
    /// The note that lets an interrupted run be completed could not be written.
    #[error("failed to write delivery manifests: {0}")]
    Journal(std::io::Error),
}

impl Repository {
    /// Lands `draft` and returns the new commit. Where its branch is checked out, the work tree follows; files that the
    /// commit does not touch are left alone.
    pub(crate) fn land(&self, draft: &Draft) -> Result<Oid, LandError> {
        let commit = self.write_commit(draft)?;
        let follows = self.checked_out()?.as_deref() == Some(draft.branch.as_str());
        if follows {
            self.check_work_tree(draft, &commit)?;
            self.note_operation(draft.head.as_ref(), &commit, &draft.branch).map_err(LandError::Journal)?;
        }
        let moved = self.move_branch(draft, &commit);
        if follows {
            if moved.is_ok() {
                self.follow(draft.head.as_ref(), &commit)?;
            }
            self.forget_operation().map_err(LandError::Journal)?;
        }
        moved.map(|()| commit)
    }

    /// Writes the commit's objects; no branch knows of them yet.
    pub(super) fn write_commit(&self, draft: &Draft) -> Result<Oid, LandError> {
        let pending = format!("refs/fairlead/pending/{}", std::process::id());
        let committer = git::run(self.root(), &["var", "GIT_COMMITTER_IDENT"], &[])?;
        let stream = import_stream(draft, &pending, String::from_utf8_lossy(&committer).trim_end());
        git::run(
            self.root(),
            &["fast-import", "--quiet", "--force", "--done", "--date-format=raw"],
            &stream,
        )?;
        let commit = git::oid(&git::run(self.root(), &["rev-parse", "--verify", &pending], &[])?)?;
        git::run(self.root(), &["update-ref", "-d", &pending, &commit.to_string()], &[])?;
        match &draft.key {
            Some(key) => self.sign(&commit, key),
            None => Ok(commit),
        }
    }

    /// Writes a commit once more, with a signature.
    fn sign(&self, unsigned: &Oid, key: &SigningKey) -> Result<Oid, LandError> {
        if unsigned.format() != ObjectFormat::Sha1 {
            return Err(LandError::Unsignable);
        }
        let bytes = git::run(self.root(), &["cat-file", "commit", &unsigned.to_string()], &[])?;
        let wrong = || GitError::Answer(String::from_utf8_lossy(&bytes).into_owned());
        let mut commit = Commit::parse(&bytes).map_err(|_| wrong())?;
        // What is signed has to be what git wrote, to the byte.
        if commit.unsigned().as_bytes() != bytes {
            return Err(wrong().into());
        }
        commit.signature = Some(key.sign(&commit)?);
        let arguments = ["hash-object", "-t", "commit", "-w", "--stdin"];
        Ok(git::oid(&git::run(self.root(), &arguments, &commit.object().bytes)?)?)
    }

    /// The compare-and-swap: the branch moves only if it still stands where the draft was computed.
    pub(super) fn move_branch(&self, draft: &Draft, commit: &Oid) -> Result<(), LandError> {
        let commit = commit.to_string();
        let old = draft.head.as_ref().map_or_else(|| "0".repeat(commit.len()), Oid::to_string);
        let reason = format!("fairlead: {}", draft.message.lines().next().unwrap_or_default());
        let arguments = ["update-ref", "-m", &reason, &draft.branch, &commit, &old];
        match git::run(self.root(), &arguments, &[]) {
            Ok(_) => Ok(()),
            Err(error) => match self.resolve(&draft.branch) {
                Ok(head) if head == draft.head => Err(error.into()),
                _ => Err(LandError::Moved { branch: draft.branch.clone() }),
            },
        }
    }

    /// Refuses when the work tree could not follow without losing somebody's change.
    fn check_work_tree(&self, draft: &Draft, commit: &Oid) -> Result<(), LandError> {
        let Some(head) = &draft.head else { return Ok(()) };
        let arguments = ["read-tree", "-m", "-u", "-n", &head.to_string(), &commit.to_string()];
        match self.read_tree(&arguments) {
            Ok(()) => Ok(()),
            Err(error) if error.is_locked() => Err(error.into()),
            Err(GitError::Failed { message, .. }) => Err(LandError::InTheWay(message)),
            Err(other) => Err(other.into()),
        }
    }

    /// Brings the index and the work tree from `head` to `commit`, touching only what differs between them.
    pub(super) fn follow(&self, head: Option<&Oid>, commit: &Oid) -> Result<(), GitError> {
        let trees: Vec<String> = head.into_iter().chain([commit]).map(Oid::to_string).collect();
        let mut arguments = vec!["read-tree", "-m", "-u"];
        arguments.extend(trees.iter().map(String::as_str));
        self.read_tree(&arguments)
    }

    /// Runs `git read-tree`, and waits a little for whoever has the index: the git of a run that was killed lives on until
    /// it is done.
    pub(super) fn read_tree(&self, arguments: &[&str]) -> Result<(), GitError> {
        for _ in 0..LOCK_TRIES {
            match git::run(self.root(), arguments, &[]) {
                Err(error) if error.is_locked() => std::thread::sleep(LOCK_WAIT),
                answer => return answer.map(drop),
            }
        }
        git::run(self.root(), arguments, &[]).map(drop)
    }
}

/// How often, and how far apart, an index that is locked is tried again: for three seconds.
const LOCK_TRIES: usize = 30;
const LOCK_WAIT: Duration = Duration::from_millis(100);

/// The commit in the language of `git fast-import`.
fn import_stream(draft: &Draft, pending: &str, committer: &str) -> Vec<u8> {
    // As `git commit` leaves it: one line end after the last line.
    let message = format!("{}\n", draft.message.trim_end());
    let mut head = format!("feature done\ncommit {pending}\ncommitter {committer}\ndata {}\n", message.len());
    head.push_str(&message);
    head.push('\n');
    if let Some(parent) = &draft.parent {
        // Writing to a String cannot fail.
        let _ = writeln!(head, "from {parent}");
    }
    for path in &draft.deletes {
        let _ = writeln!(head, "D {}", quoted(path));
    }
    let mut stream = head.into_bytes();
    for (path, blob) in &draft.writes {
        let entry = format!("M 100644 inline {}\ndata {}\n", quoted(path), blob.bytes().len());
        stream.extend_from_slice(entry.as_bytes());
        stream.extend_from_slice(blob.bytes());
        stream.push(b'\n');
    }
    stream.extend_from_slice(b"done\n");
    stream
}

/// A path as fast-import reads it unmistakably. Paths have no line ends and no backslashes.
fn quoted(path: &RepoPath) -> String {
    format!("\"{}\"", path.as_str().replace('"', "\\\""))
}
