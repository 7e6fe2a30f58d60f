//! An organization in a repository of its own: its commit, and its files by digest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use fairlead_world::{Digest, RepoPath};

use super::{FetchError, keep};
use crate::repository::git;

/// The most files an organization may have.
const MAX_FILES: usize = 50_000;

/// A commit of an organization's repository and its files.
#[derive(Debug)]
pub(crate) struct Followed {
    /// The commit's id.
    pub(crate) commit: String,
    /// The files by their paths in the repository.
    pub(crate) files: BTreeMap<Arc<str>, Digest>,
}

/// Finds out what a branch or tag is now, and keeps its files.
pub(crate) fn follow(
    repository: &str,
    reference: Option<&str>,
    contents: &Path,
) -> Result<Followed, FetchError> {
    check_address(repository)?;
    let failed = |source| FetchError::Git { from: repository.to_owned(), source };
    let wanted = reference.unwrap_or("HEAD");
    let answer = git::run(Path::new("."), &["ls-remote", "--", repository, wanted], &[]).map_err(failed)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    // A tag's own line comes before the one of the commit that it names, and a branch's before both.
    let lines: Vec<&str> = answer.lines().collect();
    let peeled = lines.iter().find(|line| line.ends_with("^{}")).or(lines.first());
    let commit = peeled.and_then(|line| line.split_whitespace().next()).map(str::to_owned);
    let commit = commit.ok_or_else(|| failed(git::GitError::Answer(format!("nothing for {wanted}"))))?;
    let files = fetch(repository, &commit, contents)?;
    Ok(Followed { commit, files })
}

/// Fetches a commit, one deep, and keeps its files.
pub(super) fn fetch(
    repository: &str,
    commit: &str,
    contents: &Path,
) -> Result<BTreeMap<Arc<str>, Digest>, FetchError> {
    check_address(repository)?;
    let failed = |source| FetchError::Git { from: repository.to_owned(), source };
    let folder = contents.join(format!("fetch-{}.git", std::process::id()));
    let at = |source| FetchError::Keep { path: folder.clone(), source };
    fs::create_dir_all(&folder).map_err(at)?;
    let files = (|| {
        git::run(&folder, &["init", "-q", "--bare", "."], &[])?;
        let arguments = ["fetch", "-q", "--depth", "1", "--no-tags", "--", repository, commit];
        git::run(&folder, &arguments, &[])?;
        read_files(&folder, commit)
    })();
    let removed = fs::remove_dir_all(&folder).map_err(at);
    let files = files.map_err(failed)?;
    removed?;
    files.into_iter().map(|(path, content)| Ok((path, keep(contents, &content)?))).collect()
}

/// The regular files of a commit; links are left out, as everywhere.
fn read_files(folder: &Path, commit: &str) -> Result<Vec<(Arc<str>, Vec<u8>)>, git::GitError> {
    let listing = git::listing(folder, commit)?;
    let is_file = |mode| {
        matches!(mode, fairlead_delivery::change::Mode::File | fairlead_delivery::change::Mode::Executable)
    };
    let files = listing.iter().filter(|(path, listed)| is_file(listed.mode) && RepoPath::parse(path).is_ok());
    let (paths, oids): (Vec<Arc<str>>, Vec<_>) =
        files.take(MAX_FILES).map(|(path, file)| (Arc::from(path), file.oid)).unzip();
    Ok(paths.into_iter().zip(git::blobs(folder, &oids)?).collect())
}

/// Refuses addresses that git would take for options, or for programs to run.
fn check_address(address: &str) -> Result<(), FetchError> {
    let scheme =
        ["https://", "http://", "ssh://", "file://"].iter().any(|scheme| address.starts_with(scheme));
    let scp_like = || {
        let (host, path) = address.split_once(':')?;
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"@._-/~".contains(&b));
        (plain(host) && plain(path) && host.contains('@') && !path.starts_with('-')).then_some(())
    };
    let clean = !address.starts_with('-') && !address.chars().any(|c| c.is_control() || c == ' ');
    if clean && (scheme || scp_like().is_some()) {
        Ok(())
    } else {
        Err(FetchError::Address(address.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_would_run_something_are_refused() {
        for good in
            ["https://git.example.com/org.git", "git@git.example.com:team/org.git", "file:///srv/org.git"]
        {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "--upload-pack=touch /tmp/x",
            "ext::sh -c id",
            "-x@host:path",
            "https://a b",
            "https://a\nb",
            "../org",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
