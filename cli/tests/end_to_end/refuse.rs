//! What is refused, and that nothing is written then.

use crate::sandbox::{BRANCH, Sandbox};

#[test]
fn uncommitted_project_files_are_refused_unless_that_is_said() {
    let sandbox = Sandbox::shop();
    sandbox.write("shop/values/services/acme/development/api.yaml", "replicas: 7\n");
    let ended = sandbox.fairlead(["generate", "shop"]).ended_with(2);
    assert!(ended.stderr.contains("shop/values/services/acme/development/api.yaml"), "{}", ended.stderr);
    assert_eq!(sandbox.resolve(BRANCH), None, "nothing was written");
    sandbox.fairlead(["generate", "--allow-dirty", "shop"]).succeeded();
    let message = sandbox.git(["log", "-1", "--format=%B", BRANCH]);
    assert!(message.to_lowercase().contains("dirty: true"), "{message}");
}

#[test]
fn hand_edits_of_the_output_are_told_and_not_overwritten() {
    let sandbox = Sandbox::shop();
    sandbox.fairlead(["generate", "shop"]).succeeded();
    sandbox.git(["checkout", "-q", BRANCH]);
    let file = "rendered/acme/development/api/manifest.yaml";
    sandbox.edit(file, |text| text + "# by hand\n");
    sandbox.commit("by hand");
    let head = sandbox.resolve(BRANCH);
    sandbox.git(["checkout", "-q", "main"]);
    let ended = sandbox.fairlead(["generate", "shop"]).ended_with(2);
    assert!(ended.stderr.contains(file), "{}", ended.stderr);
    assert_eq!(sandbox.resolve(BRANCH), head, "nothing was written");
}

#[test]
fn many_deletions_need_their_number() {
    let sandbox = Sandbox::shop();
    sandbox.fairlead(["generate", "shop"]).succeeded();
    let head = sandbox.resolve(BRANCH);
    sandbox.write("shop/tenants/globex.yaml", "apiVersion: fairlead.dev/v1\nkind: Tenant\nsuspended: true\n");
    sandbox.commit("globex: suspend");
    let ended = sandbox.fairlead(["generate", "shop"]).ended_with(2);
    let number = ended
        .stderr
        .split_once("--confirm-delete=")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>())
        .unwrap_or_else(|| panic!("the number is named: {}", ended.stderr));
    let wrong = format!("--confirm-delete={}", number.parse::<usize>().unwrap() + 1);
    sandbox.fairlead(["generate", &wrong, "shop"]).ended_with(2);
    assert_eq!(sandbox.resolve(BRANCH), head, "nothing was written");
    sandbox.fairlead(["generate", &format!("--confirm-delete={number}"), "shop"]).succeeded();
    assert!(!sandbox.files(BRANCH).iter().any(|file| file.contains("globex")));
}

#[test]
fn a_unit_that_fails_lets_the_others_be_seen_and_nothing_be_written() {
    let sandbox = Sandbox::shop();
    sandbox.write("shop/values/services/acme/development/worker.yaml", "a: [\n");
    sandbox.write("shop/values/services/acme/development/api.yaml", "a: [\n");
    sandbox.commit("acme: a slip");
    let preview = sandbox.fairlead(["preview", "shop"]).ended_with(2);
    assert!(preview.stdout.contains("globex"), "the others are shown: {}", preview.stdout);
    let ended = sandbox.fairlead(["generate", "shop"]).ended_with(2);
    assert!(ended.stderr.contains("shop/values/services/acme/development/api.yaml:"), "{}", ended.stderr);
    assert_eq!(sandbox.resolve(BRANCH), None, "nothing was written");
}

#[test]
fn warnings_stop_the_work_only_where_that_is_asked() {
    let sandbox = Sandbox::shop();
    let ended = sandbox.fairlead(["generate", "--strict", "shop"]).ended_with(2);
    assert!(ended.stderr.contains("Missing Target"), "{}", ended.stderr);
    assert_eq!(sandbox.resolve(BRANCH), None, "nothing was written");
    sandbox.fairlead(["generate", "shop"]).succeeded();
}

#[test]
fn what_is_no_project_ends_with_2() {
    let sandbox = Sandbox::empty();
    for command in ["preview", "diff", "generate", "files", "bootstrap"] {
        let ended = sandbox.fairlead([command, "nowhere"]).ended_with(2);
        assert!(!ended.stderr.is_empty() && ended.stdout.is_empty(), "{command}: {ended:?}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let output = sandbox.command(["preview", "."]).current_dir(elsewhere.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "outside of any repository");
}
