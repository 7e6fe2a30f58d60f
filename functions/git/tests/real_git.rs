//! Pushes and fetches held against real git behind its own CGI program.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use fairlead_git::object::{Commit, Edit, EditError, Edited, Identity, Kind, Object, Oid, edit};
use fairlead_git::pack::{Limits, Writer, read};
use fairlead_git::wire::{self, Advertisement, PushError, Service, Want};
use fairlead_world::RepoPath;

const MAIN: &str = "refs/heads/main";

/// A bare repository, served by `git http-backend`, gone when the test ends.
struct Server {
    folder: PathBuf,
}

impl Server {
    fn new() -> Server {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("fairlead-git-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let server = Server { folder };
        server.git(&["init", "-q", "--bare", "-b", "main", "."], b"");
        for setting in [
            "http.receivepack",
            "receive.fsckObjects",
            "uploadpack.allowFilter",
            "uploadpack.allowAnySHA1InWant",
        ] {
            server.git(&["config", setting, "true"], b"");
        }
        server
    }

    fn git(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut child = Command::new("git")
            .current_dir(&self.folder)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// One HTTP request by way of CGI; returns the answer's body.
    fn request(&self, method: &str, path: &str, query: &str, kind: &str, body: &[u8]) -> Vec<u8> {
        let mut child = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.folder)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_PROTOCOL", if path.ends_with("upload-pack") { "version=2" } else { "" })
            .env("REQUEST_METHOD", method)
            .env("PATH_INFO", path)
            .env("QUERY_STRING", query)
            .env("CONTENT_TYPE", kind)
            .env("CONTENT_LENGTH", body.len().to_string())
            .env("REMOTE_USER", "test")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // git stops reading where a pack is malformed; the answer tells.
        let _ = child.stdin.take().unwrap().write_all(body);
        let output = child.wait_with_output().unwrap().stdout;
        let end = output.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        output[end + 4..].to_vec()
    }

    fn advertised(&self) -> Advertisement {
        let query = format!("service={}", Service::ReceivePack.name());
        let answer = self.request("GET", "/info/refs", &query, "", b"");
        Advertisement::read(Service::ReceivePack, &answer).unwrap()
    }

    fn push(&self, commands: &[wire::Command], pack: &[u8]) -> Result<wire::Outcome, PushError> {
        let advertised = self.advertised();
        let mut body = wire::push_request(&advertised, commands, "fairlead/test").unwrap();
        body.extend_from_slice(pack);
        let answer =
            self.request("POST", "/git-receive-pack", "", "application/x-git-receive-pack-request", &body);
        wire::push_answer(&advertised, &answer)
    }

    /// Fetches the trees of a commit, and the commit, without any blob.
    fn trees(&self, commit: Oid) -> BTreeMap<Oid, Object> {
        let want = Want { oids: vec![commit], depth: Some(1), filter: Some("blob:none"), ..Want::default() };
        let body = wire::fetch_request(&want, "fairlead/test");
        let answer =
            self.request("POST", "/git-upload-pack", "", "application/x-git-upload-pack-request", &body);
        read(&wire::fetch_answer(&answer).unwrap(), Limits::default(), &|_| None).unwrap()
    }

    fn head(&self) -> Oid {
        self.advertised().refs[MAIN]
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn blob(text: &str) -> Object {
    Object { kind: Kind::Blob, bytes: text.into() }
}

fn commit(tree: Oid, parents: &[Oid]) -> Commit {
    let identity =
        Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 120 };
    Commit {
        tree,
        parents: parents.to_vec(),
        author: identity.clone(),
        committer: identity,
        message: "delivery: generate\n\nWhy.".into(),
        signature: None,
    }
}

/// The pack of an edit and its commit, and the commit's id.
fn packed(edited: &Edited, blobs: &[Object], parents: &[Oid]) -> (Vec<u8>, Oid) {
    let commit = commit(edited.root, parents).object();
    let objects: Vec<&Object> = blobs.iter().chain(edited.trees.values()).chain([&commit]).collect();
    let mut writer = Writer::new(objects.len() as u32);
    objects.iter().for_each(|object| writer.add(object));
    (writer.finish().unwrap(), commit.oid())
}

fn move_main(old: Oid, new: Oid) -> Vec<wire::Command> {
    vec![wire::Command { reference: MAIN.into(), old, new }]
}

/// A first commit made by our own push into the empty repository.
fn started() -> (Server, Oid) {
    let server = Server::new();
    let blobs = [blob("one\n"), blob("two\n"), blob("three\n")];
    let files = ["a/b/one", "a/two", "three"];
    let edits = files.iter().zip(&blobs).map(|(file, blob)| (path(file), Edit::Write(blob.oid()))).collect();
    let edited = edit(Oid::ZERO, &edits, &|_| None).unwrap();
    let (pack, commit) = packed(&edited, &blobs, &[]);
    let outcome = server.push(&move_main(Oid::ZERO, commit), &pack).unwrap();
    assert_eq!(outcome.moved, [MAIN]);
    (server, commit)
}

#[test]
fn a_first_commit_lands_in_an_empty_repository() {
    let (server, commit) = started();
    assert_eq!(server.git(&["rev-parse", "main"], b"").trim(), commit.to_string());
    assert_eq!(server.git(&["ls-tree", "-r", "--name-only", "main"], b""), "a/b/one\na/two\nthree\n");
    assert_eq!(
        server.git(&["log", "-1", "--format=%an %ae %ad %B", "main"], b""),
        "Ann ann@example.com Wed Nov 15 00:13:20 2023 +0200 delivery: generate\n\nWhy.\n\n"
    );
    server.git(&["fsck", "--strict"], b"");
}

#[test]
fn only_the_trees_on_changed_paths_are_read_and_sent() {
    let (server, head) = started();
    let objects = server.trees(head);
    assert!(objects.values().all(|object| object.kind != Kind::Blob));
    let root = objects
        .iter()
        .find(|(_, object)| object.kind == Kind::Commit)
        .map(|(_, object)| Oid::parse(std::str::from_utf8(&object.bytes[5..45]).unwrap()).unwrap());
    let root = root.unwrap();
    let changed = blob("changed\n");
    let edits = BTreeMap::from([
        (path("a/two"), Edit::Write(changed.oid())),
        (path("new/deep/file"), Edit::Write(changed.oid())),
        (path("three"), Edit::Delete),
        (path("not/there"), Edit::Delete),
    ]);
    let edited = edit(root, &edits, &|oid| objects.get(oid).map(|object| object.bytes.clone())).unwrap();
    assert_eq!(edited.trees.len(), 4, "the root, a, new and new/deep");
    let (pack, commit) = packed(&edited, &[changed], &[head]);
    server.push(&move_main(head, commit), &pack).unwrap();
    assert_eq!(server.git(&["ls-tree", "-r", "--name-only", "main"], b""), "a/b/one\na/two\nnew/deep/file\n");
    // Real git makes the same tree of the same files.
    let listing = server.git(&["ls-tree", "-r", "main"], b"");
    server.git(&["update-index", "--index-info"], listing.as_bytes());
    assert_eq!(server.git(&["write-tree"], b"").trim(), edited.root.to_string());
    server.git(&["fsck", "--strict"], b"");
}

#[test]
fn a_stale_writer_moves_nothing_and_learns_it() {
    let (server, head) = started();
    let edited =
        edit(Oid::ZERO, &BTreeMap::from([(path("x"), Edit::Write(blob("x").oid()))]), &|_| None).unwrap();
    let (pack, commit) = packed(&edited, &[blob("x")], &[head]);
    let outcome = server.push(&move_main(commit, commit), &pack).unwrap();
    assert!(outcome.moved.is_empty() && outcome.refused[0].0 == MAIN, "{outcome:?}");
    assert_eq!(server.head(), head);
}

#[test]
fn a_pack_that_is_cut_moves_nothing() {
    let (server, head) = started();
    let edited =
        edit(Oid::ZERO, &BTreeMap::from([(path("x"), Edit::Write(blob("x").oid()))]), &|_| None).unwrap();
    let (pack, commit) = packed(&edited, &[blob("x")], &[head]);
    let pushed = server.push(&move_main(head, commit), &pack[..pack.len() - 25]);
    assert!(
        pushed.is_err() || !pushed.as_ref().is_ok_and(|outcome| outcome.refused.is_empty()),
        "{pushed:?}"
    );
    assert_eq!(server.head(), head);
}

#[test]
fn what_is_in_the_way_is_a_conflict_and_not_overwritten() {
    let (server, head) = started();
    let objects = server.trees(head);
    let root = server.git(&["rev-parse", "main^{tree}"], b"");
    let root = Oid::parse(root.trim()).unwrap();
    let known = |oid: &Oid| objects.get(oid).map(|object| object.bytes.clone());
    let write = |file: &str| edit(root, &BTreeMap::from([(path(file), Edit::Write(Oid::ZERO))]), &known);
    assert!(matches!(write("a"), Err(EditError::Conflict { found: "a folder is there", .. })));
    assert!(matches!(write("three/below"), Err(EditError::Conflict { found: "a file is in the way", .. })));
    // A file becomes a folder where the same edit deletes the file, and the other way round.
    let both = BTreeMap::from([(path("three"), Edit::Delete), (path("three/below"), Edit::Write(Oid::ZERO))]);
    assert!(edit(root, &both, &known).is_ok());
    let both = BTreeMap::from([(path("a/b/one"), Edit::Delete), (path("a/b"), Edit::Write(Oid::ZERO))]);
    assert!(edit(root, &both, &known).is_ok());
}

#[test]
fn deltas_that_git_sends_are_resolved() {
    let (server, _) = started();
    let long: String = (0..2000).map(|line| format!("line {line}\n")).collect();
    let versions = [long.clone(), long.replace("line 7\n", "line seven\n"), format!("first\n{long}")];
    let oids = versions.iter().map(|text| server.git(&["hash-object", "-w", "--stdin"], text.as_bytes()));
    let list: String = oids.collect();
    let pack = Command::new("sh")
        .current_dir(&server.folder)
        .args(["-c", &format!("printf '{list}' | git pack-objects --stdout --delta-base-offset -q")])
        .output()
        .unwrap();
    let objects = read(&pack.stdout, Limits::default(), &|_| None).unwrap();
    assert!(pack.stdout.len() < long.len(), "git has made deltas");
    assert!(versions.iter().all(|text| objects.contains_key(&blob(text).oid())));
}
