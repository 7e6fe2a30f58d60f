//! Repositories that are read through their providers' APIs alone: the same as git's protocol brings, however it is cut
//! into pages, within a number of requests, and no lie is believed.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fairlead_fetch::{Guarded, Native, Policy, block_on};
use fairlead_git::object::Kind as ObjectKind;
use fairlead_git::provider::{ApiReader, Kind};
use fairlead_git::push::{Http, Remote};
use fairlead_git::{Branch, Cache, File, Repository, RepositoryError, Snapshot};
use fairlead_git_server::{Repository as Bare, Server};
use fairlead_world::{Answer, Need, Oid, RepoPath, World};
use serde_json::Value;

use crate::read_stand_in::Api;
use crate::support::address;

pub(crate) const ALL: [Kind; 3] = [Kind::Github, Kind::Gitlab, Kind::Gitea];

/// A history with a merge, and everything that a folder can hold.
pub(crate) fn shop(server: &Server) -> Bare {
    let repository = server.repository("shop");
    repository.commit("main", &[("README", Some("shop\n")), ("a/b/c/deep", Some("1\n"))]);
    for number in 0..7 {
        let name = format!("out/unit-{number}/manifest.yaml");
        repository.commit("main", &[(&name, Some(&format!("n: {number}\n"))), ("out/same/x", Some("x\n"))]);
    }
    let stream = "commit refs/heads/main\ncommitter A <a@b> 1700000001 +0200\ndata 5\nüber\nfrom refs/heads/main^0\n\
        M 100755 inline run\ndata 3\n#!\n\nM 120000 inline link\ndata 6\nREADME\n\
        M 160000 1111111111111111111111111111111111111111 module\n\
        M 100644 inline \"sp ace/\\303\\274n\\303\\257 & more?.yaml\"\ndata 4\na: \n\nM 100644 inline empty\ndata 0\n\n\
        M 100644 inline again/same/x\ndata 2\nx\n\n\
        commit refs/heads/team/side\ncommitter A <a@b> 1700000002 -0330\ndata 4\nside\nfrom refs/heads/main\n\
        M 100644 inline side\ndata 2\ns\n\n\
        commit refs/heads/main\ncommitter A <a@b> 1700000003 +0000\ndata 5\nmerge\n\
        merge refs/heads/team/side\nM 100644 inline side\ndata 2\ns\n\n";
    repository.git_with(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    repository
}

pub(crate) fn branch(name: &str) -> Branch {
    Branch::parse(name).unwrap()
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn git(server: &Server) -> Remote<Http<Native>> {
    let fetch = Guarded::native(Policy::own_machine());
    Remote::new(Http::new(fetch, address(&server.url("shop")), None).unwrap())
}

fn head(repository: &Bare) -> Oid {
    Oid::parse(&repository.head("main")).unwrap()
}

/// Every file of a commit.
fn files(repository: &impl Repository, commit: Oid, within: Option<&[RepoPath]>) -> Vec<File> {
    try_files(repository, commit, within).unwrap()
}

fn try_files(
    repository: &impl Repository,
    commit: Oid,
    within: Option<&[RepoPath]>,
) -> Result<Vec<File>, RepositoryError> {
    let mut files = block_on(async {
        let mut snapshot = Snapshot::of(repository, commit).await?;
        snapshot.files(repository, within).await
    })?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// What one file has in it.
fn read(repository: &impl Repository, commit: Oid, file: &str) -> Result<Answer<Vec<u8>>, RepositoryError> {
    block_on(async {
        let mut snapshot = Snapshot::of(repository, commit).await?;
        snapshot.supply(repository, &[Need::File(path(file))]).await?;
        Ok(match snapshot.world().read(&path(file)) {
            Answer::Found(blob) => Answer::Found(blob.bytes().to_vec()),
            Answer::Absent => Answer::Absent,
            Answer::Needed => Answer::Needed,
        })
    })
}

#[test]
fn branches_commits_and_files_are_those_that_git_reads() {
    let server = Server::start();
    let repository = shop(&server);
    let (git, head) = (git(&server), head(&repository));
    let expected = files(&git, head, None);
    assert_eq!(expected.len(), 17, "{expected:?}");
    for kind in ALL {
        let api = Api::of(kind, &repository);
        let ours = api.reader();
        assert_eq!(block_on(ours.default_branch()).unwrap(), Some(branch("main")));
        for name in ["main", "team/side", "none"] {
            assert_eq!(
                block_on(ours.head(&branch(name))),
                block_on(git.head(&branch(name))),
                "{kind} {name}"
            );
        }
        assert_eq!(files(&ours, head, None), expected, "{kind}");
        let within = [path("out/same"), path("a/b"), path("none")];
        assert_eq!(files(&ours, head, Some(&within)), files(&git, head, Some(&within)), "{kind}");
        for file in &expected {
            assert_eq!(read(&ours, head, &file.path), read(&git, head, &file.path), "{kind} {}", file.path);
        }
        assert_eq!(read(&ours, head, "out/none").unwrap(), Answer::Absent);
        for depth in [0, 1, 2, 3, 5, 100] {
            let expected = block_on(git.history(head, depth)).unwrap();
            for page in [1, 2, 3, 100] {
                api.commits.set(page);
                assert_eq!(
                    block_on(api.reader().history(head, depth)).unwrap(),
                    expected,
                    "{kind} {depth} {page}"
                );
            }
        }
    }
}

/// Everything that is reached from a commit is what git has, however few entries come at once.
#[test]
fn a_list_that_is_cut_short_is_never_taken_for_all_there_is() {
    let server = Server::start();
    let repository = shop(&server);
    let head = head(&repository);
    let expected = files(&git(&server), head, None);
    for kind in ALL {
        let api = Api::of(kind, &repository);
        for page in 1..40 {
            api.page.set(page);
            assert_eq!(files(&api.reader(), head, None), expected, "{kind}, {page} at once");
            let ours = api.reader();
            let root = block_on(ours.root(head)).unwrap().unwrap();
            let trees = block_on(ours.trees(&[root], 1000)).unwrap().unwrap();
            let all = api.objects(ObjectKind::Tree);
            assert!(trees.iter().all(|(oid, tree)| all.get(oid) == Some(tree)));
            let below =
                repository.git(&["ls-tree", "-r", "-t", "--format=%(objecttype) %(objectname)", "main"]);
            let below = below.lines().filter_map(|line| line.strip_prefix("tree "));
            let below: BTreeSet<Oid> = below.map(|oid| Oid::parse(oid).unwrap()).chain([root]).collect();
            assert_eq!(trees.into_keys().collect::<BTreeSet<_>>(), below, "{kind}, {page} at once");
        }
        let root = block_on(api.reader().root(head)).unwrap().unwrap();
        let ours = api.reader();
        block_on(ours.root(head)).unwrap();
        assert_eq!(block_on(ours.trees(&[root], 5)), Ok(None), "there are more");
    }
}

/// GitLab has no id for a commit's tree: what it lists there has to be shown to be whole.
#[test]
fn what_is_lost_between_pages_is_found_or_told() {
    let server = Server::start();
    let repository = shop(&server);
    let head = head(&repository);
    let expected = files(&git(&server), head, None);
    // With a signature, say, which the API does not tell.
    for known_by_its_words in [true, false] {
        for loses in [false, true] {
            let api = Api::of(Kind::Gitlab, &repository);
            api.loses.set(loses);
            if !known_by_its_words {
                api.lies(|asked, answer| {
                    if asked.contains("/commits/") {
                        set(answer, &["author_name"], "Somebody");
                    }
                });
            }
            let mut told = 0;
            for page in 1..45 {
                api.page.set(page);
                match try_files(&api.reader(), head, None) {
                    Ok(listed) => assert_eq!(listed, expected, "{page} at once"),
                    Err(error) => {
                        told += 1;
                        assert!(
                            error.to_string().contains("lists its root in two ways that differ"),
                            "{error}"
                        );
                    }
                }
            }
            // There are ten things in the root.
            assert_eq!(told, if loses && !known_by_its_words { 9 } else { 0 });
        }
    }
}

#[test]
fn few_requests_are_made_and_none_twice() {
    let server = Server::start();
    let repository = shop(&server);
    let head = head(&repository);
    for kind in ALL {
        let api = Api::of(kind, &repository);
        let cache = Rc::new(Cache::default());
        let ours = api.reader().with_cache(cache.clone());
        files(&ours, head, None);
        assert_eq!(api.requests(), 2, "{kind}: the commit, and all folders");
        let needs: Vec<Need> =
            (0..7).map(|n| Need::File(path(&format!("out/unit-{n}/manifest.yaml")))).collect();
        let supply = |ours: &ApiReader<&Api>| {
            block_on(async {
                let mut snapshot = Snapshot::of(ours, head).await.unwrap();
                snapshot.supply(ours, &needs).await.unwrap();
                snapshot.supply(ours, &[Need::Folder(path("out"))]).await.unwrap();
            });
        };
        supply(&ours);
        assert_eq!(api.requests(), 7, "{kind}: the files that are needed, and no others");
        supply(&ours);
        assert_eq!(api.requests(), 0, "{kind}");
        supply(&api.reader().with_cache(cache));
        assert!(api.requests() <= 2, "{kind}: what another reader read is at hand");
    }
}

/// Where listing everything is not worth it, only the folders on the way are listed.
#[test]
fn of_a_large_repository_only_what_is_needed_is_read() {
    let server = Server::start();
    let repository = server.repository("shop");
    let many: Vec<(String, String)> =
        (0..3000).map(|n| (format!("d{}/f{n}", n % 40), format!("{n}"))).collect();
    let many: Vec<(&str, Option<&str>)> =
        many.iter().map(|(path, text)| (path.as_str(), Some(&**text))).collect();
    repository.commit("main", &many);
    repository.commit("main", &[("a/b/c", Some("1\n"))]);
    let head = head(&repository);
    for kind in ALL {
        let api = Api::of(kind, &repository);
        // Of GitHub's and Gitea's largest pages so much is left.
        api.page.set(100);
        assert_eq!(read(&api.reader(), head, "a/b/c").unwrap(), Answer::Found(b"1\n".to_vec()));
        let requests = api.requests();
        assert!(requests <= 12, "{kind}: {requests}");
    }
}

#[test]
fn what_would_take_too_many_requests_is_told_before_they_are_made() {
    let server = Server::start();
    let repository = shop(&server);
    let head = head(&repository);
    for kind in ALL {
        let api = Api::of(kind, &repository);
        let ours = api.reader().with_most(6);
        let error = block_on(async {
            let mut snapshot = Snapshot::of(&ours, head).await.unwrap();
            let needs: Vec<Need> =
                (0..7).map(|n| Need::File(path(&format!("out/unit-{n}/manifest.yaml")))).collect();
            snapshot.supply(&ours, &needs).await.unwrap_err()
        });
        assert!(matches!(error, RepositoryError::TooMuch { most: 6, .. }) && error.is_lasting(), "{error}");
        assert!(error.to_string().contains("takes more than 6 requests: let git's own protocol"), "{error}");
        assert_eq!(api.requests(), 2, "{kind}");
    }
}

#[test]
fn after_a_limit_reading_goes_on_where_it_was() {
    let server = Server::start();
    let repository = shop(&server);
    let head = head(&repository);
    for kind in ALL {
        let api = Api::of(kind, &repository);
        let ours = api.reader();
        let mut snapshot = block_on(Snapshot::of(&ours, head)).unwrap();
        let needs: Vec<Need> =
            (0..7).map(|n| Need::File(path(&format!("out/unit-{n}/manifest.yaml")))).collect();
        api.requests();
        api.limit.set(Some(3));
        let error = block_on(snapshot.supply(&ours, &needs)).unwrap_err();
        assert!(matches!(error, RepositoryError::RateLimited { wait: Some(7), .. }), "{kind}: {error}");
        block_on(snapshot.supply(&ours, &needs)).unwrap();
        assert!(api.requests() <= 7 + 4, "{kind}: what was on its way at most is asked for again");
    }
}

#[test]
fn what_is_not_there_is_told_apart_from_a_repository_that_is_not() {
    let server = Server::start();
    let repository = shop(&server);
    let nowhere = Oid::parse(&"12".repeat(20)).unwrap();
    for kind in ALL {
        let api = Api::of(kind, &repository);
        let ours = api.reader();
        assert_eq!(block_on(ours.root(nowhere)), Ok(None));
        assert_eq!(block_on(ours.objects(&[nowhere])).unwrap(), BTreeMap::new());
        assert_eq!(block_on(ours.history(nowhere, 3)).unwrap(), []);
        let error = block_on(Snapshot::of(&ours, nowhere)).unwrap_err();
        assert!(error.to_string().contains("does not hand out the commit"), "{error}");
        let empty = server.repository("empty");
        assert_eq!(block_on(Api::of(kind, &empty).reader().head(&branch("main"))), Ok(None));
        // A branch of a repository that nobody may see.
        api.hidden.set(true);
        let error = block_on(ours.head(&branch("main"))).unwrap_err();
        assert!(matches!(error, RepositoryError::NotFound { .. }), "{error}");
    }
}

type Lie = (&'static str, fn(&mut Value), &'static str);

const EMPTY: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

fn set(entry: &mut Value, names: &[&str], text: &str) {
    for name in names {
        if let Some(field) = entry.get_mut(*name) {
            *field = text.into();
        }
    }
}

fn each(list: &mut Value, names: &[&str], text: &str) {
    list.as_array_mut().unwrap().iter_mut().for_each(|entry| set(entry, names, text));
}

/// A file comes wrapped in JSON, or as it is.
fn contents(answer: &mut Value, raw: &str, name: &str, wrapped: Value) {
    if answer.is_string() { *answer = raw.into() } else { answer[name] = wrapped }
}

/// Each lie, where it is told, and what is said of it.
fn lies() -> Vec<Lie> {
    fn list(list: &mut Value) -> &mut Vec<Value> {
        list.as_array_mut().unwrap()
    }
    vec![
        ("tree", |all| drop(list(all).pop()), ""),
        ("tree", |all| drop(list(all).remove(0)), ""),
        ("tree", |all| list(all).clear(), ""),
        ("tree", |all| list(all).extend_from_within(..1), ""),
        ("tree", |all| each(all, &["path"], ".."), ""),
        ("tree", |all| each(all, &["path"], "/etc/passwd"), ""),
        ("tree", |all| each(all, &["path"], "../../x"), ""),
        ("tree", |all| each(all, &["path"], "a//b"), ""),
        ("tree", |all| each(all, &["path"], "a\u{0}b"), ""),
        ("tree", |all| each(all, &["mode"], "100755"), ""),
        ("tree", |all| each(all, &["mode"], "7"), ""),
        ("tree", |all| each(all, &["sha", "id"], EMPTY), ""),
        ("tree", |all| each(all, &["sha", "id"], "x"), ""),
        ("blobs/", |answer| contents(answer, "other", "content", "b3RoZXI=".into()), "hands out"),
        ("blobs/", |answer| contents(answer, "", "content", "%%%".into()), ""),
        ("blobs/", |answer| contents(answer, "", "content", Value::Null), ""),
        ("blobs/", |answer| contents(answer, "", "encoding", "rot13".into()), ""),
        ("commits/", |answer| set(answer, &["sha", "id"], EMPTY), "for the commit"),
        ("commits/", |answer| set(answer, &["sha", "id"], "main"), ""),
    ]
}

/// Lies about what is in folders. What is in a commit's root is GitLab's and Gitea's word, as its tree is GitHub's.
fn told_of_folders(kind: Kind, commit: Oid, asked: &str, answer: &mut Value, lie: fn(&mut Value)) {
    let list = if answer.is_array() { answer } else { &mut answer["tree"] };
    let Some(all) = list.as_array() else { return };
    let is_root = kind != Kind::Github && asked.contains(&commit.to_string()) && !asked.contains("path=a");
    let is_root = is_root && !asked.contains("path=o") && !asked.contains("path=s");
    let inside = |entry: &Value| !is_root || entry["path"].as_str().unwrap().contains('/');
    let (mut about, believed): (Vec<Value>, Vec<Value>) = all.iter().cloned().partition(inside);
    if !about.is_empty() {
        let mut lied = Value::from(std::mem::take(&mut about));
        lie(&mut lied);
        *list = believed.into_iter().chain(lied.as_array().unwrap().iter().cloned()).collect();
    }
}

/// Whatever is told, what is read is what git has, or an error.
#[test]
fn no_lie_is_believed() {
    let server = Server::start();
    let repository = shop(&server);
    let head = head(&repository);
    let expected = files(&git(&server), head, None);
    for kind in ALL {
        let mut caught = 0;
        for (number, (at, lie, words)) in lies().into_iter().enumerate() {
            // Once, or every time.
            for always in [false, true] {
                let api = Api::of(kind, &repository);
                let told = Cell::new(false);
                api.lies(move |asked, answer| {
                    if asked.contains(at) && (always || !told.replace(true)) {
                        match at {
                            "tree" => told_of_folders(kind, head, asked, answer, lie),
                            _ => lie(answer),
                        }
                    }
                });
                let ours = api.reader();
                let file = read(&ours, head, "out/unit-3/manifest.yaml");
                let listed = try_files(&ours, head, None);
                for error in [listed.as_ref().err(), file.as_ref().err()].into_iter().flatten() {
                    let text = error.to_string();
                    assert!(text.contains(words) && !text.contains("t0ken"), "{kind} {number}: {text}");
                    caught += 1;
                }
                assert!(listed.is_err() || listed.unwrap() == expected, "{kind} {number}");
                assert!(
                    file.is_err() || file.unwrap() == Answer::Found(b"n: 3\n".to_vec()),
                    "{kind} {number}"
                );
                assert!(api.requests() < 100, "{kind} {number}");
            }
        }
        assert!(caught > 20, "{kind}: {caught}");
    }
}

/// A folder whose names are no text reads through git alone, and the rest of the repository all the same.
#[test]
fn a_folder_that_no_api_can_tell_is_refused_where_it_is_needed_and_nowhere_else() {
    let server = Server::start();
    let repository = shop(&server);
    let stream = b"commit refs/heads/main\ncommitter A <a@b> 1700000004 +0000\ndata 5\nlatin\nfrom refs/heads/main^0\n\
        M 100644 inline \"odd/\\351t\\351\"\ndata 2\na\n\n";
    repository.git_with(&["fast-import", "--quiet", "--force"], stream);
    let head = head(&repository);
    for kind in ALL {
        let api = Api::of(kind, &repository);
        let ours = api.reader();
        assert_eq!(read(&ours, head, "out/same/x").unwrap(), Answer::Found(b"x\n".to_vec()), "{kind}");
        let error = read(&ours, head, "odd/x").unwrap_err();
        assert!(error.to_string().contains("what its API lists in `odd`"), "{kind}: {error}");
        assert!(try_files(&ours, head, None).is_err());
    }
}
