//! Others at the same branch: they push, rewrite, delete and make it again.

use fairlead_fetch::Body;
use fairlead_git::hosted::Hosted;
use fairlead_git::object::{Commit, Edit, Identity, Kind, Object, Oid, edit};
use fairlead_git::{Branch, Landing, Planned, Repository as _};
use fairlead_sqlite::Sqlite;
use fairlead_world::{Blob, RepoPath};
use sha1::{Digest as _, Sha1};

use super::super::poll::finish;
use super::server::Guard;

pub(crate) fn main() -> Branch {
    Branch::parse("main").unwrap()
}

pub(crate) fn read(hosted: &Hosted<Sqlite>, oid: Oid) -> Object {
    let found = finish(hosted.objects(&[oid])).unwrap().remove(&oid);
    found.unwrap_or_else(|| panic!("{oid} is missing"))
}

pub(crate) fn commit(hosted: &Hosted<Sqlite>, oid: Oid) -> Commit {
    Commit::parse(&read(hosted, oid).bytes).unwrap()
}

/// Somebody else sets a file.
pub(crate) fn write(hosted: &Hosted<Sqlite>, now: i64, path: &str, contents: &str) {
    write_to(&main(), hosted, now, path, contents);
}

pub(crate) fn write_to(branch: &Branch, hosted: &Hosted<Sqlite>, now: i64, path: &str, contents: &str) {
    let old = finish(hosted.head(branch)).unwrap();
    let root = old.map_or(Oid::ZERO, |head| commit(hosted, head).tree);
    let blob = Object { kind: Kind::Blob, bytes: contents.into() };
    let path = RepoPath::parse(path).unwrap();
    let edits = [(path.clone(), Edit::Write(blob.oid()))].into();
    let edited = edit(root, &edits, &|oid| Some(read(hosted, *oid).bytes)).unwrap();
    let (name, email) = ("Somebody Else".to_owned(), "else@example.com".to_owned());
    let identity = Identity { name, email, seconds: now, offset: 0 };
    let commit = Commit {
        tree: edited.root,
        parents: old.into_iter().collect(),
        author: identity.clone(),
        committer: identity,
        message: format!("foreign: set {path}\n"),
        signature: None,
    };
    let planned = Planned {
        oid: commit.object().oid(),
        commit,
        edits: [(path, Some(Blob::from(contents.to_owned())))].into(),
        trees: edited.trees.into_values().collect(),
    };
    finish(hosted.land(&Landing { branch: branch.clone(), old, commits: vec![planned] })).unwrap();
}

/// Somebody else throws the newest commits away, or all of the branch.
pub(crate) fn rewind(hosted: &Hosted<Sqlite>, by: u64) {
    let Some(old) = finish(hosted.head(&main())).unwrap() else { return };
    let mut new = Some(old);
    for _ in 0..by {
        new = new.and_then(|oid| commit(hosted, oid).parents.first().copied());
    }
    if new == Some(old) {
        return;
    }
    let line = format!("{old} {} refs/heads/main\0 report-status", new.unwrap_or(Oid::ZERO));
    let mut request = format!("{:04x}{line}0000", line.len() + 4).into_bytes();
    if new.is_some() {
        let empty = b"PACK\0\0\0\x02\0\0\0\0";
        request.extend(empty);
        request.extend(Sha1::digest(empty));
    }
    let guard = Guard { frozen: std::rc::Rc::default(), rewind: true };
    let report = finish(hosted.receive_pack(Body::from(request), &guard)).unwrap();
    let report = finish(report.collect(1 << 20)).unwrap();
    let report = String::from_utf8_lossy(&report);
    assert!(report.contains("ok refs/heads/main"), "{report}");
}
