//! Generating in a repository elsewhere, served by real git, without a clone.

use fairlead_git_server::{Fault, Options, Server};

use crate::elsewhere::Elsewhere;
use crate::sandbox::{BRANCH, Ended, Sandbox};

#[test]
fn a_generation_elsewhere_is_the_commit_that_a_clone_would_have_made() {
    let elsewhere = Elsewhere::shop();
    let ended = elsewhere.fairlead(&["generate", "-m", "first delivery"]).succeeded();
    let head = elsewhere.repository.head(BRANCH);
    assert!(ended.stdout.contains(&head) && ended.stdout.contains("by push"), "{}", ended.stdout);
    elsewhere.repository.check();

    let clone = Sandbox::shop();
    clone.git(["fetch", "-q", elsewhere.repository.folder().to_str().unwrap(), "main"]);
    clone.git(["reset", "-q", "--hard", "FETCH_HEAD"]);
    clone.fairlead(["generate", "-m", "first delivery", "shop"]).succeeded();
    let tree = |name: &str| clone.git(["rev-parse", &format!("{name}^{{tree}}")]);
    let message = |name: &str| clone.git(["log", "-1", "--format=%an <%ae>%n%B", name]);
    let local = (tree(BRANCH), message(BRANCH));
    clone.git(["fetch", "-q", elsewhere.repository.folder().to_str().unwrap(), BRANCH]);
    assert_eq!((tree("FETCH_HEAD"), message("FETCH_HEAD")), local);
}

#[test]
fn few_requests_are_enough_and_the_second_generation_makes_no_commit() {
    let elsewhere = Elsewhere::shop();
    elsewhere.server.requests();
    elsewhere.fairlead(&["generate"]).succeeded();
    let asked = elsewhere.server.requests();
    assert!(asked.len() <= 8, "{:#?}", asked.iter().map(|one| &one.path).collect::<Vec<_>>());
    let head = elsewhere.repository.head(BRANCH);
    let again = elsewhere.fairlead(&["generate"]).succeeded();
    assert!(again.stdout.contains("nothing was committed"), "{}", again.stdout);
    assert_eq!(elsewhere.repository.head(BRANCH), head);
    let pushes = elsewhere.server.requests();
    assert!(pushes.iter().all(|request| !request.path.contains("receive-pack")));
}

#[test]
fn previews_and_differences_are_those_of_a_clone() {
    let elsewhere = Elsewhere::shop();
    let preview = elsewhere.fairlead(&["preview", "-o", "json"]);
    let local = Sandbox::shop().fairlead(["preview", "-o", "json", "shop"]);
    assert_eq!((preview.status, preview.stdout), (local.status, local.stdout));
    elsewhere.fairlead(&["diff"]).ended_with(1);
    elsewhere.fairlead(&["generate", "--dry-run"]).succeeded();
    assert!(!elsewhere.repository.has(BRANCH), "nothing is written");
    elsewhere.fairlead(&["generate"]).succeeded();
    elsewhere.fairlead(&["diff"]).succeeded();
}

#[test]
fn hand_edits_elsewhere_are_told_and_not_overwritten() {
    let elsewhere = Elsewhere::shop();
    elsewhere.fairlead(&["generate"]).succeeded();
    let path = "rendered/acme/production/api/manifest.yaml";
    elsewhere.repository.commit(BRANCH, &[(path, Some("edited: true\n"))]);
    let head = elsewhere.repository.head(BRANCH);
    let refused = elsewhere.fairlead(&["generate"]).ended_with(2);
    assert!(refused.stderr.contains("was changed by hand"), "{}", refused.stderr);
    assert_eq!(elsewhere.repository.head(BRANCH), head);
}

#[test]
fn removing_what_is_delivered_needs_the_right_number() {
    let elsewhere = Elsewhere::shop();
    elsewhere.fairlead(&["generate"]).succeeded();
    let bindings: Vec<String> = elsewhere.repository.files("main");
    let binding = bindings.iter().find(|path| path.starts_with("shop/bindings/")).unwrap();
    elsewhere.repository.commit("main", &[(binding, None)]);
    let refused = elsewhere.fairlead(&["generate"]).ended_with(2);
    let number =
        refused.stderr.split("--confirm-delete=").nth(1).unwrap_or_else(|| panic!("{}", refused.stderr));
    let number: String = number.chars().take_while(char::is_ascii_digit).collect();
    elsewhere.fairlead(&["generate", "--confirm-delete", &number]).succeeded();
    elsewhere.repository.check();
}

#[test]
fn a_shared_branch_keeps_what_others_commit_meanwhile() {
    let elsewhere = Elsewhere::with(Options::default(), |source| {
        source.edit("shop/fairlead.yaml", |text| {
            text.lines()
                .filter(|line| !line.contains("branch: deploy"))
                .map(|line| format!("{line}\n"))
                .collect()
        });
        source.commit("shop: output beside the source");
    });
    let other = elsewhere.repository.clone();
    let race = move || drop(other.commit("main", &[("theirs.txt", Some("t"))]));
    elsewhere.server.fail("POST /shop.git/git-receive-pack", Fault::First(Box::new(race)));
    let ended = elsewhere.fairlead(&["generate"]).succeeded();
    assert!(ended.stderr.contains("planning again"), "{}", ended.stderr);
    let files = elsewhere.repository.files("main");
    assert!(files.contains(&"theirs.txt".to_owned()), "{files:#?}");
    assert!(files.iter().any(|path| path.starts_with("shop/.argocd/")), "{files:#?}");
    let log = elsewhere.repository.git(&["log", "--format=%s", "main"]);
    assert_eq!(log.lines().filter(|line| line.starts_with("delivery: generate")).count(), 1, "{log}");
    elsewhere.repository.check();
}

#[test]
fn a_lost_answer_makes_no_second_commit() {
    let elsewhere = Elsewhere::shop();
    elsewhere.server.fail("POST /shop.git/git-receive-pack", Fault::Lost);
    let ended = elsewhere.fairlead(&["generate"]).succeeded();
    assert!(ended.stdout.contains(&elsewhere.repository.head(BRANCH)), "{}", ended.stdout);
    assert_eq!(elsewhere.repository.git(&["rev-list", "--count", BRANCH]), "1");
}

#[test]
fn a_server_that_asks_to_be_left_alone_is() {
    let elsewhere = Elsewhere::shop();
    let limited = || {
        let headers = vec![("Retry-After".to_owned(), "1".to_owned())];
        Fault::Answer { status: 429, headers, body: Vec::new() }
    };
    for words in
        ["GET /shop.git/info/refs", "POST /shop.git/git-upload-pack", "POST /shop.git/git-receive-pack"]
    {
        elsewhere.server.fail(words, limited());
    }
    let ended = elsewhere.fairlead(&["generate"]).succeeded();
    assert_eq!(ended.stderr.matches("waiting 1 s").count(), 3, "{}", ended.stderr);
    assert_eq!(elsewhere.repository.git(&["rev-list", "--count", BRANCH]), "1");
}

#[test]
fn a_server_that_sends_everything_or_is_old_serves_too() {
    for old in [false, true] {
        let elsewhere = Elsewhere::with(Options { old, ..Options::default() }, |_| ());
        elsewhere.repository.git(&["config", "uploadpack.allowFilter", "false"]);
        elsewhere.repository.git(&["config", "uploadpack.allowAnySHA1InWant", "false"]);
        elsewhere.fairlead(&["generate"]).succeeded();
        elsewhere.fairlead(&["diff"]).succeeded();
        elsewhere.repository.check();
    }
}

#[test]
fn a_token_comes_from_the_environment_or_gits_helpers_and_is_never_shown() {
    let authorization = Some("Basic eC1hY2Nlc3MtdG9rZW46czNjcmV0".to_owned());
    let elsewhere = Elsewhere::with(Options { authorization, ..Options::default() }, |_| ());
    let url = elsewhere.server.url("shop");
    let refused = elsewhere.fairlead(&["generate"]).ended_with(2);
    assert!(refused.stderr.contains("refuses the credentials (401)"), "{}", refused.stderr);
    let run = |name: &str, value: &str| {
        let mut command = elsewhere.here.command(["generate", "--remote", url.as_str(), "shop"]);
        Ended::of(command.env(name, value).output().unwrap())
    };
    let wrong = run("FAIRLEAD_TOKEN", "wr0ng-canary").ended_with(2);
    assert!(!wrong.stderr.contains("wr0ng-canary"), "{}", wrong.stderr);
    let good = run("FAIRLEAD_TOKEN", "s3cret").succeeded();
    assert!(!good.stdout.contains("s3cret") && !good.stderr.contains("s3cret"));
    let helper = "!f() { echo username=x-access-token; echo password=s3cret; }; f";
    elsewhere.here.git(["config", "credential.helper", helper]);
    elsewhere.fairlead(&["diff"]).succeeded();
}

#[test]
fn what_is_wrong_with_an_address_is_told() {
    let here = Sandbox::empty();
    let run = |args: &[&str]| here.fairlead(["diff"].iter().chain(args)).ended_with(2).stderr;
    for (address, told) in [
        ("https://ann:secret@git.example.com/r", "give them apart"),
        ("ext::sh -c id", "no address may have"),
        ("--upload-pack=x", "unexpected argument"),
        ("ssh://-oProxyCommand=x/r", "begins with `-`"),
        ("ssh://ann:secret@git.example.com/r", "`ssh://git.example.com/r` cannot be used: its port"),
        ("http://git.example.com/r", "plain HTTP"),
        ("http://127.0.0.1:9/r", "cannot be reached"),
    ] {
        let stderr = run(&["--remote", address]);
        assert!(stderr.contains(told) && !stderr.contains("secret"), "{address}: {stderr}");
    }
    let server = Server::start();
    server.repository("empty");
    let stderr = run(&["--remote", &server.url("empty")]);
    assert!(stderr.contains("has no branch `main`"), "{stderr}");
    let stderr = run(&["--remote", &server.url("empty"), "--branch", "a..b"]);
    assert!(stderr.contains("is no name of a branch"), "{stderr}");
}

/// An `ssh` that does what the server's shell would do, before which `first` is done. Returns its folder, and what `PATH`
/// is with it.
#[cfg(unix)]
fn ssh(first: &str) -> (tempfile::TempDir, String) {
    use std::os::unix::fs::PermissionsExt;
    let programs = tempfile::tempdir().unwrap();
    let (ssh, log) = (programs.path().join("ssh"), programs.path().join("log"));
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> {}\nfor last; do :; done\n{first}\nexec sh -c \"$last\"\n",
        log.display()
    );
    std::fs::write(&ssh, script).unwrap();
    std::fs::set_permissions(&ssh, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", programs.path().display(), std::env::var("PATH").unwrap());
    (programs, path)
}

#[test]
#[cfg(unix)]
fn a_repository_is_reached_over_ssh_too() {
    let elsewhere = Elsewhere::shop();
    let (programs, path) = ssh("");
    let address = format!("ssh://git@git.example.com:2222{}", elsewhere.repository.folder().display());
    let run = |command: &str, address: &str| {
        let mut command = elsewhere.here.command([command, "--remote", address, "shop"]);
        Ended::of(command.env("PATH", &path).output().unwrap())
    };
    run("generate", &address).succeeded();
    run("diff", &address).succeeded();
    elsewhere.repository.check();
    assert!(elsewhere.repository.has(BRANCH));
    let calls = std::fs::read_to_string(programs.path().join("log")).unwrap();
    assert!(calls.lines().all(|call| call.contains("-p2222 -- git@git.example.com git-")), "{calls}");
    let missing = run("diff", "git@git.example.com:not/there.git").ended_with(2);
    assert!(missing.stderr.contains("not appear to be a git repository"), "{}", missing.stderr);
}

/// An `sshd` hands no `GIT_PROTOCOL` on by itself, and git hands out no single objects by itself.
#[test]
#[cfg(unix)]
fn a_long_branch_is_generated_on_over_ssh_with_everything_as_it_is_by_itself() {
    let elsewhere = Elsewhere::with(Options::default(), |source| {
        source.edit("shop/fairlead.yaml", |text| {
            text.lines()
                .filter(|line| !line.contains("branch: deploy"))
                .map(|line| format!("{line}\n"))
                .collect()
        });
        source.commit("shop: output beside the source");
    });
    for setting in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        elsewhere.repository.git(&["config", "--unset", setting]);
    }
    for number in 0..45 {
        elsewhere.repository.commit("main", &[("theirs.txt", Some(&number.to_string()))]);
    }
    let (_programs, path) = ssh("unset GIT_PROTOCOL");
    let address = format!("ssh://git@git.example.com{}", elsewhere.repository.folder().display());
    let run = |arguments: &[&str]| {
        let remote = ["--remote", address.as_str(), "shop"];
        let mut command = elsewhere.here.command(arguments.iter().chain(&remote));
        Ended::of(command.env("PATH", &path).output().unwrap()).succeeded()
    };
    run(&["generate"]);
    for number in 0..25 {
        elsewhere.repository.commit("main", &[("theirs.txt", Some(&number.to_string()))]);
    }
    run(&["diff"]);
    let again = run(&["generate"]);
    assert!(again.stdout.contains("nothing was committed"), "{}", again.stdout);
    elsewhere.repository.check();
}
