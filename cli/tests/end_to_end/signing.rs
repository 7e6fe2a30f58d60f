//! Commits that are signed with an SSH key, here and elsewhere, as git itself verifies them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use fairlead_git_server::Server;

use crate::sandbox::{BRANCH, Sandbox};

/// A key beside a sandbox's repository, or `None` where OpenSSH is not there, without which git could not verify either.
fn key(sandbox: &Sandbox, passphrase: &str) -> Option<PathBuf> {
    let file = sandbox.path(".git/signing-key");
    let mut make = Command::new("ssh-keygen");
    make.args(["-q", "-C", "", "-t", "ed25519", "-N", passphrase, "-f"]).arg(&file);
    make.status().ok().filter(std::process::ExitStatus::success)?;
    Some(file)
}

/// Whom git believes a commit to be signed by.
fn signer(sandbox: &Sandbox, key: &std::path::Path, commit: &str) -> String {
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let allowed = sandbox.path(".git/allowed");
    fs::write(&allowed, format!("ann@example.com {public}")).unwrap();
    sandbox.git(["config", "gpg.ssh.allowedSignersFile", allowed.to_str().unwrap()]);
    sandbox.git(["log", "-1", "--format=%G? %GS", commit])
}

#[test]
fn a_generation_here_is_signed() {
    let sandbox = Sandbox::shop();
    let Some(key) = key(&sandbox, "") else { return };
    sandbox.fairlead(["generate", "--signing-key", key.to_str().unwrap(), "shop"]).succeeded();
    assert_eq!(signer(&sandbox, &key, BRANCH), "G ann@example.com");
    sandbox.git(["fsck", "--strict"]);
    let again = sandbox.fairlead(["generate", "shop"]).succeeded();
    assert!(again.stdout.contains("nothing was committed"), "{}", again.stdout);
}

#[test]
fn a_generation_elsewhere_is_signed() {
    let server = Server::start();
    let repository = server.repository("shop");
    let sandbox = Sandbox::shop();
    let Some(key) = key(&sandbox, "") else { return };
    sandbox.git(["push", "-q", repository.folder().to_str().unwrap(), "main"]);
    let (url, variable) = (server.url("shop"), [("FAIRLEAD_SIGNING_KEY", key.to_str().unwrap())]);
    let mut command = sandbox.command(["generate", "--remote", url.as_str(), "shop"]);
    let ended = command.envs(variable).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    sandbox.git(["fetch", "-q", repository.folder().to_str().unwrap(), BRANCH]);
    assert_eq!(signer(&sandbox, &key, "FETCH_HEAD"), "G ann@example.com");
    repository.check();
}

#[test]
fn a_key_that_cannot_sign_commits_nothing() {
    let sandbox = Sandbox::shop();
    let Some(locked) = key(&sandbox, "secret") else { return };
    for (file, told) in [
        (locked.to_str().unwrap(), "locked with a passphrase"),
        ("nowhere", "cannot be read"),
        ("shop/fairlead.yaml", "private key in OpenSSH's format"),
    ] {
        let ended = sandbox.fairlead(["generate", "--signing-key", file, "shop"]).ended_with(2);
        assert!(ended.stderr.contains(file) && ended.stderr.contains(told), "{}", ended.stderr);
        assert_eq!(sandbox.resolve(BRANCH), None);
    }
}
