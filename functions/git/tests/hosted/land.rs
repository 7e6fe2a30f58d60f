//! A hosted repository as one that commits land in.

use std::collections::BTreeMap;

use fairlead_git::object::{Commit, Edit, Identity, Kind, Object, Oid, edit};
use fairlead_git::{Branch, LandError, Landing, Planned, Repository as _, Strategy};
use fairlead_world::{Blob, RepoPath};

use crate::support::{
    MAIN, Time, block_on, change, main_of, push, reachable, repository, request, rows, started, tidied, whole,
};

/// Plans a commit that writes one file, on the commit of one file that every test starts with.
pub(crate) fn landing(old: Oid, path: &str, text: &str) -> Landing {
    let (_, objects) = change("one", &[]);
    let known: BTreeMap<Oid, Object> = objects.into_iter().map(|object| (object.oid(), object)).collect();
    let root = known.values().find(|object| object.kind == Kind::Commit).unwrap();
    let root = Commit::parse(&root.bytes).unwrap().tree;
    let path = RepoPath::parse(path).unwrap();
    let file = Object { kind: Kind::Blob, bytes: text.into() };
    let edits = BTreeMap::from([(path.clone(), Edit::Write(file.oid()))]);
    let edited = edit(root, &edits, &|oid| known.get(oid).map(|object| object.bytes.clone())).unwrap();
    let identity =
        Identity { name: "Bot".into(), email: "bot@example.com".into(), seconds: 1_700_000_100, offset: 0 };
    let commit = Commit {
        tree: edited.root,
        parents: vec![old],
        author: identity.clone(),
        committer: identity,
        message: "delivery: generate".into(),
        signature: None,
    };
    let planned = Planned {
        oid: commit.object().oid(),
        commit,
        edits: BTreeMap::from([(path, Some(Blob::from(text.as_bytes())))]),
        trees: edited.trees.into_values().collect(),
    };
    Landing { branch: Branch::parse("main").unwrap(), old: Some(old), commits: vec![planned] }
}

#[test]
fn commits_land_whole_and_are_read_back() {
    let (_, hosted) = repository(&Time::default());
    let main = Branch::parse("main").unwrap();
    assert_eq!(block_on(hosted.default_branch()).unwrap(), None);
    let old = started(&hosted);
    let planned = landing(old, "a/new", "two");
    let landed = block_on(hosted.land(&planned)).unwrap();
    assert_eq!(
        (landed.strategy, landed.commits.as_slice()),
        (Strategy::Hosted, &[planned.commits[0].oid][..])
    );
    assert_eq!(block_on(hosted.head(&main)).unwrap(), Some(planned.commits[0].oid));
    assert_eq!(block_on(hosted.default_branch()).unwrap(), Some(main));
    let history = block_on(hosted.history(planned.commits[0].oid, 10)).unwrap();
    assert_eq!(history.iter().map(|(oid, _)| *oid).collect::<Vec<_>>(), [planned.commits[0].oid, old]);
    assert_eq!(block_on(hosted.history(planned.commits[0].oid, 1)).unwrap().len(), 1);
    assert_eq!(block_on(hosted.head(&Branch::parse("none").unwrap())).unwrap(), None);
    assert_eq!(block_on(hosted.objects(&[old, Oid::ZERO])).unwrap().len(), 1);
    assert_eq!(reachable(&hosted).len(), 8);
}

#[test]
fn a_stale_landing_is_told_where_the_branch_is_and_leaves_nothing() {
    let (sql, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let first = landing(old, "a/new", "two");
    block_on(hosted.land(&first)).unwrap();
    let before = rows(&sql);
    for stale in [landing(old, "a/other", "three"), Landing { old: None, ..landing(old, "a/other", "three") }]
    {
        let error = block_on(hosted.land(&stale)).unwrap_err();
        let head = Some(first.commits[0].oid);
        assert_eq!(error, LandError::Moved { branch: stale.branch, head });
    }
    tidied(&hosted);
    assert_eq!(rows(&sql), before);
}

#[test]
fn a_branch_whose_name_stands_in_the_way_is_refused_and_has_not_moved() {
    let (_, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let branch = Branch::parse("main/below").unwrap();
    let planned = Landing { branch, old: None, ..landing(old, "a/new", "two") };
    let error = block_on(hosted.land(&planned)).unwrap_err();
    assert!(matches!(&error, LandError::Refused { rule, .. } if rule.contains("in the way")), "{error}");
}

/// Who pulls what landed into work of their own has it behind the second parent.
#[test]
fn a_history_goes_along_all_parents_nearest_first() {
    let (_, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let (landed, objects) = change("landed", &[old]);
    push(&hosted, request(MAIN, old, landed, &whole(&objects))).unwrap();
    let (own, mut objects) = change("own", &[old]);
    let (merge, more) = change("merge", &[own, landed]);
    objects.extend(more);
    push(&hosted, request(MAIN, landed, merge, &whole(&objects))).unwrap();
    let history = |depth| {
        let history = block_on(hosted.history(merge, depth)).unwrap();
        history.into_iter().map(|(oid, _)| oid).collect::<Vec<_>>()
    };
    assert_eq!(history(10), [merge, own, landed, old]);
    assert_eq!(history(2), [merge, own, landed]);
    assert_eq!(history(1), [merge]);
}

#[test]
fn a_commit_without_its_trees_does_not_land() {
    let (sql, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let before = rows(&sql);
    let mut planned = landing(old, "a/new", "two");
    planned.commits[0].trees.pop();
    assert!(matches!(block_on(hosted.land(&planned)), Err(LandError::Refused { .. })));
    assert!(matches!(
        block_on(hosted.land(&Landing { commits: Vec::new(), ..planned })),
        Err(LandError::Unfit { .. })
    ));
    tidied(&hosted);
    assert_eq!((rows(&sql), main_of(&hosted)), (before, Some(old)));
}
