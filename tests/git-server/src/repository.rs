//! Bare repositories to serve.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A bare repository on disk.
#[derive(Debug, Clone)]
pub struct Repository {
    folder: PathBuf,
}

/// What a usual server allows: pushes, which it checks, and fetches of single objects.
const SETTINGS: [(&str, &str); 6] = [
    ("http.receivepack", "true"),
    ("receive.fsckObjects", "true"),
    ("receive.advertisePushOptions", "true"),
    ("uploadpack.allowFilter", "true"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    ("gc.auto", "0"),
];

impl Repository {
    /// Makes one at `folder` whose first branch will be `main`.
    pub fn init(folder: &Path) -> Repository {
        std::fs::create_dir_all(folder).expect("a temporary folder can be written");
        let repository = Repository { folder: folder.to_owned() };
        repository.git(&["init", "-q", "--bare", "-b", "main", "."]);
        for (setting, value) in SETTINGS {
            repository.git(&["config", setting, value]);
        }
        repository
    }

    /// One that is there already.
    pub fn at(folder: &Path) -> Repository {
        Repository { folder: folder.to_owned() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs git there, which must succeed, and returns what it prints without the last line end.
    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_with(arguments, b"")
    }

    /// The same with something on its standard input.
    #[track_caller]
    pub fn git_with(&self, arguments: &[&str], input: &[u8]) -> String {
        String::from_utf8_lossy(&self.git_bytes(arguments, input)).trim_end().to_owned()
    }

    /// The same for what is no text.
    #[track_caller]
    pub fn git_bytes(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).args(arguments);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Robin Test");
            command.env(format!("GIT_{role}_EMAIL"), "robin@example.com");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("git is installed");
        let mut stdin = child.stdin.take().expect("it was asked for");
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().expect("git ends")
        });
        let shown = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {shown}");
        output.stdout
    }

    /// Commits files to a branch upon what is there, and returns the commit. `None` deletes.
    #[track_caller]
    pub fn commit(&self, branch: &str, files: &[(&str, Option<&str>)]) -> String {
        let mut stream = format!(
            "commit refs/heads/{branch}\ncommitter Robin Test <robin@example.com> 1700000000 +0000\ndata 4\ntest\n"
        );
        if self.has(branch) {
            stream.push_str(&format!("from refs/heads/{branch}^0\n"));
        }
        for (path, text) in files {
            match text {
                Some(text) => {
                    stream.push_str(&format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len()));
                }
                None => stream.push_str(&format!("D {path}\n")),
            }
        }
        self.git_with(&["fast-import", "--quiet", "--force"], stream.as_bytes());
        self.head(branch)
    }

    /// The commit of a branch.
    #[track_caller]
    pub fn head(&self, branch: &str) -> String {
        self.git(&["rev-parse", &format!("refs/heads/{branch}")])
    }

    /// Whether there is such a branch.
    pub fn has(&self, branch: &str) -> bool {
        self.git(&["for-each-ref", &format!("refs/heads/{branch}")]).contains(&format!("refs/heads/{branch}"))
    }

    /// The paths of a commit's files.
    #[track_caller]
    pub fn files(&self, commit: &str) -> Vec<String> {
        self.git(&["ls-tree", "-r", "--name-only", commit]).lines().map(str::to_owned).collect()
    }

    /// Whether every object is well-formed and nothing is missing.
    #[track_caller]
    pub fn check(&self) {
        self.git(&["fsck", "--strict", "--no-dangling"]);
    }
}
