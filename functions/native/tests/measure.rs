//! Clones and pushes of a large repository, beside `git http-backend` on the same content:
//!
//! ```text
//! cargo test --release -p fairlead-native --test measure -- --ignored --nocapture measure
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measurement stops at the first thing that goes wrong"
)]

#[path = "git/server.rs"]
#[allow(dead_code, reason = "shared with the tests of the git client, which use more of it")]
mod server;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fairlead_native::{Options, Server};
use server::run;

const FILES: usize = 10_000;
const COMMITS: usize = 100;

#[test]
#[ignore = "a measurement"]
fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    fs::create_dir(&source).unwrap();
    content(&source);
    let ours = Ours::start(&folder.path().join("data"));
    let theirs = Theirs::start(folder.path());
    println!("{FILES} files, {COMMITS} commits");
    for (name, url) in [("hosted", &ours.url), ("http-backend", &theirs.url)] {
        let push = timed(&source, &["push", "-q", url, "main"]);
        let clone = timed(folder.path(), &["clone", "-q", "--bare", url, &format!("{name}-clone")]);
        let shallow =
            timed(folder.path(), &["clone", "-q", "--bare", "--depth", "1", url, &format!("{name}-shallow")]);
        let partial = timed(
            folder.path(),
            &["clone", "-q", "--bare", "--filter=blob:none", url, &format!("{name}-partial")],
        );
        println!("{name}: push {push:.2?}, clone {clone:.2?}, shallow {shallow:.2?}, blobless {partial:.2?}");
        change(&source, name);
        let push = timed(&source, &["push", "-q", url, "main"]);
        let fetch = timed(&folder.path().join(format!("{name}-clone")), &["fetch", "-q", url, "main"]);
        println!("{name}: push of one change {push:.2?}, fetch of it {fetch:.2?}");
        let head = run(&source, &["rev-parse", "HEAD"]).stdout;
        assert_eq!(
            run(&folder.path().join(format!("{name}-clone")), &["rev-parse", "FETCH_HEAD"]).stdout,
            head
        );
    }
    let status = fs::read_to_string(format!("/proc/{}/status", ours.child.id())).unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let size = fs::metadata(folder.path().join("data/fairlead.db")).unwrap().len();
    println!("hosted: peak memory {peak}, database {} KiB", size >> 10);
    let peak = fs::read_to_string(folder.path().join("peak")).unwrap_or_default();
    println!(
        "http-backend: peak memory of one request {:?} KiB",
        peak.lines().filter_map(|line| line.parse::<u64>().ok()).max()
    );
}

/// Not a test: the process that is measured.
#[test]
#[ignore = "run by the measurement"]
fn serve() {
    let Some(data) = std::env::var_os("FAIRLEAD_MEASURED_DATA") else { return };
    let options = Options { listen: "127.0.0.1:0".parse().unwrap(), data: data.into(), token: None };
    let server = Server::open(&options).unwrap();
    println!("\nlistening {}", server.address().unwrap());
    server.run().unwrap();
}

struct Ours {
    child: Child,
    url: String,
}

impl Ours {
    fn start(data: &Path) -> Ours {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "serve", "--nocapture"])
            .env("FAIRLEAD_MEASURED_DATA", data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address =
            lines.filter_map(|line| line.strip_prefix("listening ").map(str::to_owned)).next().unwrap();
        let body = r#"{"name": "shop"}"#;
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "POST /api/v2/repositories HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        Ours { child, url: format!("http://{address}/git/r/shop/repo.git") }
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Git's own CGI program behind the least of HTTP servers.
struct Theirs {
    url: String,
}

impl Theirs {
    fn start(folder: &Path) -> Theirs {
        run(folder, &["init", "-q", "--bare", "-b", "main", "theirs.git"]);
        for setting in ["http.receivepack", "receive.fsckObjects", "uploadpack.allowFilter"] {
            run(&folder.join("theirs.git"), &["config", setting, "true"]);
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/theirs.git", listener.local_addr().unwrap());
        let folder = folder.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let folder = folder.clone();
                std::thread::spawn(move || cgi(stream.unwrap(), &folder));
            }
        });
        Theirs { url }
    }
}

fn cgi(stream: TcpStream, folder: &PathBuf) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut request = String::new();
    if reader.read_line(&mut request).unwrap() == 0 {
        return;
    }
    let mut command = Command::new("/usr/bin/time");
    command.args(["-a", "-f", "%M", "-o"]).arg(folder.join("peak")).args(["git", "http-backend"]);
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    command.env("REQUEST_METHOD", method).env("PATH_INFO", path).env("QUERY_STRING", query);
    command.env("GIT_PROJECT_ROOT", folder).env("GIT_HTTP_EXPORT_ALL", "1").env("REMOTE_USER", "test");
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "transfer-encoding" => chunked = true,
            "content-type" => drop(command.env("CONTENT_TYPE", value)),
            "content-encoding" => drop(command.env("HTTP_CONTENT_ENCODING", value)),
            "git-protocol" => drop(command.env("GIT_PROTOCOL", value)),
            "expect" => (&stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    while chunked {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let size = usize::from_str_radix(line.trim(), 16).unwrap();
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).unwrap();
        body.extend_from_slice(&chunk[..size]);
        chunked = size > 0;
    }
    command.env("CONTENT_LENGTH", body.len().to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&body)));
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        output.read_line(&mut head).unwrap();
    }
    let mut stream = &stream;
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
    write!(stream, "HTTP/1.1 {status}\r\nconnection: close\r\n{head}").unwrap();
    let _ = std::io::copy(&mut output, &mut stream);
    writer.join().unwrap();
    let _ = child.wait();
}

/// How long one run of git takes; most of them can be done only once.
fn timed(folder: &Path, arguments: &[&str]) -> Duration {
    let began = Instant::now();
    let output = run(folder, arguments);
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    began.elapsed()
}

fn content(folder: &Path) {
    run(folder, &["init", "-q", "-b", "main", "."]);
    let mut import = Command::new("git")
        .current_dir(folder)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = import.stdin.take().unwrap();
    for commit in 0..COMMITS {
        write!(
            input,
            "commit refs/heads/main\ncommitter Ann <ann@example.com> {} +0000\ndata 2\nm\n",
            1_700_000_000 + commit
        )
        .unwrap();
        let files = if commit == 0 { 0..FILES } else { commit * 31..commit * 31 + 20 };
        for file in files {
            let text: String = (0..40)
                .map(|line| format!("key{line}: {}\n", (file * 7919 + line * commit) % 10_007))
                .collect();
            write!(
                input,
                "M 100644 inline tenants/{}/envs/{}/app-{file}/manifest.yaml\ndata {}\n{text}\n",
                file % 50,
                file % 3,
                text.len()
            )
            .unwrap();
        }
    }
    drop(input);
    assert!(import.wait().unwrap().success());
    run(folder, &["reset", "-q", "--hard"]);
    run(folder, &["repack", "-adfq"]);
}

fn change(folder: &Path, text: &str) {
    fs::write(folder.join("changed"), text).unwrap();
    run(folder, &["add", "changed"]);
    run(folder, &["commit", "-q", "-m", text]);
}
