//! Generations that came to the output's branch by way of somebody's merge.

use crate::sandbox::{BRANCH, Ended, Sandbox};

/// A generation, a later one upon it, and the branch back at the first.
struct Merging {
    sandbox: Sandbox,
    first: String,
    second: String,
}

impl Merging {
    fn begin() -> Merging {
        let sandbox = Sandbox::shop();
        sandbox.fairlead(["generate", "shop"]).succeeded();
        let first = sandbox.resolve(BRANCH).unwrap();
        replicas(&sandbox, 7);
        sandbox.fairlead(["generate", "shop"]).succeeded();
        let second = sandbox.resolve(BRANCH).unwrap();
        Merging { sandbox, first, second }
    }

    /// The branch is at a commit with these parents, which holds a tree.
    fn land(&self, tree: &str, parents: &[&str], message: &str) {
        let mut arguments = vec!["commit-tree", tree, "-m", message];
        arguments.extend(parents.iter().flat_map(|parent| ["-p", *parent]));
        let commit = self.sandbox.git(arguments);
        self.sandbox.git(["update-ref", &format!("refs/heads/{BRANCH}"), &commit]);
    }

    /// The next generation, which changes a file that the merged one had written.
    fn next(&self) -> Ended {
        replicas(&self.sandbox, 8);
        self.sandbox.fairlead(["generate", "shop"])
    }
}

fn replicas(sandbox: &Sandbox, number: u32) {
    sandbox
        .write("shop/values/services/initech/development/storefront.yaml", &format!("replicas: {number}\n"));
    sandbox.commit("initech: other replicas");
}

#[test]
fn a_merge_of_a_generation_is_that_generation() {
    let merging = Merging::begin();
    let tree = format!("{}^{{tree}}", merging.second);
    merging.land(&tree, &[&merging.first, &merging.second], "Merge pull request #1");
    let again = merging.sandbox.fairlead(["generate", "shop"]).succeeded();
    assert!(again.stdout.contains("nothing was committed"), "{}", again.stdout);
    merging.next().succeeded();
}

#[test]
fn a_merge_that_changes_something_else_is_a_change_by_hand() {
    let merging = Merging::begin();
    // It says that it merged the second, and somebody's edit is in it too.
    let git = |arguments: &[&str]| merging.sandbox.git(arguments);
    git(&["checkout", "-q", "--detach", &merging.second]);
    let path = "rendered/initech/development/storefront/manifest.yaml";
    merging.sandbox.edit(path, |text| text + "# mine\n");
    git(&["add", path]);
    let tree = git(&["write-tree"]);
    git(&["checkout", "-q", "-f", "main"]);
    merging.land(&tree, &[&merging.first, &merging.second], "Merge pull request #1");
    let refused = merging.next().ended_with(2);
    assert!(refused.stderr.contains("was changed by hand"), "{}", refused.stderr);
}

#[test]
fn a_squashed_generation_is_known_by_its_message() {
    let merging = Merging::begin();
    let tree = format!("{}^{{tree}}", merging.second);
    let message = merging.sandbox.git(["log", "-1", "--format=%B", &merging.second]);
    let behind =
        "Reviewed-on: https://git.example.com/team/shop/pulls/1\n\nCo-authored-by: Ann <ann@example.com>";
    merging.land(&tree, &[&merging.first], &format!("Deliver (#1)\n\n{message}\n\n{behind}"));
    merging.next().succeeded();
}

#[test]
fn a_squashed_generation_that_keeps_its_title_alone_is_a_change_by_hand() {
    let merging = Merging::begin();
    merging.land(&format!("{}^{{tree}}", merging.second), &[&merging.first], "Deliver (#1)");
    let refused = merging.next().ended_with(2);
    assert!(refused.stderr.contains("was changed by hand"), "{}", refused.stderr);
}
