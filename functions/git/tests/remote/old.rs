//! Histories that old tools wrote: what real git reads is read, and what is changed becomes what git makes of it.

use fairlead_fetch::block_on;
use fairlead_git::{Repository, RepositoryError, Snapshot};
use fairlead_git_server::Server;
use fairlead_world::{Answer, Blob, Need, World};

use crate::support::{commit, draft, landing, oid, ours, path, planned, tree};

fn write(repository: &fairlead_git_server::Repository, kind: &str, bytes: &[u8]) -> String {
    repository.git_with(&["hash-object", "-t", kind, "-w", "--literally", "--stdin"], bytes)
}

/// A commit of a tree on `main`, as somebody else's tool makes it.
fn put(repository: &fairlead_git_server::Repository, root: &str) -> String {
    let commit = repository.git(&["commit-tree", "-m", "old", root]);
    repository.git(&["update-ref", "refs/heads/main", &commit]);
    commit
}

#[test]
fn commits_whose_authors_are_malformed_are_part_of_the_history() {
    for identities in [
        "author A <a@b> 1313584730 +051800\ncommitter A <a@b> 1313584730 +051800\n",
        "author A 1313584730 +0000\ncommitter A 1313584730 +0000\n",
        "author A <a@b>\ncommitter A <a@b>\n",
    ] {
        let server = Server::start();
        let repository = server.repository("shop");
        let first = repository.commit("main", &[("a", Some("a\n"))]);
        let root = repository.git(&["rev-parse", "main^{tree}"]);
        let text = format!("tree {root}\nparent {first}\n{identities}\nOld.\n");
        let old = write(&repository, "commit", text.as_bytes());
        repository.git(&["update-ref", "refs/heads/main", &old]);
        let ours = ours(&server.url("shop"));
        let history = block_on(ours.history(oid(&old), 9)).unwrap();
        let told: Vec<(String, &str)> =
            history.iter().map(|(oid, past)| (oid.to_string(), past.message.as_str())).collect();
        assert_eq!(told[0], (old.clone(), "Old.\n"), "{identities}");
        assert_eq!((told.len(), &told[1].0), (2, &first), "{identities}");
        assert_eq!(block_on(ours.root(oid(&old))), Ok(Some(oid(&root))));
        let landed = commit(&ours, &[("b", Some("b\n"))]).unwrap();
        assert_eq!(landed.commits[0].to_string(), repository.head("main"));
        assert_eq!(repository.git(&["rev-parse", "main^"]), old);
    }
}

/// Trees with modes of old tools, and what git makes of changes in them.
#[test]
fn a_change_among_old_modes_makes_the_tree_that_git_makes() {
    let server = Server::start();
    let repository = server.repository("shop");
    let blob = write(&repository, "blob", b"x\n");
    let old = write(&repository, "tree", &tree(&[("100640", "f", &blob), ("100664", "g", &blob)]));
    let folder = write(&repository, "tree", &tree(&[("100775", "run", &blob), ("040000", "sub", &old)]));
    let root = write(
        &repository,
        "tree",
        &tree(&[
            ("0100644", "a", &blob),
            ("040000", "dir", &folder),
            ("100777", "e", &blob),
            ("120777", "link", &blob),
            ("040000", "old", &old),
        ]),
    );
    let head = put(&repository, &root);
    let ours = ours(&server.url("shop"));
    let changes: [&[(&str, Option<&str>)]; 7] = [
        &[("new", Some("new\n"))],
        &[("dir/sub/f", Some("new\n"))],
        &[("dir/sub/g", None)],
        &[("dir/run", Some("new\n"))],
        &[("old/f", None), ("old/g", None)],
        &[("a", None), ("e", Some("new\n")), ("old/x", Some("new\n"))],
        &[("dir/nothing", None)],
    ];
    for change in changes {
        repository.git(&["read-tree", &root]);
        for (path, text) in change {
            let staged = repository.git(&["ls-files", "-s", path]);
            let mode = staged.split(' ').next().filter(|mode| !mode.is_empty());
            // What is not there is removed by nobody.
            let (mode, blob) = match (mode, text) {
                (None, None) => continue,
                (Some(_), None) => ("0", blob.clone()),
                (mode, Some(text)) => (mode.unwrap_or("100644"), write(&repository, "blob", text.as_bytes())),
            };
            let line = format!("{mode} {blob}\t{path}\0");
            repository.git_with(&["update-index", "-z", "--index-info"], line.as_bytes());
        }
        let wanted = repository.git(&["write-tree"]);
        let planned = planned(&ours, draft(Some(oid(&head)), change));
        assert_eq!(planned.commit.tree.to_string(), wanted, "{change:?}");
        if change[0].0 != "dir/nothing" {
            repository.git(&["update-ref", "refs/heads/main", &head]);
            block_on(ours.land(&landing(Some(oid(&head)), planned))).unwrap();
        }
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_told_where_somebody_looks_into_it() {
    let server = Server::start();
    let repository = server.repository("shop");
    let blob = write(&repository, "blob", b"x\n");
    let broken = write(&repository, "tree", &tree(&[("100644", "z", &blob), ("100644", "a", &blob)]));
    let folder = write(&repository, "tree", &tree(&[("40000", "broken", &broken), ("100644", "f", &blob)]));
    let root =
        write(&repository, "tree", &tree(&[("40000", "good", &old(&repository)), ("40000", "in", &folder)]));
    let head = oid(&put(&repository, &root));
    let ours = ours(&server.url("shop"));
    let is_told = |error: &RepositoryError| {
        assert!(matches!(error, RepositoryError::Folder { path, .. } if path == "in/broken"), "{error}");
        assert!(error.is_lasting() && error.to_string().contains(&broken), "{error}");
    };
    block_on(async {
        let mut snapshot = Snapshot::of(&ours, head).await.unwrap();
        snapshot.supply(&ours, &[Need::Folder(path("good")), Need::File(path("in/f"))]).await.unwrap();
        assert_eq!(snapshot.world().read(&path("in/f")), Answer::Found(Blob::from("x\n")));
        assert_eq!(snapshot.files(&ours, Some(&[path("good")])).await.unwrap().len(), 1);
        is_told(&snapshot.files(&ours, None).await.unwrap_err());
        for need in [Need::Folder(path("in/broken")), Need::File(path("in/broken/a"))] {
            is_told(&snapshot.supply(&ours, &[need]).await.unwrap_err());
        }
    });
    // It comes along untouched with a change beside it, and nothing is changed in it.
    commit(&ours, &[("in/f", Some("new\n"))]).unwrap();
    assert_eq!(repository.git(&["rev-parse", "main:in/broken"]), broken);
    let error = commit(&ours, &[("in/broken/a", Some("new\n"))]).unwrap_err().to_string();
    assert!(error.contains("the folder `in/broken` cannot be read"), "{error}");
    put(&repository, &broken);
    let error = commit(&ours, &[("a", Some("new\n"))]).unwrap_err().to_string();
    assert!(error.contains("the folder `.` cannot be read"), "{error}");
}

fn old(repository: &fairlead_git_server::Repository) -> String {
    let blob = write(repository, "blob", b"x\n");
    write(repository, "tree", &tree(&[("100640", "f", &blob)]))
}
