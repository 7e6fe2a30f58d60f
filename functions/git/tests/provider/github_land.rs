//! Commits that land through GitHub's Git Data API, against the emulation.

use std::collections::BTreeMap;

use fairlead_fetch::block_on;
use fairlead_git::landing::{Base, Draft};
use fairlead_git::object::{Commit, Entry, Identity, Kind, Mode, Object, Tree};
use fairlead_git::provider::{ByApi, Provider, Terms};
use fairlead_git::{Branch, LandError, Landed, Landing, Planned, Repository, RepositoryError, Strategy};
use fairlead_world::{Blob, Oid, RepoPath};
use http::Method;
use serde_json::Value;

use crate::github::{AtRoot, api, branch, heavy, losing, ours};

/// What a plan reads, which the emulation does not serve to git.
struct Seen(BTreeMap<Oid, Object>);

impl Repository for Seen {
    fn name(&self) -> &str {
        "seen"
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        Ok(None)
    }

    async fn head(&self, _: &Branch) -> Result<Option<Oid>, RepositoryError> {
        Ok(None)
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        Ok(wanted.iter().filter_map(|oid| Some((*oid, self.0.get(oid)?.clone()))).collect())
    }

    async fn history(&self, _: Oid, _: usize) -> Result<Vec<(Oid, Commit)>, RepositoryError> {
        Ok(Vec::new())
    }

    async fn land(&self, _: &Landing) -> Result<Landed, LandError> {
        Err(LandError::Unknown("nothing lands here".to_owned()))
    }
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

/// Reads a commit's trees through the API.
fn seen(commit: Oid) -> Seen {
    let mut objects = BTreeMap::new();
    let mut wanted = vec![tree_of(commit)];
    let stand_in = Commit { tree: wanted[0], ..commit_of(&[]) };
    objects.insert(commit, stand_in.object());
    while let Some(tree) = wanted.pop() {
        let answer = api(Method::GET, &format!("/git/trees/{tree}"), &Value::Null);
        let mut built = Tree::default();
        for entry in answer["tree"].as_array().unwrap() {
            let mode = if entry["type"] == "tree" { Mode::Folder } else { Mode::File };
            let name = entry["path"].as_str().unwrap().as_bytes().to_vec();
            built.put(Entry { name, mode, oid: oid(&entry["sha"]) });
            wanted.extend((mode == Mode::Folder).then(|| oid(&entry["sha"])));
        }
        let object = Object { kind: Kind::Tree, bytes: built.encode() };
        assert_eq!(object.oid(), tree, "the emulation has git's ids");
        objects.insert(tree, object);
    }
    Seen(objects)
}

fn ann() -> Identity {
    Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 0 }
}

fn commit_of(parents: &[Oid]) -> Commit {
    let (tree, message) = (Oid::ZERO, "m".to_owned());
    Commit { tree, parents: parents.to_vec(), author: ann(), committer: ann(), message, signature: None }
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
    let seen = seen(parent);
    block_on(async { draft.plan(&mut Base::open(&seen, Some(parent)).await.unwrap()).await }).unwrap()
}

fn landing(name: &str, old: Option<Oid>, planned: Planned) -> Landing {
    Landing { branch: Branch::parse(name).unwrap(), old, commits: vec![planned] }
}

/// Lands through the API what was planned on what the API shows. The emulation knows no GraphQL.
fn land(provider: &Provider<AtRoot>, landing: &Landing) -> Result<Landed, LandError> {
    let parent = landing.commits[0].commit.parents[0];
    block_on(ByApi::new(&seen(parent), provider, Terms::default()).land(landing))
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
    assert_eq!(tree_of(head("deploy/trees")), wanted.commit.tree);
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
    let (seen, provider) = (seen(first), ours());
    let own = ByApi::new(&seen, &provider, Terms { own_branch: true, verified: false });
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
