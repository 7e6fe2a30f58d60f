//! Commits signed with an SSH key, verified by real git.

use std::process::Command;

use fairlead_fetch::block_on;
use fairlead_git::landing::Draft;
use fairlead_git::{Repository, SignError, SigningKey};
use fairlead_git_server::Server;

use crate::support::{draft, land, main, ours, planned};

fn key(folder: &std::path::Path, kind: &[&str]) -> Option<String> {
    let file = folder.join("key");
    let _ = std::fs::remove_file(&file);
    let made = Command::new("ssh-keygen").args(["-q", "-C", "", "-f"]).arg(&file).args(kind).status();
    // Without OpenSSH git could not verify either.
    made.ok().filter(std::process::ExitStatus::success)?;
    std::fs::read_to_string(file).ok()
}

#[test]
fn git_verifies_what_we_sign() {
    for kind in [&["-t", "ed25519", "-N", ""][..], &["-t", "ecdsa", "-b", "256", "-N", ""]] {
        let server = Server::start();
        let repository = server.repository("shop");
        let Some(text) = key(repository.folder(), kind) else { return };
        let signing = SigningKey::parse(&text).unwrap();
        let ours = ours(&server.url("shop"));
        let head = block_on(ours.head(&main())).unwrap();
        let signed = Draft { key: Some(&signing), ..draft(head, &[("x", Some("x"))]) };
        let first = planned(&ours, signed.clone());
        assert_eq!(first.oid, planned(&ours, signed.clone()).oid, "planned again it is the same commit");
        assert_eq!(land(&ours, &signed).unwrap().commits, [first.oid]);
        let public = std::fs::read_to_string(repository.folder().join("key.pub")).unwrap();
        let allowed = repository.folder().join("allowed");
        std::fs::write(&allowed, format!("ann@example.com {public}")).unwrap();
        repository.git(&["config", "gpg.ssh.allowedSignersFile", allowed.to_str().unwrap()]);
        repository.git(&["verify-commit", "main"]);
        let shown = repository.git(&["log", "-1", "--format=%G? %GS", "main"]);
        assert_eq!(shown, "G ann@example.com");
        repository.check();
    }
}

#[test]
fn keys_that_cannot_sign_are_told() {
    assert!(matches!(SigningKey::parse("nonsense"), Err(SignError::Format(_))));
    let server = Server::start();
    let repository = server.repository("shop");
    let Some(locked) = key(repository.folder(), &["-t", "ed25519", "-N", "secret"]) else { return };
    assert_eq!(SigningKey::parse(&locked).unwrap_err(), SignError::Encrypted);
    let Some(other) = key(repository.folder(), &["-t", "ecdsa", "-b", "384", "-N", ""]) else { return };
    assert!(SigningKey::parse(&other).is_err());
}
