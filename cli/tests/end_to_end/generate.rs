//! Generating: one commit, or none.

use crate::sandbox::{BRANCH, Sandbox};

#[test]
fn a_generation_is_one_commit_and_the_second_makes_none() {
    let sandbox = Sandbox::shop();
    let source = sandbox.resolve("HEAD").unwrap();
    sandbox.fairlead(["generate", "-m", "first delivery", "shop"]).succeeded();
    let head = sandbox.resolve(BRANCH).unwrap();
    assert_eq!(sandbox.git(["rev-list", "--count", BRANCH]), "1");
    let message = sandbox.git(["log", "-1", "--format=%B", BRANCH]);
    for part in ["first delivery", "Author: Robin Test", "Warnings (", source.as_str()] {
        assert!(message.contains(part), "`{part}` is missing in\n{message}");
    }
    let again = sandbox.fairlead(["generate", "shop"]).succeeded();
    assert!(again.stdout.contains("nothing was committed"), "{}", again.stdout);
    assert_eq!(sandbox.resolve(BRANCH).unwrap(), head);
    sandbox.fairlead(["diff", "shop"]).succeeded();
}

#[test]
fn the_output_holds_one_application_and_one_manifest_a_unit() {
    let sandbox = Sandbox::shop();
    sandbox.fairlead(["generate", "shop"]).succeeded();
    let files = sandbox.files(BRANCH);
    assert!(files.contains(&".argocd/acme-production-api.yaml".to_owned()), "{files:#?}");
    let application = sandbox.git(["show", &format!("{BRANCH}:.argocd/globex-production-api.yaml")]);
    assert!(application.contains("path: rendered/globex/production/api"), "{application}");
    assert!(application.contains("argocd.argoproj.io/manifest-generate-paths"), "{application}");
    for file in &files {
        let known = file.starts_with(".argocd/") || file.starts_with("rendered/");
        assert!(known, "{file} is neither an Application nor rendered");
    }
}

#[test]
fn the_work_tree_and_the_index_are_left_alone() {
    let sandbox = Sandbox::shop();
    sandbox.write("notes.txt", "unrelated\n");
    sandbox.write("staged.txt", "unrelated, and staged\n");
    sandbox.git(["add", "staged.txt"]);
    let before = (sandbox.git(["status", "--porcelain"]), sandbox.resolve("HEAD"));
    sandbox.fairlead(["generate", "shop"]).succeeded();
    assert_eq!((sandbox.git(["status", "--porcelain"]), sandbox.resolve("HEAD")), before);
}

#[test]
fn an_edit_changes_only_what_it_concerns() {
    let sandbox = Sandbox::shop();
    sandbox.fairlead(["generate", "shop"]).succeeded();
    sandbox.write("shop/values/services/initech/development/storefront.yaml", "replicas: 7\n");
    sandbox.commit("initech: seven replicas");
    sandbox.fairlead(["diff", "shop"]).ended_with(1);
    sandbox.fairlead(["generate", "shop"]).succeeded();
    let changed = sandbox.git(["diff", "--name-only", &format!("{BRANCH}~1"), BRANCH]);
    assert_eq!(changed, "rendered/initech/development/storefront/manifest.yaml");
}
