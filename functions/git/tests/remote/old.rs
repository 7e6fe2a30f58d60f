//! Histories that old tools wrote: what real git reads is read, and what is changed becomes what git makes of it.

use fairlead_fetch::block_on;
use fairlead_git::Repository;
use fairlead_git_server::Server;

use crate::support::{commit, oid, ours};

fn write(repository: &fairlead_git_server::Repository, kind: &str, bytes: &[u8]) -> String {
    repository.git_with(&["hash-object", "-t", kind, "-w", "--literally", "--stdin"], bytes)
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
