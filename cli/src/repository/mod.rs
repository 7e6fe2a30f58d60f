//! The repository on this machine: its work tree as the engine's world, and its commits through git's plumbing.

mod commit;
pub(crate) mod git;
mod home;
mod resume;
#[cfg(test)]
mod tests;
mod tree;
mod worktree;

use std::path::{Path, PathBuf};

use fairlead_world::{ObjectFormat, Oid, PathError, RepoPath};

pub(crate) use commit::{Draft, LandError};
pub(crate) use git::GitError;
pub(crate) use worktree::WorkTree;

/// A repository with a work tree on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    root: PathBuf,
    git_dir: PathBuf,
}

/// Why a folder's repository could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// No such folder.
    #[error("`{folder}` is not there: {source}", folder = folder.display())]
    Missing {
        /// The folder as the user named it.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder is in no git repository.
    #[error("`{folder}` is in no git repository: run `git init` there first", folder = .0.display())]
    NoRepository(PathBuf),
    /// The folder's path within the repository cannot be written on every system.
    #[error(transparent)]
    Path(#[from] PathError),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Repository {
    /// Opens the repository around `folder`, and tells the folder's path within it.
    pub(crate) fn around(folder: &Path) -> Result<(Repository, RepoPath), OpenError> {
        let missing = |source| OpenError::Missing { folder: folder.to_owned(), source };
        let folder = folder.canonicalize().map_err(missing)?;
        let answer = git::run(&folder, &["rev-parse", "--show-toplevel", "--absolute-git-dir"], &[]);
        let Ok(answer) = answer else { return Err(OpenError::NoRepository(folder)) };
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let mut lines = answer.lines();
        let (Some(root), Some(git_dir)) = (lines.next(), lines.next()) else {
            return Err(OpenError::NoRepository(folder));
        };
        let repository = Repository { root: root.into(), git_dir: git_dir.into() };
        let below = folder.strip_prefix(&repository.root).unwrap_or(Path::new(""));
        let below = RepoPath::parse(&below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))?;
        Ok((repository, below))
    }

    /// The folder that holds the work tree.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The commit that `name` (a branch's full name, `HEAD`, an id) stands for, or `None` where there is none yet.
    pub(crate) fn resolve(&self, name: &str) -> Result<Option<Oid>, GitError> {
        let spec = format!("{name}^{{commit}}");
        match git::run(&self.root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &spec], &[]) {
            Ok(answer) => Ok(Some(git::oid(&answer)?)),
            Err(GitError::Failed { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The branch that is checked out, in full (`refs/heads/main`), or `None` where HEAD is detached.
    pub(crate) fn checked_out(&self) -> Result<Option<String>, GitError> {
        match git::run(&self.root, &["symbolic-ref", "--quiet", "HEAD"], &[]) {
            Ok(answer) => Ok(Some(String::from_utf8_lossy(&answer).trim_end().to_owned())),
            Err(GitError::Failed { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Every file that differs from HEAD, untracked ones included, in the order of their paths.
    pub(crate) fn uncommitted(&self) -> Result<Vec<String>, GitError> {
        let arguments = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"];
        let answer = git::run(&self.root, &arguments, &[])?;
        let records = answer.split(|byte| *byte == 0);
        let path = |record: &[u8]| record.get(3..).map(|path| String::from_utf8_lossy(path).into_owned());
        Ok(records.filter_map(path).collect())
    }

    /// Whether git takes `name` as a branch's.
    pub(crate) fn is_branch_name(&self, name: &str) -> Result<bool, GitError> {
        let reference = format!("refs/heads/{name}");
        match git::run(&self.root, &["check-ref-format", &reference], &[]) {
            Ok(_) => Ok(!name.starts_with('-')),
            Err(GitError::Failed { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// How the repository names its objects.
    pub(crate) fn object_format(&self) -> Result<ObjectFormat, GitError> {
        let answer = git::run(&self.root, &["rev-parse", "--show-object-format"], &[])?;
        Ok(if answer.starts_with(b"sha256") { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 })
    }

    /// Who commits here, as `Name <address>`.
    pub(crate) fn author(&self) -> Result<String, GitError> {
        let answer = git::run(&self.root, &["var", "GIT_AUTHOR_IDENT"], &[])?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        // The time and its zone follow the address.
        Ok(answer.rsplit_once('>').map_or(answer.clone(), |(author, _)| format!("{author}>")))
    }
}
