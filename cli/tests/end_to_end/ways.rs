//! What a generation elsewhere does where its push is not taken.

use fairlead_git_server::Fault;

use crate::elsewhere::Elsewhere;
use crate::sandbox::BRANCH;

/// A hook that refuses with these words.
#[cfg(unix)]
fn refuse(elsewhere: &Elsewhere, words: &str) {
    use std::os::unix::fs::PermissionsExt;
    let hook = elsewhere.repository.folder().join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\necho '{words}' >&2\nexit 1\n")).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
#[cfg(unix)]
fn a_branch_that_takes_nothing_directly_names_its_rule_and_the_pull_request() {
    let elsewhere = Elsewhere::shop();
    refuse(&elsewhere, "error: GH006: Protected branch update failed for refs/heads/deploy/shop.");
    for way in ["auto", "push"] {
        let stderr = elsewhere.fairlead(&["generate", "--via", way]).ended_with(2).stderr;
        assert!(stderr.contains("GH006: Protected branch update failed"), "{stderr}");
        assert!(stderr.contains("--pull-request would open a pull request"), "{stderr}");
    }
    assert!(!elsewhere.repository.has(BRANCH));
}

#[test]
#[cfg(unix)]
fn a_rule_that_nothing_satisfies_is_told_alone() {
    let elsewhere = Elsewhere::shop();
    refuse(&elsewhere, "ticket number missing");
    let stderr = elsewhere.fairlead(&["generate"]).ended_with(2).stderr;
    assert!(stderr.contains("ticket number missing") && !stderr.contains("--pull-request"), "{stderr}");
    assert!(!stderr.contains("passed over"), "{stderr}");
}

#[test]
fn a_push_that_is_blocked_on_a_plain_server_is_told_with_what_was_thought_of() {
    let elsewhere = Elsewhere::shop();
    // The refs are read once for readers, and then for the push.
    elsewhere.server.fail("GET /shop.git/info/refs?service=git-receive-pack", Fault::status(403));
    let stderr = elsewhere.fairlead(&["generate"]).ended_with(2).stderr;
    assert!(stderr.contains("refuses the credentials (403)"), "{stderr}");
    assert!(stderr.contains("passed over: its provider's API:"), "{stderr}");
    assert!(!elsewhere.repository.has(BRANCH));
    elsewhere.fairlead(&["generate"]).succeeded();
    elsewhere.repository.check();
}

#[test]
fn a_push_that_is_refused_when_it_was_sent_is_told_to_be_in_doubt() {
    let elsewhere = Elsewhere::shop();
    // A proxy that sends twice answers so for the second, whatever became of the first.
    elsewhere.server.fail("POST /shop.git/git-receive-pack", Fault::status(403));
    let stderr = elsewhere.fairlead(&["generate"]).ended_with(2).stderr;
    assert!(stderr.contains("it is not known whether"), "{stderr}");
    assert!(stderr.contains("refuses the credentials (403)"), "{stderr}");
    elsewhere.fairlead(&["generate"]).succeeded();
    elsewhere.repository.check();
}

#[test]
fn reading_that_is_blocked_on_a_plain_server_is_told_with_what_was_thought_of() {
    let elsewhere = Elsewhere::shop();
    let refs = "GET /shop.git/info/refs?service=git-upload-pack";
    for command in ["preview", "diff", "generate"] {
        for status in [403, 405, 501] {
            elsewhere.server.fail(refs, Fault::status(status));
            let stderr = elsewhere.fairlead(&[command]).ended_with(2).stderr;
            assert!(stderr.contains(&status.to_string()), "{stderr}");
            assert!(stderr.contains("passed over: its provider's API:"), "{stderr}");
            // Who wants git's protocol alone gets nothing else.
            elsewhere.server.fail(refs, Fault::status(status));
            let stderr = elsewhere.fairlead(&[command, "--via", "push"]).ended_with(2).stderr;
            assert!(stderr.contains(&status.to_string()) && !stderr.contains("API"), "{stderr}");
        }
    }
    // Who wants the API alone asks a server without one in vain, and git's protocol not at all.
    elsewhere.server.requests();
    let stderr = elsewhere.fairlead(&["generate", "--via", "api"]).ended_with(2).stderr;
    assert!(stderr.contains("say --provider"), "{stderr}");
    assert!(elsewhere.server.requests().iter().all(|request| !request.path.contains("/shop.git/info")));
    for status in [401, 404, 500] {
        elsewhere.server.fail(refs, Fault::status(status));
        let stderr = elsewhere.fairlead(&["preview"]).ended_with(2).stderr;
        assert!(!stderr.contains("API"), "what the API could not do either: {stderr}");
    }
}

#[test]
fn half_an_app_is_told() {
    let elsewhere = Elsewhere::shop();
    let url = elsewhere.server.url("shop");
    let mut command = elsewhere.here.command(["generate", "--remote", url.as_str(), "shop"]);
    command.env("FAIRLEAD_GITHUB_APP_HOST", "127.0.0.1");
    let ended = crate::sandbox::Ended::of(command.env("FAIRLEAD_GITHUB_APP_ID", "1").output().unwrap());
    assert!(ended.ended_with(2).stderr.contains("FAIRLEAD_GITHUB_APP_KEY"));
    let mut command = elsewhere.here.command(["generate", "--remote", url.as_str(), "shop"]);
    command.env("FAIRLEAD_GITHUB_APP_ID", "1").env("FAIRLEAD_GITHUB_APP_KEY", "not-there.pem");
    command.env("FAIRLEAD_GITHUB_APP_HOST", "127.0.0.1");
    let stderr = crate::sandbox::Ended::of(command.output().unwrap()).ended_with(2).stderr;
    assert!(stderr.contains("the GitHub App's key not-there.pem"), "{stderr}");
}

/// Its proof is good for all of an App's installations: nobody else may see it.
#[test]
fn an_app_is_for_github_and_the_server_that_is_named() {
    let elsewhere = Elsewhere::shop();
    let url = elsewhere.server.url("shop");
    let mut command = elsewhere.here.command(["preview", "--remote", url.as_str(), "shop"]);
    command.env("FAIRLEAD_GITHUB_APP_ID", "1").env("FAIRLEAD_GITHUB_APP_KEY", "not-there.pem");
    crate::sandbox::Ended::of(command.output().unwrap()).ended_with(0);
}
