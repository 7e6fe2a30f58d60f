//! Clones and fetches: whole, cut short, and without what is not needed.

use crate::server::{Served, Tree, history};

fn served() -> (Served, Tree) {
    let served = Served::with_repository();
    let tree = served.work_tree("work");
    history(&tree);
    tree.git(&["push", "-q", "-u", "origin", "--all"]);
    tree.git(&["push", "-q", "origin", "--tags"]);
    (served, tree)
}

/// The object ids that a repository has itself, without asking anybody for more.
fn objects(tree: &Tree) -> Vec<String> {
    let list = tree.git(&["cat-file", "--batch-check=%(objecttype) %(objectname)", "--batch-all-objects"]);
    list.lines().map(str::to_owned).collect()
}

fn count(tree: &Tree, kind: &str) -> usize {
    objects(tree).iter().filter(|object| object.starts_with(kind)).count()
}

#[test]
fn a_clone_is_what_was_pushed_in_every_version_of_the_protocol() {
    let (served, tree) = served();
    for version in ["0", "1", "2"] {
        let option = format!("protocol.version={version}");
        let clone = served.clone(&format!("clone{version}"), &["--mirror", "-c", &option]);
        assert_eq!(clone.refs(), tree.refs(), "version {version}");
        assert_eq!(objects(&clone), objects(&tree), "version {version}");
        assert_eq!(clone.git(&["symbolic-ref", "HEAD"]), "refs/heads/main");
    }
}

#[test]
fn a_fetch_brings_what_is_new_and_nothing_else() {
    let (served, tree) = served();
    for version in ["0", "2"] {
        let option = format!("protocol.version={version}");
        let clone = served.clone(&format!("clone{version}"), &["-c", &option]);
        let before = objects(&clone).len();
        tree.write("a/b/file", &format!("new for {version}\n"));
        tree.commit("new");
        tree.git(&["push", "-q", "origin", "main"]);
        clone.git(&["fetch", "-q"]);
        clone.fsck();
        assert_eq!(clone.git(&["rev-parse", "origin/main"]), tree.head());
        assert_eq!(objects(&clone).len() - before, 5, "a commit, three trees and a blob");
        clone.git(&["fetch", "-q"]);
        assert_eq!(objects(&clone).len() - before, 5);
    }
}

#[test]
fn both_sides_can_have_gone_on() {
    let (served, tree) = served();
    let clone = served.clone("clone", &[]);
    for number in 0..40 {
        clone.commit(&format!("theirs {number}"));
        tree.write("ours", &format!("{number}"));
        tree.commit(&format!("ours {number}"));
    }
    tree.git(&["push", "-q", "origin", "main"]);
    clone.git(&["pull", "-q", "--no-rebase", "--no-edit"]);
    clone.fsck();
    clone.git(&["push", "-q", "origin", "main"]);
    tree.git(&["pull", "-q"]);
    assert_eq!(tree.head(), clone.head());
    tree.fsck();
}

#[test]
fn a_tag_comes_with_its_commit() {
    let (served, tree) = served();
    let clone = served.clone("clone", &["--single-branch", "--branch", "topic", "--no-tags"]);
    assert_eq!(clone.git(&["tag"]), "");
    tree.commit("tagged");
    tree.git(&["tag", "-a", "-m", "two", "v2"]);
    tree.git(&["push", "-q", "origin", "main", "v2"]);
    clone.git(&["config", "--unset", "remote.origin.tagOpt"]);
    clone.git(&["fetch", "-q", "origin", "main:refs/remotes/origin/main"]);
    assert_eq!(clone.git(&["tag"]), "light\nv1\nv2");
    clone.fsck();
}

#[test]
fn a_shallow_clone_can_be_deepened_and_made_whole() {
    let (served, tree) = served();
    for version in ["0", "2"] {
        let option = format!("protocol.version={version}");
        let clone = served.clone(&format!("shallow{version}"), &["--depth", "1", "-c", &option]);
        assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), "1");
        assert_eq!(clone.head(), tree.head());
        clone.git(&["fetch", "-q", "--depth", "2"]);
        assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), "3", "a merge and its two parents");
        clone.fsck();
        clone.git(&["fetch", "-q", "--deepen", "1"]);
        assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), "4");
        clone.fsck();
        clone.git(&["fetch", "-q", "--unshallow"]);
        clone.fsck();
        assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), tree.git(&["rev-list", "--count", "HEAD"]));
        assert!(!clone.0.join(".git/shallow").exists());
    }
}

#[test]
fn a_shallow_clone_follows_and_pushes() {
    let (served, tree) = served();
    let clone = served.clone("shallow", &["--depth", "1"]);
    tree.commit("one more");
    tree.git(&["push", "-q", "origin", "main"]);
    clone.git(&["pull", "-q"]);
    assert_eq!(clone.head(), tree.head());
    clone.write("from", "shallow\n");
    clone.commit("from a shallow clone");
    clone.git(&["push", "-q", "origin", "main"]);
    tree.git(&["pull", "-q"]);
    assert_eq!(clone.head(), tree.head());
    tree.fsck();
}

#[test]
fn history_can_be_cut_at_a_date_and_at_a_tag() {
    let served = Served::with_repository();
    let tree = served.work_tree("work");
    for day in 1..=6 {
        tree.write("file", &format!("{day}\n"));
        tree.git(&["add", "-A"]);
        let date = format!("2024-01-0{day}T12:00:00Z");
        tree.git(&["-c", "core.pager=", "commit", "-q", "-m", "day", "--date", &date]);
        // The committer's date decides.
        tree.git(&[
            "-c",
            "alias.x=!f() { GIT_COMMITTER_DATE=$1 git commit -q --amend --no-edit; }; f",
            "x",
            &date,
        ]);
        if day == 2 {
            tree.git(&["tag", "old"]);
        }
    }
    tree.git(&["push", "-q", "origin", "main", "old"]);
    for version in ["0", "2"] {
        let option = format!("protocol.version={version}");
        let since = served.clone(
            &format!("since{version}"),
            &["--shallow-since", "2024-01-04T00:00:00Z", "--no-tags", "--single-branch", "-c", &option],
        );
        assert_eq!(since.git(&["rev-list", "--count", "HEAD"]), "3");
        let not = served.clone(
            &format!("not{version}"),
            &["--shallow-exclude", "old", "--no-tags", "--single-branch", "-c", &option],
        );
        assert_eq!(not.git(&["rev-list", "--count", "HEAD"]), "4");
    }
}

#[test]
fn a_partial_clone_has_what_it_asked_for_and_gets_the_rest_when_it_needs_it() {
    let (served, tree) = served();
    for (filter, trees, blobs) in
        [("blob:none", true, 0), ("tree:0", false, 0), ("blob:limit=1k", true, 5), ("blob:limit=1m", true, 8)]
    {
        let name = filter.replace([':', '='], "-");
        let clone = served.clone(&name, &["--bare", "--filter", filter]);
        assert_eq!(count(&clone, "blob"), blobs, "{filter}");
        assert_eq!(count(&clone, "tree") > 0, trees, "{filter}");
        assert_eq!(count(&clone, "commit"), count(&tree, "commit"), "{filter}");
        // Whatever is missing comes one by one.
        assert_eq!(clone.git(&["show", "HEAD:a/b/file"]), "version 3");
        assert_eq!(clone.git(&["ls-tree", "-r", "HEAD"]), tree.git(&["ls-tree", "-r", "HEAD"]));
        let work = served.clone(&format!("{name}-work"), &["--filter", filter]);
        assert_eq!(work.git(&["status", "--porcelain"]), "");
        work.write("partial", filter);
        work.commit(filter);
        work.git(&["pull", "-q", "--rebase"]);
        work.git(&["push", "-q", "origin", "main"]);
        tree.git(&["pull", "-q"]);
        tree.fsck();
    }
    let depth = served.clone("tree-2", &["--bare", "--filter", "tree:2"]);
    assert_eq!(count(&depth, "blob"), 1, "the file in the root");
    let refused = tree.git_fails(&["fetch", "--filter", "sparse:oid=HEAD:x", "origin", "main"]);
    assert!(refused.contains("is not served"), "{refused}");
}

#[test]
fn refs_are_listed_with_what_they_stand_for() {
    let (served, tree) = served();
    let listed = tree.git(&["ls-remote", "--symref", "origin"]);
    let (main, peeled) = (tree.head(), tree.git(&["rev-parse", "v1^{}"]));
    assert!(listed.contains("ref: refs/heads/main\tHEAD"), "{listed}");
    assert!(listed.contains(&format!("{main}\trefs/heads/main")), "{listed}");
    assert!(listed.contains(&format!("{peeled}\trefs/tags/v1^{{}}")), "{listed}");
    assert_eq!(tree.git(&["ls-remote", "origin", "refs/heads/topic"]).lines().count(), 1);
    for version in ["0", "1"] {
        let option = format!("protocol.version={version}");
        assert_eq!(tree.git(&["-c", &option, "ls-remote", "--symref", "origin"]), listed);
    }
    drop(served);
}

#[test]
fn an_empty_repository_can_be_cloned_and_tells_its_branch() {
    let served = Served::with_repository();
    let clone = served.clone("empty", &[]);
    assert_eq!(clone.git(&["symbolic-ref", "HEAD"]), "refs/heads/main");
    clone.write("first", "1\n");
    clone.commit("first");
    clone.git(&["push", "-q", "origin", "main"]);
    assert_eq!(served.clone("second", &[]).head(), clone.head());
}
