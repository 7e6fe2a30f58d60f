//! Beginning a project, locking it, and asking what is wrong with it.

use crate::sandbox::Sandbox;

#[test]
fn a_new_project_is_valid_from_the_first_minute() {
    let sandbox = Sandbox::empty();
    sandbox.fairlead(["init", "hello"]).succeeded();
    sandbox.fairlead(["lock", "hello"]).succeeded();
    sandbox.fairlead(["validate", "hello"]).succeeded();
    sandbox.fairlead(["preview", "hello"]).succeeded();
    let file = std::fs::read_to_string(sandbox.path("hello/fairlead.yaml")).unwrap();
    assert!(file.contains("name: hello"), "{file}");
}

#[test]
fn init_overwrites_nothing() {
    let sandbox = Sandbox::empty();
    sandbox.write("hello/fairlead.yaml", "mine\n");
    let ended = sandbox.fairlead(["init", "hello"]).ended_with(2);
    assert!(ended.stderr.contains("is there already"), "{}", ended.stderr);
    let files: Vec<_> = std::fs::read_dir(sandbox.path("hello")).unwrap().collect();
    assert_eq!(files.len(), 1, "nothing else was written either");
    assert_eq!(std::fs::read_to_string(sandbox.path("hello/fairlead.yaml")).unwrap(), "mine\n");
}

#[test]
fn locking_twice_changes_nothing() {
    let sandbox = Sandbox::shop();
    let before = std::fs::read(sandbox.path("shop/fairlead.lock")).unwrap();
    sandbox.fairlead(["lock", "shop"]).succeeded();
    sandbox.fairlead(["lock", "--check", "shop"]).succeeded();
    assert_eq!(std::fs::read(sandbox.path("shop/fairlead.lock")).unwrap(), before);
}

#[test]
fn validate_says_where_and_what_to_do() {
    let sandbox = Sandbox::shop();
    sandbox.edit("shop/delivery.yaml", |text| text.replace("runtime:", "runtme:"));
    let ended = sandbox.fairlead(["validate", "shop"]).ended_with(1);
    for part in ["unknown field `runtme`", "shop/delivery.yaml:3:1", "did you mean `runtime`?"] {
        assert!(ended.stdout.contains(part), "`{part}` is missing in\n{}", ended.stdout);
    }
}
