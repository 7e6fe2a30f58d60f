//! Runs git.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use fairlead_delivery::change::{Listed, Listing, Mode};
use fairlead_world::{Oid, OidError};

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    /// git could not be started.
    #[error("git could not be run: {0}")]
    Start(#[from] std::io::Error),
    /// git said no.
    #[error("`git {command}` failed: {message}")]
    Failed {
        /// The sub-command.
        command: String,
        /// What git said, without line ends around it.
        message: String,
    },
    /// git's answer is not of the form that its documentation promises.
    #[error("git answered `{0}`, which cannot be read")]
    Answer(String),
    /// git's answer has no object id where one has to be.
    #[error(transparent)]
    Oid(#[from] OidError),
}

impl GitError {
    /// Whether another git has the index, or one that died left its lock.
    pub(crate) fn is_locked(&self) -> bool {
        matches!(self, GitError::Failed { message, .. } if message.contains("index.lock") && message.contains("File exists"))
    }
}

/// Variables that would lead git to another repository than the one the user named.
const MISLEADING: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"];

/// Runs git in `folder` with `input` on its standard input, and returns what it prints.
pub(crate) fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
    finish(command(folder, arguments), arguments, input)
}

/// The same where helpers of git's must ask nobody for anything.
pub(crate) fn run_quietly(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
    let mut command = command(folder, arguments);
    command.env("GIT_ASKPASS", "").env("SSH_ASKPASS", "").env("GCM_INTERACTIVE", "never");
    finish(command, arguments, input)
}

fn finish(mut command: Command, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    // git may answer before it has read everything, so that writing needs a thread of its own.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(GitError::Failed {
        command: arguments.first().copied().unwrap_or_default().to_owned(),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Reads an object id from an answer.
pub(super) fn oid(answer: &[u8]) -> Result<Oid, GitError> {
    Ok(Oid::parse(String::from_utf8_lossy(answer).trim())?)
}

/// Every file of a commit by its path, as git writes it. Paths that are not UTF-8 are shown with replacements.
pub(crate) fn listing(folder: &Path, commit: &str) -> Result<Listing, GitError> {
    let answer = run(folder, &["ls-tree", "-r", "-z", "--full-tree", commit], &[])?;
    let records = answer.split(|byte| *byte == 0).filter(|record| !record.is_empty());
    records.map(|record| parse(&String::from_utf8_lossy(record))).collect()
}

/// The contents of blobs, in the order of their ids.
pub(crate) fn blobs(folder: &Path, oids: &[Oid]) -> Result<Vec<Vec<u8>>, GitError> {
    let input: String = oids.iter().map(|oid| format!("{oid}\n")).collect();
    let answer = run(folder, &["cat-file", "--batch"], input.as_bytes())?;
    let mut rest = answer.as_slice();
    oids.iter().map(|_| next_blob(&mut rest)).collect()
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
    let oid = oid(fields.nth(1).ok_or_else(wrong)?.as_bytes())?;
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

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.quotePath=false"]).args(arguments);
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    for variable in MISLEADING {
        command.env_remove(variable);
    }
    command
}
