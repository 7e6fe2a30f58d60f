//! Charts from a chart repository that is not to be trusted: locked, generated, and refused.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};

use fairlead_helm::File;
use fairlead_helm::chart::pack;
use fairlead_world::Digest;

use crate::sandbox::{Ended, Sandbox};

/// A server on this machine. What it answers can be changed while it runs.
pub(crate) struct Server {
    port: u16,
    pub(crate) answers: Arc<Mutex<BTreeMap<String, Answer>>>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
pub(crate) enum Answer {
    Content(Vec<u8>),
    Redirect(String),
    /// A body that goes on and on.
    Endless,
}

impl Server {
    pub(crate) fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            port: listener.local_addr().unwrap().port(),
            answers: Arc::default(),
            asked: Arc::default(),
        };
        let (answers, asked) = (server.answers.clone(), server.asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let request = lines.next().unwrap().unwrap();
                let path = request.split(' ').nth(1).unwrap().to_owned();
                let headers: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let secret = headers.iter().any(|header| header.to_lowercase().starts_with("authorization:"));
                asked
                    .lock()
                    .unwrap()
                    .push(format!("{path}{}", if secret { " with credentials" } else { "" }));
                let answer = answers.lock().unwrap().get(&path).cloned();
                // A reader that has enough closes the connection, which is no failure of the server.
                let _ = respond(&mut stream, answer);
            }
        });
        server
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn put(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Offers packages of the chart `web` under an index that tells their digests.
    pub(crate) fn offer(&self, packages: &[(&str, Vec<u8>)]) {
        let mut index = "apiVersion: v1\nentries:\n  web:\n".to_owned();
        for (version, package) in packages {
            let digest = Digest::of(package).to_string();
            index.push_str(&format!(
                "  - {{name: web, version: {version}, urls: [web-{version}.tgz], digest: \"{digest}\"}}\n"
            ));
            self.put(&format!("/web-{version}.tgz"), Answer::Content(package.clone()));
        }
        self.put("/index.yaml", Answer::Content(index.into_bytes()));
    }
}

fn respond(stream: &mut impl Write, answer: Option<Answer>) -> std::io::Result<()> {
    match answer {
        None => stream.write_all(b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
        Some(Answer::Redirect(to)) => stream.write_all(
            format!("HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
                .as_bytes(),
        ),
        Some(Answer::Content(body)) => {
            let head =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes())?;
            stream.write_all(&body)
        }
        Some(Answer::Endless) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[b' '; 1 << 16])?;
            }
        }
    }
}

/// A package of the chart `web`.
fn package(version: &str, data: &str) -> Vec<u8> {
    let chart = format!("apiVersion: v2\nname: web\nversion: {version}\n");
    let config = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  of: {data}\n");
    pack(
        "web",
        &[File::new("Chart.yaml", chart.as_bytes()), File::new("templates/config.yaml", config.as_bytes())],
    )
}

/// A project with one workload of the server's `web`, in a repository.
pub(crate) fn project(server: &Server, version: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.fairlead(["init", "--name", "shop"]).succeeded();
    let address = server.address();
    sandbox.write(
        "workloads/hello.yaml",
        &format!("apiVersion: fairlead.dev/v1\nkind: Workload\nchart:\n  repository: {address}\n  name: web\nversion: \"{version}\"\n"),
    );
    sandbox
}

/// Runs the program with contents of the sandbox's own, and nothing of the user's Helm.
pub(crate) fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    Ended::of(command(sandbox, arguments).output().unwrap())
}

fn command(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = sandbox.command(arguments);
    command.env("FAIRLEAD_CACHE", sandbox.root().join(".git/cache"));
    command.env("HELM_CONFIG_HOME", sandbox.root().join(".git/helm")).env("DOCKER_CONFIG", "/nonexistent");
    command
}

pub(crate) fn contents(sandbox: &Sandbox) -> usize {
    std::fs::read_dir(sandbox.root().join(".git/cache/contents")).map_or(0, Iterator::count)
}

#[test]
fn a_range_is_locked_and_only_that_package_is_rendered() {
    let server = Server::start();
    server.offer(&[
        ("1.0.0", package("1.0.0", "old")),
        ("1.1.0", package("1.1.0", "new")),
        ("2.0.0", package("2.0.0", "next")),
    ]);
    let sandbox = project(&server, "^1.0.0");
    let stale = run(&sandbox, &["lock", "--check"]).ended_with(1);
    assert!(stale.stdout.contains("version `^1.0.0` of `web` of http://127.0.0.1"), "{}", stale.stdout);
    assert!(server.asked.lock().unwrap().is_empty(), "what is not locked is seen without any server");
    run(&sandbox, &["lock"]).succeeded();
    let lock = std::fs::read_to_string(sandbox.root().join("fairlead.lock")).unwrap();
    assert!(lock.contains("requested: \"^1.0.0\"\n    version: \"1.1.0\"\n    digest: sha256:"), "{lock}");
    assert_eq!(*server.asked.lock().unwrap(), ["/index.yaml", "/web-1.1.0.tgz"]);
    run(&sandbox, &["lock", "--check"]).succeeded();
    sandbox.commit("begin");
    run(&sandbox, &["generate"]).succeeded();
    let manifest = sandbox.git(["show", "deploy:rendered/acme/development/hello/manifest.yaml"]);
    assert!(manifest.contains("of: new"), "{manifest}");
    // A newer version changes nothing until the lock is asked for anew.
    server.offer(&[("1.1.0", package("1.1.0", "new")), ("1.2.0", package("1.2.0", "newer"))]);
    run(&sandbox, &["lock", "--check"]).succeeded();
    run(&sandbox, &["lock", "--check", "--update"]).ended_with(1);
    // Content that is at hand needs no server.
    server.answers.lock().unwrap().clear();
    run(&sandbox, &["preview"]).succeeded();
    // What nobody asks for any more makes a lock stale too.
    sandbox.edit("workloads/hello.yaml", |text| text.replace("^1.0.0", "~1.1.0"));
    let stale = run(&sandbox, &["lock", "--check"]).ended_with(1);
    assert!(
        stale.stdout.contains("version `~1.1.0`") && stale.stdout.contains("version `^1.0.0`"),
        "{}",
        stale.stdout
    );
}

#[test]
fn a_package_that_changed_is_refused_and_not_kept() {
    let server = Server::start();
    server.offer(&[("1.0.0", package("1.0.0", "ours"))]);
    let sandbox = project(&server, "1.0.0");
    run(&sandbox, &["lock"]).succeeded();
    sandbox.commit("begin");
    std::fs::remove_dir_all(sandbox.root().join(".git/cache")).unwrap();
    // Under the old index its digest is not the promised one; under a new one it is not the lock's.
    server.put("/web-1.0.0.tgz", Answer::Content(package("1.0.0", "theirs")));
    let ended = run(&sandbox, &["generate"]).ended_with(2);
    assert!(ended.stderr.contains("was promised"), "{}", ended.stderr);
    server.offer(&[("1.0.0", package("1.0.0", "theirs"))]);
    let ended = run(&sandbox, &["generate"]).ended_with(2);
    assert!(
        ended.stderr.contains("the lock names") && ended.stderr.contains("lock --update"),
        "{}",
        ended.stderr
    );
    assert_eq!((contents(&sandbox), sandbox.resolve("deploy")), (0, None), "nothing is kept or written");
}

#[test]
fn what_cannot_be_locked_says_where_and_what_to_do_and_leaves_the_lock_alone() {
    let server = Server::start();
    server.offer(&[("1.0.0", package("1.0.0", "ours"))]);
    let sandbox = project(&server, "1.0.0");
    run(&sandbox, &["lock"]).succeeded();
    let path = sandbox.root().join("fairlead.lock");
    let before = std::fs::read(&path).unwrap();
    let elsewhere = format!("http://localhost:{}/elsewhere.yaml", server.port);
    let index = |text: &str| Answer::Content(format!("apiVersion: v1\nentries: {text}\n").into_bytes());
    let cases = [
        (index("{}"), "chart \"web\" version \"1.0.0\" not found"),
        (index("{web: [{name: web, version: 1.0.0, urls: [\"file:///etc/passwd\"]}]}"), "no address"),
        (index("{web: [{name: web, version: 1.0.0, urls: [\"http://192.0.2.1/web.tgz\"]}]}"), "plain HTTP"),
        (Answer::Content(b"<html>sign in</html>".to_vec()), "is not a valid chart repository"),
        (Answer::Redirect("http://192.0.2.1/index.yaml".to_owned()), "plain HTTP"),
        (Answer::Redirect("/index.yaml".to_owned()), "redirects on and on"),
        (Answer::Redirect(elsewhere), "404 Not Found"),
        (Answer::Endless, "longer than"),
    ];
    for (answer, reason) in cases {
        server.put("/index.yaml", answer);
        let ended = run(&sandbox, &["lock", "--update"]).ended_with(2);
        assert!(ended.stderr.contains(reason), "{reason}: {}", ended.stderr);
        assert!(ended.stderr.contains("`web` of http://127.0.0.1"), "it says where: {}", ended.stderr);
        assert!(ended.stderr.trim_end().lines().count() > 1, "it says what to do: {}", ended.stderr);
        assert_eq!(std::fs::read(&path).unwrap(), before, "{reason}: the lock stays");
    }
}

#[test]
fn packages_that_would_break_out_or_swell_are_not_locked() {
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n".as_bytes();
    let bomb = vec![b' '; 101 << 20];
    let swelling = pack("web", &[File::new("Chart.yaml", chart), File::new("values.yaml", &bomb)]);
    assert!(swelling.len() < 1 << 20, "a bomb is small");
    let climbing = pack("web", &[File::new("Chart.yaml", chart), File::new("../../escaped.yaml", b"a: 1\n")]);
    for (package, reason) in [
        (swelling, "larger than the"),
        (climbing, "illegally references parent directory"),
        (b"not a package".to_vec(), "gzip"),
        (Vec::new(), "EOF"),
    ] {
        let server = Server::start();
        server.offer(&[("1.0.0", package)]);
        let sandbox = project(&server, "1.0.0");
        let ended = run(&sandbox, &["lock"]).ended_with(2);
        assert!(ended.stderr.contains(reason), "{reason}: {}", ended.stderr);
        assert_eq!(contents(&sandbox), 0, "{reason}: nothing is kept");
        assert!(!sandbox.path("fairlead.lock").exists(), "{reason}: nothing is written");
    }
}

#[test]
fn credentials_that_helm_keeps_go_to_their_repository_alone() {
    let server = Server::start();
    server.offer(&[("1.0.0", package("1.0.0", "ours"))]);
    let other = format!("http://localhost:{}", server.port);
    let index = format!(
        "apiVersion: v1\nentries: {{web: [{{name: web, version: 1.0.0, urls: [\"{other}/web-1.0.0.tgz\"]}}]}}\n"
    );
    server.put("/index.yaml", Answer::Content(index.into_bytes()));
    let sandbox = project(&server, "1.0.0");
    let known = |everywhere: bool| {
        let address = server.address();
        format!(
            "repositories:\n- {{name: corp, url: \"{address}/\", username: ann, password: secret, pass_credentials_all: {everywhere}}}\n"
        )
    };
    sandbox.write(".git/helm/repositories.yaml", &known(false));
    run(&sandbox, &["lock"]).succeeded();
    assert_eq!(*server.asked.lock().unwrap(), ["/index.yaml with credentials", "/web-1.0.0.tgz"]);
    sandbox.write(".git/helm/repositories.yaml", &known(true));
    run(&sandbox, &["lock", "--update"]).succeeded();
    assert_eq!(
        server.asked.lock().unwrap()[2..],
        ["/index.yaml with credentials", "/web-1.0.0.tgz with credentials"]
    );
    assert!(!std::fs::read_to_string(sandbox.root().join("fairlead.lock")).unwrap().contains("secret"));
}

#[test]
fn schemas_that_refer_elsewhere_are_fetched_as_helm_does() {
    let (server, sandbox) = (Server::start(), Sandbox::empty());
    sandbox.write("chart/Chart.yaml", "apiVersion: v2\nname: own\nversion: 1.0.0\n");
    sandbox.write("chart/values.yaml", "size: 1\n");
    let schema = format!(r#"{{"properties": {{"size": {{"$ref": "{}/size.json"}}}}}}"#, server.address());
    sandbox.write("chart/values.schema.json", &schema);
    let address = format!("{}/size.json", server.address());
    let lead =
        "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nown:\n";

    let missing = run(&sandbox, &["helm", "template", "x", "chart"]).ended_with(1);
    let told = format!("{lead}failing loading \"{address}\": HTTP request to {address} returned status 404");
    assert!(missing.stderr.starts_with(&told), "{}", missing.stderr);

    server.put("/size.json", Answer::Content(br#"{"type": "string"}"#.to_vec()));
    let wrong = run(&sandbox, &["helm", "template", "x", "chart"]).ended_with(1);
    assert!(
        wrong.stderr.starts_with(&format!("{lead}- at '/size': got number, want string\n")),
        "{}",
        wrong.stderr
    );

    server.put("/size.json", Answer::Content(br#"{"type": "integer"}"#.to_vec()));
    run(&sandbox, &["helm", "template", "x", "chart"]).succeeded();
}

#[test]
fn debug_prints_what_no_manifest_can_be_read_from() {
    let sandbox = Sandbox::empty();
    sandbox.write("chart/Chart.yaml", "apiVersion: v2\nname: own\nversion: 1.0.0\n");
    sandbox.write("chart/templates/a.yaml", "a: {{ .Release.Name }}: b\n");
    sandbox.write("chart/templates/b.yaml", "\n");
    let told = "Error: YAML parse error on own/templates/a.yaml: error converting YAML to JSON: yaml: mapping values \
                are not allowed in this context\n";
    let plain = run(&sandbox, &["helm", "template", "x", "chart"]).ended_with(1);
    assert_eq!(plain.stdout, "");
    assert_eq!(plain.stderr, format!("{told}\nUse --debug flag to render out invalid YAML\n"));
    let shown = run(&sandbox, &["helm", "template", "x", "chart", "--debug"]).ended_with(1);
    assert_eq!(shown.stdout, "---\n# Source: own/templates/a.yaml\na: x: b\n");
    assert_eq!(shown.stderr, told);
}

#[test]
fn flags_are_refused_in_the_words_of_each_helm() {
    let sandbox = Sandbox::empty();
    sandbox.write("chart/Chart.yaml", "apiVersion: v2\nname: own\nversion: 1.0.0\n");
    let three = "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server";
    for (version, flag, told) in [
        ("3", "--dry-run=maybe", three),
        (
            "4",
            "--dry-run=maybe",
            "invalid dry-run value (\"maybe\"). Must be \"none\", \"server\", or \"client\"",
        ),
        ("4", "--dry-run=none", "invalid dry-run value (\"none\"). Must be \"server\" or \"client\""),
        ("4", "--dry-run=false", "invalid dry-run value (\"false\"). Must be \"server\" or \"client\""),
    ] {
        let arguments = ["helm", "--helm-version", version, "template", "x", "chart", flag];
        assert_eq!(run(&sandbox, &arguments).ended_with(1).stderr, format!("Error: {told}\n"));
    }
    run(&sandbox, &["helm", "--helm-version", "3", "template", "x", "chart", "--dry-run=none"]).succeeded();
    run(&sandbox, &["helm", "template", "x", "chart", "--dry-run=true"]).succeeded();
}
