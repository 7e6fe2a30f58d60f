//! The example in a repository that real git serves.

use fairlead_git_server::{Options, Repository, Server};

use crate::sandbox::{Ended, Sandbox};

/// The example in a served repository, and a sandbox that has nothing of it.
pub(crate) struct Elsewhere {
    pub(crate) server: Server,
    pub(crate) repository: Repository,
    pub(crate) here: Sandbox,
}

impl Elsewhere {
    pub(crate) fn shop() -> Elsewhere {
        Elsewhere::with(Options::default(), |_| ())
    }

    pub(crate) fn with(options: Options, change: impl FnOnce(&Sandbox)) -> Elsewhere {
        let server = Server::with(options);
        let repository = server.repository("shop");
        let source = Sandbox::shop();
        change(&source);
        source.git(["push", "-q", repository.folder().to_str().unwrap(), "main"]);
        Elsewhere { server, repository, here: Sandbox::empty() }
    }

    /// Runs a command on the repository; no file is written where it runs.
    pub(crate) fn fairlead(&self, args: &[&str]) -> Ended {
        let url = self.server.url("shop");
        let remote = ["--remote", url.as_str(), "shop"];
        let before = self.here.git(["status", "--porcelain", "--ignored"]);
        let ended = self.here.fairlead(args.iter().chain(&remote));
        assert_eq!(self.here.git(["status", "--porcelain", "--ignored"]), before);
        ended
    }
}
