//! A server of its own for each test, and work trees beside it.
//!
//! Where `FAIRLEAD_GIT_URL` names a server that runs already, with [`TOKEN`], the tests share that one: each has a
//! repository of another name there. The parts `workers` and `spin` of `tests/run` hold their hosts so.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use fairlead_native::{Options, Server};
use tempfile::TempDir;

/// The token of every server that has one.
pub(crate) const TOKEN: &str = "0123456789abcdef-test";

pub(crate) struct Served {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    /// What the tests' repository `shop` is called on this server.
    pub(crate) name: String,
    /// Whether there is a token, and whether it goes with every request.
    token: bool,
    trusted: bool,
}

/// The server that runs already.
fn shared() -> Option<SocketAddr> {
    let url = std::env::var("FAIRLEAD_GIT_URL").ok()?;
    Some(url.strip_prefix("http://").unwrap().parse().unwrap())
}

/// A name that no other test has, and no other run.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    format!("shop-{time}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

impl Served {
    pub(crate) fn new() -> Served {
        Served::open(false, true)
    }

    /// A server with a token, which goes with what is created and nothing else.
    pub(crate) fn with_token() -> Served {
        Served::open(true, false)
    }

    fn open(token: bool, trusted: bool) -> Served {
        let folder = tempfile::tempdir().unwrap();
        if let Some(address) = shared() {
            return Served { folder, address, name: unique(), token: true, trusted };
        }
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            data: folder.path().join("data"),
            token: token.then(|| TOKEN.to_owned()),
        };
        let server = Server::open(&options).unwrap();
        let address = server.address().unwrap();
        std::thread::spawn(move || server.run());
        Served { folder, address, name: "shop".to_owned(), token, trusted }
    }

    /// A server with one empty repository.
    pub(crate) fn with_repository() -> Served {
        let served = Served::new();
        let (status, _) = served.create(r#"{"name": "shop"}"#);
        assert_eq!(status, 201);
        served
    }

    pub(crate) fn create(&self, body: &str) -> (u16, String) {
        let headers = format!("content-type: application/json\r\n{}", self.credentials(!self.trusted));
        let body = body.replace("\"shop\"", &format!("\"{}\"", self.name));
        self.request("POST", "/api/v2/repositories", &headers, body.as_bytes())
    }

    /// The header with the token, if there is one and it is wanted.
    pub(crate) fn credentials(&self, wanted: bool) -> String {
        if self.token && wanted { format!("authorization: Bearer {TOKEN}\r\n") } else { String::new() }
    }

    pub(crate) fn url(&self) -> String {
        let credentials = if self.token && self.trusted { format!("any:{TOKEN}@") } else { String::new() };
        format!("http://{credentials}{}/git/r/{}/repo.git", self.address, self.name)
    }

    /// One request by hand: its status and the answer's head and body.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String) {
        let path = path.replace("/git/r/shop/", &format!("/git/r/{}/", self.name));
        let mut stream = TcpStream::connect(self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}{}\r\n",
            self.address,
            body.len(),
            self.credentials(self.trusted)
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
