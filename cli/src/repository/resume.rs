//! Completes what an interrupted run left.
//!
//! A branch moves at once or not at all; a work tree does not. A note in git's folder says that one is about to follow,
//! so that the next run can complete it, instead of showing the commit's own files as somebody's changes.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::{GitError, Oid, Repository, git};

impl Repository {
    /// Brings the work tree after a commit that landed while the run that made it was stopped. Returns that commit.
    pub(crate) fn resume(&self) -> Result<Option<Oid>, GitError> {
        let Ok(note) = fs::read_to_string(self.note()) else { return Ok(None) };
        let mut lines = note.lines();
        let (Some(parent), Some(commit), Some(branch)) = (lines.next(), lines.next(), lines.next()) else {
            // The note itself was cut short, before anything moved.
            self.forget_operation()?;
            return Ok(None);
        };
        let parent = git::oid(parent.as_bytes()).ok();
        let commit = git::oid(commit.as_bytes())?;
        let landed =
            self.checked_out()?.as_deref() == Some(branch) && self.resolve(branch)?.as_ref() == Some(&commit);
        if let (true, Some(parent)) = (landed, &parent) {
            self.catch_up(parent, &commit)?;
        }
        self.forget_operation()?;
        Ok(landed.then_some(commit))
    }

    /// Brings index and work tree from `parent` to `commit` where some files may have come that far already. A file that
    /// is neither the old nor the new one was changed since by its owner, and stays.
    fn catch_up(&self, parent: &Oid, commit: &Oid) -> Result<(), GitError> {
        let arguments = [
            "diff-tree",
            "-r",
            "-z",
            "--no-renames",
            "--name-only",
            &parent.to_string(),
            &commit.to_string(),
        ];
        let answer = git::run(self.root(), &arguments, &[])?;
        let paths: Vec<&str> =
            answer.split(|byte| *byte == 0).filter_map(|path| std::str::from_utf8(path).ok()).collect();
        let (old, new) = (self.tree(parent)?, self.tree(commit)?);
        self.read_tree(&["read-tree", "-i", "-m", &parent.to_string(), &commit.to_string()])?;
        let mut written = String::new();
        for path in paths.into_iter().filter(|path| !path.is_empty()) {
            let here = self.root().join(path);
            let found = if here.exists() { Some(self.hash(path)?) } else { None };
            let known = [&old, &new]
                .into_iter()
                .filter_map(|tree| tree.at(path))
                .any(|file| Some(&file.oid) == found.as_ref());
            match (known || found.is_none(), new.at(path).is_some()) {
                (true, true) => written.extend([path, "\0"]),
                (true, false) if found.is_some() => fs::remove_file(here)?,
                _ => {}
            }
        }
        git::run(self.root(), &["checkout-index", "-f", "-u", "-z", "--stdin"], written.as_bytes()).map(drop)
    }

    /// The id that the file at `path` would have as a blob.
    fn hash(&self, path: &str) -> Result<Oid, GitError> {
        git::oid(&git::run(self.root(), &["hash-object", "--", path], &[])?)
    }

    pub(super) fn note_operation(&self, parent: Option<&Oid>, commit: &Oid, branch: &str) -> io::Result<()> {
        let parent = parent.map_or_else(|| "-".to_owned(), Oid::to_string);
        fs::write(self.note(), format!("{parent}\n{commit}\n{branch}\n"))
    }

    pub(super) fn forget_operation(&self) -> io::Result<()> {
        match fs::remove_file(self.note()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn note(&self) -> PathBuf {
        self.git_dir.join("fairlead-operation")
    }
}
