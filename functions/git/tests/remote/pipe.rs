//! History as a server hands it out that is reached without HTTP, as over ssh: it holds a connection open, so that protocol
//! v0 gives it no reason to let a reader ask for anything but the heads that it has just shown.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use fairlead_fetch::{Body, block_on};
use fairlead_git::push::{Remote, Transport};
use fairlead_git::wire::{Line, Lines, Service};
use fairlead_git::{Repository, RepositoryError};
use fairlead_git_server::{Repository as Served, Server};

use crate::support::{main, oid};

/// Git's own program at the other end of a pipe.
struct Pipe {
    folder: String,
    /// Whether the server is told that protocol v2 is spoken here; an `sshd` that takes no environment does not tell it.
    told: bool,
}

impl Pipe {
    async fn run(&self, service: Service, request: Body) -> (Vec<u8>, Vec<u8>) {
        let request = request.collect(1 << 20).await.unwrap();
        let mut command = Command::new("git");
        command.arg(service.name().trim_start_matches("git-")).arg(&self.folder).env_remove("GIT_PROTOCOL");
        if self.told {
            command.env("GIT_PROTOCOL", "version=2");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let writes = std::thread::spawn(move || std::io::Write::write_all(&mut stdin, &request));
        let said = child.wait_with_output().unwrap().stdout;
        drop(writes.join());
        let mut lines = Lines::new(&said);
        while lines.line().unwrap() != Some(Line::Flush) {}
        let first = said.len() - lines.rest().len();
        (said[..first].to_vec(), said[first..].to_vec())
    }
}

impl Transport for Pipe {
    fn name(&self) -> &str {
        &self.folder
    }

    async fn advertisement(&self, service: Service) -> Result<Body, RepositoryError> {
        Ok(self.run(service, b"0000".to_vec().into()).await.0.into())
    }

    async fn request(&self, service: Service, body: Body) -> Result<Body, RepositoryError> {
        Ok(self.run(service, body).await.1.into())
    }
}

/// A repository of 45 commits on `main`, every fifth of which merges another.
fn long(server: &Server) -> Served {
    let repository = server.repository("long");
    let mut stream = String::new();
    let mut add = |mark: usize, parents: &[usize]| {
        let text = format!("file {mark}\n");
        let told = "committer Robin Test <robin@example.com> 1700000000 +0000\ndata 4\ntest\n";
        stream.push_str(&format!("commit refs/heads/main\nmark :{mark}\n{told}"));
        for (place, parent) in parents.iter().enumerate() {
            stream.push_str(&format!("{} :{parent}\n", if place == 0 { "from" } else { "merge" }));
        }
        stream.push_str(&format!("M 100644 inline f{}\ndata {}\n{text}\n", mark % 7, text.len()));
    };
    add(1, &[]);
    let mut last = 1;
    for mark in (2..).take(44) {
        match mark % 5 {
            0 => add(mark, &[last, mark - 2]),
            // Beside the line, and merged by the next but one.
            3 => {
                add(mark, &[last]);
                continue;
            }
            _ => add(mark, &[last]),
        }
        last = mark;
    }
    repository.git_with(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    repository
}

/// The commits within some steps of the head, as git's own list of parents has them.
fn reached(repository: &Served, steps: usize) -> BTreeSet<String> {
    let listed = repository.git(&["log", "--format=%H %P", "main"]);
    let parents = |commit: &String| {
        let line = listed.lines().find(|line| line.starts_with(commit.as_str()));
        line.into_iter()
            .flat_map(|line| line.split_whitespace().skip(1))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut all = BTreeSet::from([repository.head("main")]);
    for _ in 1..steps {
        let more: Vec<String> = all.iter().flat_map(parents).collect();
        all.extend(more);
    }
    all
}

/// Holds our history at several depths against git's, in both protocols, with what git allows by itself and with what
/// hosted servers do.
fn check(repository: &Served) {
    for allowed in ["false", "true"] {
        repository.git(&["config", "uploadpack.allowFilter", allowed]);
        repository.git(&["config", "uploadpack.allowAnySHA1InWant", allowed]);
        for told in [false, true] {
            let folder = repository.folder().to_str().unwrap().to_owned();
            let ours = Remote::new(Pipe { folder, told });
            for depth in [1, 3, 20, 21, 32, 100] {
                let history = block_on(async {
                    let head = ours.head(&main()).await.unwrap().unwrap();
                    ours.history(head, depth).await
                });
                let history = history.unwrap_or_else(|error| panic!("{allowed} {told} {depth}: {error}"));
                assert_eq!(history[0].0, oid(&repository.head("main")));
                let found: BTreeSet<String> = history.into_iter().map(|(oid, _)| oid.to_string()).collect();
                assert_eq!(found, reached(repository, depth), "{allowed} {told} {depth}");
            }
        }
    }
}

#[test]
fn history_is_read_however_long_it_is() {
    let server = Server::start();
    let repository = long(&server);
    assert_eq!(repository.git(&["rev-list", "--count", "main"]), "45");
    check(&repository);
}

#[test]
fn history_ends_where_the_servers_own_is_cut() {
    let server = Server::start();
    let whole = long(&server);
    for depth in ["2", "8", "25"] {
        let to = whole.folder().with_file_name(format!("cut-at-{depth}"));
        let from = format!("file://{}", whole.folder().display());
        whole.git(&["clone", "-q", "--bare", "--depth", depth, &from, to.to_str().unwrap()]);
        let cut = Served::at(&to);
        assert_eq!(cut.git(&["rev-parse", "--is-shallow-repository"]), "true");
        check(&cut);
    }
}
