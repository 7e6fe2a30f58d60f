//! A server of its own for each test, and work trees beside it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fairlead_native::{Options, Server};
use tempfile::TempDir;

pub(crate) struct Served {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    token: Option<String>,
}

impl Served {
    pub(crate) fn new() -> Served {
        Served::with_token(None)
    }

    pub(crate) fn with_token(token: Option<&str>) -> Served {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            data: folder.path().join("data"),
            token: token.map(str::to_owned),
        };
        let server = Server::open(&options).unwrap();
        let address = server.address().unwrap();
        std::thread::spawn(move || server.run());
        Served { folder, address, token: token.map(str::to_owned) }
    }

    /// A server with one empty repository.
    pub(crate) fn with_repository() -> Served {
        let served = Served::new();
        let (status, _) = served.create(r#"{"name": "shop"}"#);
        assert_eq!(status, 201);
        served
    }

    pub(crate) fn create(&self, body: &str) -> (u16, String) {
        let credentials = self.token.as_ref().map(|token| format!("authorization: Bearer {token}\r\n"));
        let headers = format!("content-type: application/json\r\n{}", credentials.unwrap_or_default());
        self.request("POST", "/api/v2/repositories", &headers, body.as_bytes())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/git/r/shop/repo.git", self.address)
    }

    /// One request by hand: its status and the answer's head and body.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        (answer[9..12].parse().unwrap(), answer)
    }

    /// A work tree with a branch `main` and this server as `origin`.
    pub(crate) fn work_tree(&self, name: &str) -> Tree {
        let tree = Tree(self.folder.path().join(name));
        fs::create_dir_all(&tree.0).unwrap();
        tree.git(&["init", "-q", "-b", "main"]);
        tree.git(&["remote", "add", "origin", &self.url()]);
        tree
    }

    /// A clone with these options; it has passed git's own check.
    pub(crate) fn clone(&self, name: &str, options: &[&str]) -> Tree {
        let tree = Tree(self.folder.path().join(name));
        let url = self.url();
        let path = tree.0.to_str().unwrap().to_owned();
        let mut arguments = vec!["clone", "-q"];
        arguments.extend(options);
        arguments.extend([url.as_str(), path.as_str()]);
        succeeded(&run(self.folder.path(), &arguments), &arguments);
        tree.fsck();
        tree
    }
}

/// A repository on disk.
pub(crate) struct Tree(pub(crate) PathBuf);

impl Tree {
    /// Runs git, which has to succeed, and returns what it prints.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        succeeded(&run(&self.0, arguments), arguments)
    }

    /// Runs git, which has to fail, and returns what it says.
    pub(crate) fn git_fails(&self, arguments: &[&str]) -> String {
        let output = run(&self.0, arguments);
        assert!(!output.status.success(), "git {arguments:?} succeeded");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.head()
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn fsck(&self) {
        self.git(&["fsck", "--strict", "--no-dangling"]);
    }

    /// All refs and what they are at.
    pub(crate) fn refs(&self) -> String {
        self.git(&["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"])
    }
}

fn succeeded(output: &Output, arguments: &[&str]) -> String {
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Git as nobody has configured it.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Ann")
        .env("GIT_AUTHOR_EMAIL", "ann@example.com")
        .env("GIT_COMMITTER_NAME", "Ann")
        .env("GIT_COMMITTER_EMAIL", "ann@example.com")
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap()
}

/// A work tree with some history: five commits on `main`, a branch, a merge and two tags.
pub(crate) fn history(tree: &Tree) {
    for number in 1..=3 {
        tree.write("a/b/file", &format!("version {number}\n"));
        tree.write(&format!("files/{number}"), &"line\n".repeat(number * 300));
        tree.commit(&format!("commit {number}"));
    }
    tree.git(&["checkout", "-q", "-b", "topic"]);
    tree.write("topic", "topic\n");
    tree.commit("topic");
    tree.git(&["checkout", "-q", "main"]);
    tree.write("a/c", "main\n");
    tree.commit("main");
    tree.git(&["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    tree.git(&["tag", "light", "HEAD~1"]);
    tree.git(&["tag", "-a", "-m", "annotated", "v1"]);
}
