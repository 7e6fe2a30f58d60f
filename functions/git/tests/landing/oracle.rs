//! What must hold whatever happened: the branch is some serial order of what was accepted, each request is in it exactly
//! once or was told that it is not, and every commit changes what it says and nothing else.

use std::collections::BTreeMap;

use fairlead_git::landing::plan::operation_of;
use fairlead_git::landing::{Journal, OperationId, Outcome};
use fairlead_git::object::Mode;
use fairlead_world::Oid;

use super::edit::Edit;
use super::journal::FailingJournal;
use super::server::{Server, blob};

pub(crate) fn check(server: &Server, journal: &FailingJournal<impl Journal>, forced: bool) {
    let edits: BTreeMap<OperationId, Edit> = journal
        .operations()
        .into_iter()
        .map(|operation| (operation.id, Edit::read(&operation.payload)))
        .collect();
    let mut ever: BTreeMap<OperationId, Vec<Oid>> = BTreeMap::new();
    for oid in server.applied.borrow().iter() {
        if let Some(operation) = operation_of(&server.commit(*oid).message) {
            ever.entry(operation).or_default().push(*oid);
        }
    }
    let mut in_history: BTreeMap<OperationId, usize> = BTreeMap::new();
    let mut at = server.head.get();
    while let Some(oid) = at {
        let commit = server.commit(oid);
        at = commit.parents.first().copied();
        check_change(server, oid, &edits);
        if let Some(operation) = operation_of(&commit.message) {
            *in_history.entry(operation).or_default() += 1;
        }
    }
    for id in edits.keys() {
        let outcome = journal.known(id).unwrap_or_else(|| panic!("{id} never had an outcome"));
        let times = in_history.get(id).copied().unwrap_or_default();
        match outcome {
            Outcome::Landed(commit) => {
                let commits = ever.get(id).cloned().unwrap_or_default();
                assert!(commits.contains(&commit), "{id} was told {commit}, which is none of {commits:?}");
                if forced {
                    assert!(times <= 1, "{id} is in the history {times} times");
                } else {
                    assert_eq!((times, commits.len()), (1, 1), "{id} landed as {commits:?}");
                }
            }
            other => assert!(!ever.contains_key(id), "{id} was told {other:?}, and landed"),
        }
    }
}

/// Whether a commit changed the one file that it was for, and no other.
fn check_change(server: &Server, oid: Oid, edits: &BTreeMap<OperationId, Edit>) {
    let commit = server.commit(oid);
    let after = files(server, Some(commit.tree));
    let before = files(server, commit.parents.first().map(|parent| server.commit(*parent).tree));
    let changed: Vec<&String> = after
        .keys()
        .chain(before.keys().filter(|path| !after.contains_key(*path)))
        .filter(|path| after.get(*path) != before.get(*path))
        .collect();
    match operation_of(&commit.message) {
        Some(id) => {
            let edit = edits.get(&id).unwrap_or_else(|| panic!("nobody asked for {id}"));
            assert_eq!(changed, [&edit.path], "{id} changed something else");
            assert_eq!(after[&edit.path], blob(&edit.contents), "{id} wrote something else");
        }
        None => assert!(changed.len() <= 1, "{oid} changed {changed:?}"),
    }
}

fn files(server: &Server, tree: Option<Oid>) -> BTreeMap<String, Oid> {
    let mut files = BTreeMap::new();
    let mut folders: Vec<(String, Oid)> = tree.map(|tree| (String::new(), tree)).into_iter().collect();
    while let Some((prefix, oid)) = folders.pop() {
        for entry in server.tree(oid).entries() {
            let path = format!("{prefix}{}", String::from_utf8_lossy(&entry.name));
            if entry.mode == Mode::Folder {
                folders.push((format!("{path}/"), entry.oid));
            } else {
                files.insert(path, entry.oid);
            }
        }
    }
    files
}
