//! Runs git.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use fairlead_delivery::change::{Oid, OidError};

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

/// Variables that would lead git to another repository than the one the user named.
const MISLEADING: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"];

/// Runs git in `folder` with `input` on its standard input, and returns what it prints.
pub(super) fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
    let mut command = command(folder, arguments);
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

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.quotePath=false"]).args(arguments);
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    for variable in MISLEADING {
        command.env_remove(variable);
    }
    command
}
