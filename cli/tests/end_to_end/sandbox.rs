//! A folder with a repository in it, and the program to run there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// The branch that the example's output goes to.
pub(crate) const BRANCH: &str = "deploy/shop";

/// A repository of its own for one test, removed when the test ends.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// An empty repository.
    pub(crate) fn empty() -> Sandbox {
        let sandbox = Sandbox { folder: tempfile::tempdir().unwrap() };
        sandbox.git(["init", "-q", "-b", "main"]);
        sandbox
    }

    /// A repository with the example, committed.
    pub(crate) fn shop() -> Sandbox {
        let sandbox = Sandbox::empty();
        sandbox.fairlead(["init", "--example", "shop"]).succeeded();
        sandbox.fairlead(["lock", "shop"]).succeeded();
        sandbox.commit("shop: begin");
        sandbox
    }

    /// The repository's folder.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program to its end.
    pub(crate) fn fairlead<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ended {
        Ended::of(self.command(args).output().unwrap())
    }

    /// The program, ready to run in the repository.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = self.plain(program());
        command.args(args);
        command
    }

    /// Runs git, which must succeed, and returns what it printed without the last line end.
    pub(crate) fn git<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        let ended = Ended::of(self.plain("git").args(args).output().unwrap());
        assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
        ended.stdout.trim_end().to_owned()
    }

    /// Waits until the repository is sound: a git that nobody killed may still be finishing.
    #[track_caller]
    pub(crate) fn settle(&self) {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let ended = Ended::of(self.plain("git").args(["fsck", "--strict"]).output().unwrap());
            if ended.status == 0 {
                return;
            }
            assert!(Instant::now() < end, "{}{}", ended.stdout, ended.stderr);
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Commits everything.
    pub(crate) fn commit(&self, message: &str) {
        self.git(["add", "-A"]);
        self.git(["commit", "-q", "-m", message]);
    }

    /// What a ref names, or `None` where there is no such ref.
    pub(crate) fn resolve(&self, name: &str) -> Option<String> {
        let output = self.plain("git").args(["rev-parse", "--verify", "-q", name]).output().unwrap();
        let ended = Ended::of(output);
        (ended.status == 0).then(|| ended.stdout.trim_end().to_owned())
    }

    /// The files of a commit.
    pub(crate) fn files(&self, name: &str) -> Vec<String> {
        self.git(["ls-tree", "-r", "--name-only", name]).lines().map(str::to_owned).collect()
    }

    /// Changes a file's text.
    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(String) -> String) {
        let path = self.path(path);
        let text = std::fs::read_to_string(&path).unwrap();
        let changed = change(text.clone());
        assert_ne!(text, changed, "the edit of {} changes nothing", path.display());
        std::fs::write(path, changed).unwrap();
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A path in the repository.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// A program with an environment that is the same everywhere.
    fn plain(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.root()).env_clear();
        for name in ["PATH", "SystemRoot", "TMPDIR"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        let home = self.root().join(".git/home");
        command.env("HOME", &home).env("XDG_CACHE_HOME", home.join("cache"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Robin Test");
            command.env(format!("GIT_{role}_EMAIL"), "robin@example.com");
        }
        command
    }
}

impl Ended {
    /// Takes what an ended process left.
    pub(crate) fn of(output: Output) -> Ended {
        Ended {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It must have ended with 0.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Ended {
        self.ended_with(0)
    }

    /// It must have ended with that status.
    #[track_caller]
    pub(crate) fn ended_with(self, status: i32) -> Ended {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// The program: the one that cargo has just built, unless `FAIRLEAD_BIN` names another.
fn program() -> std::ffi::OsString {
    std::env::var_os("FAIRLEAD_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_fairlead").into())
}
