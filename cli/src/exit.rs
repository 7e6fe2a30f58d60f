//! Exit statuses.

use std::process::ExitCode;

/// How a command ended. The statuses are those of `kubectl diff`: a difference is told apart from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything went well, and nothing differs where that was the question: 0.
    Done,
    /// `diff` found a difference, `validate` found errors: 1.
    Differs,
    /// The command could not do its work: 2.
    Failed,
    /// A drop-in command ended with the other tool's own status.
    Other(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::Differs => ExitCode::from(1),
            Exit::Failed => ExitCode::from(2),
            Exit::Other(status) => ExitCode::from(status),
        }
    }
}
