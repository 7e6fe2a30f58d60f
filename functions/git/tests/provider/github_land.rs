//! Commits that land through GitHub's Git Data API, against the emulation.

use std::rc::Rc;

use fairlead_fetch::block_on;
use fairlead_git::landing::{Base, Draft};
use fairlead_git::object::Identity;
use fairlead_git::provider::{ApiReader, ByApi, Provider, Terms};
use fairlead_git::{Branch, LandError, Landed, Landing, Planned, Repository, Snapshot, Strategy};
use fairlead_world::{Blob, Oid, RepoPath};
use http::Method;
use serde_json::Value;

use crate::github::{AtRoot, api, branch, heavy, losing, ours};

/// The emulation serves no git: what a plan reads comes through the API, too.
fn reader() -> ApiReader<AtRoot> {
    ApiReader::new(Rc::new(ours()))
}

fn oid(value: &Value) -> Oid {
    Oid::parse(value.as_str().unwrap()).unwrap()
}

fn head(name: &str) -> Oid {
    oid(&api(Method::GET, &format!("/git/ref/heads/{name}"), &Value::Null)["object"]["sha"])
}

fn tree_of(commit: Oid) -> Oid {
    oid(&api(Method::GET, &format!("/git/commits/{commit}"), &Value::Null)["tree"]["sha"])
}

fn ann() -> Identity {
    Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 0 }
}

fn planned(parent: Oid, files: Vec<(String, Option<Vec<u8>>)>) -> Planned {
    let edits =
        files.into_iter().map(|(path, bytes)| (RepoPath::parse(&path).unwrap(), bytes.map(Blob::from)));
    let draft = Draft {
        parent: Some(parent),
        edits: edits.collect(),
        author: ann(),
        committer: ann(),
        message: "delivery: generate\n\nWhy.".to_owned(),
        key: None,
    };
    let reader = reader();
    block_on(async { draft.plan(&mut Base::open(&reader, Some(parent)).await.unwrap()).await }).unwrap()
}

fn landing(name: &str, old: Option<Oid>, planned: Planned) -> Landing {
    Landing { branch: Branch::parse(name).unwrap(), old, commits: vec![planned] }
}

/// Lands through the API what was planned on what the API shows. The emulation knows no GraphQL.
fn land(provider: &Provider<AtRoot>, landing: &Landing) -> Result<Landed, LandError> {
    block_on(ByApi::new(&reader(), provider, Terms::default()).land(landing))
}

fn file(path: &str, text: &str) -> (String, Option<Vec<u8>>) {
    (path.to_owned(), Some(text.as_bytes().to_vec()))
}

#[test]
#[ignore = "needs the emulation of GitHub"]
fn github_makes_the_trees_that_were_planned() {
    branch("deploy/trees");
    let first = head("deploy/trees");
    let mut files: Vec<_> =
        (0..400).map(|n| file(&format!("out/{}/{n}.yaml", n % 7), &format!("n: {n}\n"))).collect();
    files.push(("out/binary".to_owned(), Some(vec![0xff, 0, 0xfe])));
    files.push(file("out/large.yaml", &"large: true\n".repeat(100_000)));
    let wanted = planned(first, files);
    let landed = land(&ours(), &landing("deploy/trees", Some(first), wanted.clone())).unwrap();
    let second = head("deploy/trees");
    assert_eq!((landed.commits.last(), landed.strategy), (Some(&second), Strategy::GithubTrees));
    assert_eq!(tree_of(second), wanted.commit.tree);

    let change = vec![file("out/1/1.yaml", "n: one\n"), ("out/2/2.yaml".to_owned(), None)];
    let wanted = planned(second, change);
    land(&ours(), &landing("deploy/trees", Some(second), wanted.clone())).unwrap();
    let third = head("deploy/trees");
    assert_eq!(tree_of(third), wanted.commit.tree);

    let ours = reader();
    let branch = Branch::parse("deploy/trees").unwrap();
    assert_eq!(block_on(ours.default_branch()), Ok(Some(Branch::parse("main").unwrap())));
    assert_eq!(block_on(ours.head(&branch)), Ok(Some(third)));
    assert_eq!(block_on(ours.head(&Branch::parse("deploy/none").unwrap())), Ok(None));
    let line = [third, second, first];
    for depth in 1..=3 {
        let history = block_on(ours.history(third, depth)).unwrap();
        assert_eq!(history.iter().map(|(oid, _)| *oid).collect::<Vec<_>>(), line[..depth]);
    }
    let read = |path: &str| {
        let path = RepoPath::parse(path).unwrap();
        let blob = block_on(async { Base::open(&ours, Some(third)).await.unwrap().file(&path).await });
        blob.unwrap().map(|blob| blob.bytes().to_vec())
    };
    assert_eq!(read("out/1/1.yaml").as_deref(), Some(&b"n: one\n"[..]));
    assert_eq!(read("out/binary").as_deref(), Some(&[0xff, 0, 0xfe][..]));
    assert_eq!(read("out/large.yaml").map(|bytes| bytes.len()), Some(1_200_000));
    assert_eq!(read("out/2/2.yaml"), None);
    let mut snapshot = block_on(Snapshot::of(&ours, third)).unwrap();
    let files = block_on(snapshot.files(&ours, None)).unwrap();
    assert_eq!(files.iter().filter(|file| file.path.starts_with("out/")).count(), 401);
}

#[test]
#[ignore = "needs the emulation of GitHub"]
fn github_moves_a_branch_from_where_it_was_planned_or_not_at_all() {
    branch("deploy/moved");
    let first = head("deploy/moved");
    let ours_first = landing("deploy/moved", Some(first), planned(first, vec![file("a", "1")]));
    let theirs = landing("deploy/moved", Some(first), planned(first, vec![file("b", "2")]));
    land(&ours(), &ours_first).unwrap();
    let second = head("deploy/moved");
    let error = land(&ours(), &theirs).unwrap_err();
    assert!(matches!(error, LandError::Moved { head: Some(at), .. } if at == second), "{error}");
    assert_eq!(head("deploy/moved"), second);
    let replaced = landing("deploy/moved", Some(second), planned(first, vec![file("c", "3")]));
    let error = land(&ours(), &replaced).unwrap_err();
    assert!(matches!(error, LandError::Unfit { .. }), "{error}");
    assert_eq!(head("deploy/moved"), second);
    // A branch that nobody else writes is replaced, from where it was.
    let (reader, provider) = (reader(), ours());
    let own = ByApi::new(&reader, &provider, Terms { own_branch: true, verified: false });
    block_on(own.land(&replaced)).unwrap();
    let third = head("deploy/moved");
    let parents = &api(Method::GET, &format!("/git/commits/{third}"), &Value::Null)["parents"];
    assert_eq!((parents.as_array().map(Vec::len), oid(&parents[0]["sha"])), (Some(1), first));
    let late = landing("deploy/moved", Some(second), planned(first, vec![file("d", "4")]));
    assert!(matches!(block_on(own.land(&late)), Err(LandError::Moved { .. })));
}

#[test]
#[ignore = "needs the emulation of GitHub"]
fn github_is_asked_where_the_branch_is_when_an_answer_is_lost() {
    branch("deploy/lost");
    let first = head("deploy/lost");
    let wanted = landing("deploy/lost", Some(first), planned(first, vec![file("a", "1")]));
    let landed = land(&losing(502), &wanted).unwrap();
    assert_eq!(landed.commits.last(), Some(&head("deploy/lost")));
    assert_ne!(head("deploy/lost"), first);
}

#[test]
#[ignore = "needs the emulation of GitHub"]
fn github_gets_smaller_steps_where_a_tree_is_too_much_at_once() {
    let files = || (0..300).map(|n| file(&format!("many/{n}.yaml"), &format!("n: {n}\n"))).collect();
    for status in [422, 405, 502] {
        let name = format!("deploy/heavy-{status}");
        branch(&name);
        let first = head(&name);
        let wanted = landing(&name, Some(first), planned(first, files()));
        land(&heavy(40, status), &wanted).unwrap();
        assert_eq!(tree_of(head(&name)), wanted.commits[0].commit.tree);
    }
    branch("deploy/heavy");
    let first = head("deploy/heavy");
    let wanted = landing("deploy/heavy", Some(first), planned(first, files()));
    for (status, lasts) in [(422, true), (502, false)] {
        let error = land(&heavy(2, status), &wanted).unwrap_err();
        let unfit = matches!(&error, LandError::Unfit { why, .. } if why.ends_with("push instead"));
        assert_eq!(unfit, lasts, "{error}");
    }
    assert_eq!(head("deploy/heavy"), first);
}
