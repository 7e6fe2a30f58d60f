//! Who gets in, and what those are told who do not speak the protocol.

use std::io::Write as _;

use fairlead_native::{Options, ServeError, Server};

use crate::server::{Served, TOKEN};

/// Of the native server alone, as the next.
#[test]
fn native_a_server_that_others_can_reach_needs_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let options = |listen: &str, token: Option<&str>| Options {
        listen: listen.parse().unwrap(),
        data: folder.path().to_owned(),
        token: token.map(str::to_owned),
    };
    assert!(matches!(Server::open(&options("0.0.0.0:0", None)), Err(ServeError::Exposed(_))));
    assert!(matches!(Server::open(&options("[::]:0", None)), Err(ServeError::Exposed(_))));
    assert!(matches!(Server::open(&options("127.0.0.1:0", Some("short"))), Err(ServeError::Token)));
}

#[test]
fn without_the_token_a_private_repository_might_as_well_not_be_there() {
    let served = Served::with_token();
    assert_eq!(served.create(r#"{"name": "shop"}"#).0, 201);
    assert_eq!(
        served.request("POST", "/api/v2/repositories", "content-type: application/json\r\n", b"{}").0,
        401
    );
    let asked = |name: &str, service: &str| {
        let path = format!("/git/r/{name}/repo.git/info/refs?service={service}");
        let (status, answer) = served.request("GET", &path, "", b"");
        // What differs from one answer to the next at any rate.
        let same = |line: &&str| !line.to_lowercase().starts_with("date:");
        (status, answer.lines().filter(same).collect::<Vec<_>>().join("\n"))
    };
    for service in ["git-upload-pack", "git-receive-pack"] {
        let (there, not_there) = (asked("shop", service), asked("none", service));
        assert_eq!(there.0, 401);
        assert_eq!(there, not_there);
    }
    let tree = served.work_tree("work");
    tree.git_fails(&["ls-remote", "origin"]);
    tree.commit("first");
    let url = served.url();
    for wrong in ["wrong", "", "0123456789abcdef-tesT"] {
        let url = url.replace("http://", &format!("http://any:{wrong}@"));
        tree.git_fails(&["push", "-q", &url, "main"]);
        tree.git_fails(&["ls-remote", &url]);
    }
    let url = url.replace("http://", &format!("http://any:{TOKEN}@"));
    tree.git(&["push", "-q", &url, "main"]);
    assert_eq!(tree.git(&["ls-remote", &url, "refs/heads/main"]).split('\t').next().unwrap(), tree.head());
}

#[test]
fn a_public_repository_is_read_by_everybody_and_written_with_the_token() {
    let served = Served::with_token();
    assert_eq!(served.create(r#"{"name": "shop", "public": true, "branch": "trunk"}"#).0, 201);
    let tree = served.work_tree("work");
    tree.commit("first");
    tree.git_fails(&["push", "-q", "origin", "main"]);
    let url = served.url().replace("http://", &format!("http://any:{TOKEN}@"));
    tree.git(&["push", "-q", &url, "main:trunk"]);
    let clone = served.clone("clone", &[]);
    assert_eq!((clone.head(), clone.git(&["branch", "--show-current"])), (tree.head(), "trunk".to_owned()));
}

#[test]
fn native_a_name_that_points_here_from_elsewhere_is_refused() {
    let served = Served::with_repository();
    let address = served.address.to_string();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    write!(stream, "GET /git/r/shop/repo.git/info/refs?service=git-upload-pack HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}

#[test]
fn what_is_not_the_protocol_is_told_so() {
    let served = Served::with_repository();
    let path = |rest: &str| format!("/git/r/shop/repo.git{rest}");
    for dumb in ["/info/refs", "/HEAD", "/objects/info/packs"] {
        let (status, answer) = served.request("GET", &path(dumb), "", b"");
        assert!(status == 403 && answer.contains("smart HTTP"), "{dumb}: {answer}");
    }
    for (method, rest, headers, status) in [
        ("GET", "/git-upload-pack", "", 405),
        ("POST", "/info/refs?service=git-upload-pack", "", 405),
        ("POST", "/git-upload-pack", "content-type: text/plain\r\n", 415),
        ("POST", "/git-receive-pack", "content-type: application/x-git-upload-pack-request\r\n", 415),
        ("GET", "/config", "", 404),
        ("GET", "/../../etc/passwd", "", 404),
    ] {
        assert_eq!(served.request(method, &path(rest), headers, b"").0, status, "{method} {rest}");
    }
    for name in ["none", "..", "Shop", "shop%2f"] {
        let path = format!("/git/r/{name}/repo.git/info/refs?service=git-upload-pack");
        assert_eq!(served.request("GET", &path, "", b"").0, 404, "{name}");
    }
    for garbage in [&b"garbage"[..], b"0003", b"zzzz", b"0032want 123\n0000", b"00", b"ffffabc"] {
        for service in ["upload", "receive"] {
            let headers = format!("content-type: application/x-git-{service}-pack-request\r\n");
            let (status, _) =
                served.request("POST", &path(&format!("/git-{service}-pack")), &headers, garbage);
            assert!(matches!(status, 200 | 400), "{service} {garbage:?}: {status}");
        }
    }
}

#[test]
fn repositories_are_created_once_and_with_names_that_are_names() {
    let served = Served::new();
    let (status, answer) = served.create(r#"{"name": "shop"}"#);
    assert_eq!(status, 201);
    let location = format!("location: /git/r/{}/repo.git", served.name);
    assert!(answer.to_lowercase().contains(&location), "{answer}");
    assert_eq!(served.create(r#"{"name": "shop"}"#).0, 409);
    for body in
        [r#"{"name": "../x"}"#, r#"{"name": "a", "branch": "-x"}"#, r#"{"nam": "a"}"#, "[", r#"{"name": ""}"#]
    {
        assert_eq!(served.create(body).0, 400, "{body}");
    }
    assert_eq!(served.request("POST", "/api/v2/repositories", "content-type: text/plain\r\n", b"{}").0, 415);
    assert_eq!(served.request("GET", "/api/v2/repositories", "", b"").0, 405);
    let preview = served.request("GET", "/api/v2/projects/shop/delivery/preview", "", b"");
    assert_eq!(preview.0, 200, "the API is beside it");
}
