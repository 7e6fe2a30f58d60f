//! Commits, held against real git.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use fairlead_world::{Blob, RepoPath};

use super::*;

/// A repository in a folder of its own, gone when the test ends.
struct Scratch {
    repository: Repository,
    folder: PathBuf,
}

impl Scratch {
    fn new() -> Scratch {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("fairlead-repository-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        git::run(&folder, &["init", "-q", "-b", "main"], &[]).unwrap();
        for (key, value) in [("user.name", "Test"), ("user.email", "test@example.com")] {
            git::run(&folder, &["config", key, value], &[]).unwrap();
        }
        let (repository, _) = Repository::around(&folder).unwrap();
        let scratch = Scratch { repository, folder };
        scratch.write("mine", "mine\n");
        scratch.git(&["add", "-A"]);
        scratch.git(&["commit", "-q", "-m", "first"]);
        scratch
    }

    fn git(&self, arguments: &[&str]) -> String {
        String::from_utf8(git::run(&self.folder, arguments, &[]).unwrap()).unwrap()
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(path)).ok()
    }

    fn draft(&self, branch: &str, writes: &[(&str, &str)], deletes: &[&str]) -> Draft {
        let path = |text: &&str| RepoPath::parse(text).unwrap();
        Draft {
            key: None,
            branch: branch.to_owned(),
            head: self.repository.resolve(branch).unwrap(),
            parent: self.repository.resolve(branch).unwrap(),
            writes: writes.iter().map(|(name, content)| (path(name), Blob::from(*content))).collect(),
            deletes: deletes.iter().map(path).collect(),
            message: "delivery: generate\n\nWhy.".to_owned(),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

const MAIN: &str = "refs/heads/main";

#[test]
fn a_branch_of_its_own_is_made_and_the_work_tree_stays() {
    let scratch = Scratch::new();
    let draft = scratch.draft("refs/heads/delivery", &[("out/\"a\"", "1\n"), ("out/b", "")], &[]);
    let commit = scratch.repository.land(&draft).unwrap();
    assert_eq!(scratch.git(&["show", "delivery:out/\"a\""]), "1\n");
    assert_eq!(scratch.git(&["rev-list", "--count", "delivery"]), "1\n");
    assert_eq!(
        scratch.git(&["log", "-1", "--format=%B", &commit.to_string()]),
        "delivery: generate\n\nWhy.\n\n"
    );
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    assert_eq!(scratch.read("out/b"), None);
    assert_eq!(scratch.git(&["for-each-ref", "refs/fairlead"]), "", "nothing is left behind");
    scratch.git(&["fsck", "--strict"]);
}

#[test]
fn the_checked_out_branch_takes_its_work_tree_along() {
    let scratch = Scratch::new();
    scratch.write("untracked", "kept");
    scratch.write("mine", "changed by hand\n");
    scratch.repository.land(&scratch.draft(MAIN, &[("out/a", "1\n"), ("out/b", "2\n")], &[])).unwrap();
    scratch.repository.land(&scratch.draft(MAIN, &[("out/b", "3\n")], &["out/a"])).unwrap();
    assert_eq!((scratch.read("out/a"), scratch.read("out/b")), (None, Some("3\n".to_owned())));
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M mine\n?? untracked\n");
}

#[test]
fn a_branch_that_moved_is_left_alone() {
    let scratch = Scratch::new();
    let draft = scratch.draft(MAIN, &[("out/a", "1\n")], &[]);
    scratch.git(&["commit", "-q", "--allow-empty", "-m", "somebody else's"]);
    let before = scratch.git(&["rev-parse", "HEAD"]);
    assert!(matches!(scratch.repository.land(&draft), Err(LandError::Moved { .. })));
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]), before);
    assert_eq!((scratch.read("out/a"), scratch.git(&["status", "--porcelain"])), (None, String::new()));
}

#[test]
fn changes_in_the_way_are_not_overwritten() {
    let scratch = Scratch::new();
    scratch.write("mine", "changed by hand\n");
    let before = scratch.git(&["rev-parse", "HEAD"]);
    let landed = scratch.repository.land(&scratch.draft(MAIN, &[("mine", "generated\n")], &[]));
    assert!(matches!(landed, Err(LandError::InTheWay(_))), "{landed:?}");
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(scratch.read("mine").as_deref(), Some("changed by hand\n"));
}

#[test]
fn an_interrupted_run_is_completed_by_the_next() {
    let scratch = Scratch::new();
    scratch
        .repository
        .land(&scratch.draft(MAIN, &[("out/a", "1\n"), ("out/b", "1\n"), ("out/c", "1\n")], &[]))
        .unwrap();
    let draft = scratch.draft(MAIN, &[("out/a", "2\n"), ("out/b", "2\n"), ("out/d", "2\n")], &["out/c"]);
    // What `land` does up to the moment the work tree follows, and a first file that came through.
    let commit = scratch.repository.write_commit(&draft).unwrap();
    scratch.repository.note_operation(draft.parent.as_ref(), &commit, MAIN).unwrap();
    scratch.repository.move_branch(&draft, &commit).unwrap();
    scratch.write("out/a", "2\n");
    assert_eq!(scratch.repository.resume().unwrap(), Some(commit));
    let files = ["out/a", "out/b", "out/c", "out/d"].map(|path| scratch.read(path));
    assert_eq!(files, [Some("2\n".into()), Some("2\n".into()), None, Some("2\n".into())]);
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    assert_eq!(scratch.repository.resume().unwrap(), None);
}

#[test]
fn a_file_changed_after_the_interruption_stays() {
    let scratch = Scratch::new();
    scratch.repository.land(&scratch.draft(MAIN, &[("out/a", "1\n")], &[])).unwrap();
    let draft = scratch.draft(MAIN, &[("out/a", "2\n")], &[]);
    let commit = scratch.repository.write_commit(&draft).unwrap();
    scratch.repository.note_operation(draft.parent.as_ref(), &commit, MAIN).unwrap();
    scratch.repository.move_branch(&draft, &commit).unwrap();
    scratch.write("out/a", "by hand\n");
    scratch.repository.resume().unwrap();
    assert_eq!(scratch.read("out/a").as_deref(), Some("by hand\n"));
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M out/a\n");
}

#[test]
fn trees_and_blobs_are_read_as_git_has_them() {
    let scratch = Scratch::new();
    let draft = scratch.draft(MAIN, &[("out/ü", "1\n"), ("out/empty", "")], &[]);
    let commit = scratch.repository.land(&draft).unwrap();
    let tree = scratch.repository.tree(&commit).unwrap();
    assert_eq!(tree.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["mine", "out/empty", "out/ü"]);
    let oids: Vec<Oid> = tree.iter().map(|(_, file)| file.oid).collect();
    assert_eq!(scratch.repository.blobs(&oids).unwrap(), [&b"mine\n"[..], b"", b"1\n"]);
    let history = scratch.repository.history(&commit, 10).unwrap();
    assert_eq!(
        history.iter().map(|logged| logged.message.as_str()).collect::<Vec<_>>(),
        ["delivery: generate\n\nWhy.", "first"]
    );
}
