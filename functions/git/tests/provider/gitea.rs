//! Against a real Gitea: `tests/run gitea` starts one and names a repository with a branch `main` in the environment.

use std::rc::Rc;

use fairlead_fetch::{Native, block_on};
use fairlead_git::landing::plan::operation_of;
use fairlead_git::landing::{Draft, OnceError, once};
use fairlead_git::object::{Commit, Identity, Mode, Tree};
use fairlead_git::provider::{
    ApiReader, ByApi, Event, Kind, Proposed, ProviderError, Registered, Said, State, Terms, recognize,
};
use fairlead_git::push::{Credential, Http, Remote};
use fairlead_git::{Branch, LandError, Landed, Repository, RepositoryError, Strategy};
use fairlead_git_server::Server;
use fairlead_world::{Blob, Oid, RepoPath};

use crate::read::shop;
use crate::support::{address, native, proposal, provider, status, webhook};

fn url() -> String {
    std::env::var("FAIRLEAD_GITEA_URL").expect("tests/run sets it")
}

fn token() -> String {
    std::env::var("FAIRLEAD_GITEA_TOKEN").expect("tests/run sets it")
}

fn ann() -> Identity {
    Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 120 }
}

fn remote() -> Remote<Http<Native>> {
    let credential = Credential::token(token());
    Remote::new(Http::new(native(), address(&url()), Some(&credential)).unwrap())
}

/// A branch with one commit more than `main`.
fn branch(name: &str) -> Oid {
    let remote = remote();
    let old = block_on(remote.head(&Branch::parse("main").unwrap())).unwrap();
    let ann = ann();
    let file = RepoPath::parse(&format!("{name}.txt")).unwrap();
    let draft = Draft {
        parent: old,
        edits: [(file, Some(Blob::from("x")))].into(),
        author: ann.clone(),
        committer: ann,
        message: name.to_owned(),
        key: None,
    };
    let to = Branch::parse(name).unwrap();
    let landed = block_on(once(&remote, (&to, None), &draft, |_, _| true)).unwrap();
    landed.commits.last().copied().unwrap()
}

#[test]
#[ignore = "needs a Gitea"]
fn gitea_is_recognized() {
    assert_eq!(block_on(recognize(&native(), &address(&url()))), Ok(Kind::Gitea));
}

/// Whatever a folder may hold, and a history with a merge, as git's protocol brings them.
#[test]
#[ignore = "needs a Gitea"]
fn gitea_is_read_through_its_api_as_through_git() {
    let server = Server::start();
    let pushed = shop(&server);
    let to = url().replacen("://", &format!("://x:{}@", token()), 1);
    pushed.git(&["push", "-q", &to, "main:refs/heads/read/every-mode", "team/side:refs/heads/read/side"]);
    let git = remote();
    for name in ["main", "read/every-mode", "read/side"] {
        let ours = ApiReader::new(Rc::new(provider(Kind::Gitea, &url(), &token())));
        let branch = Branch::parse(name).unwrap();
        let at = block_on(git.head(&branch)).unwrap();
        assert_eq!(block_on(ours.head(&branch)), Ok(at));
        let at = at.unwrap();
        for depth in [1, 2, 5, 100] {
            assert_eq!(block_on(ours.history(at, depth)), block_on(git.history(at, depth)), "{name} {depth}");
        }
        let root = block_on(git.root(at)).unwrap().unwrap();
        assert_eq!(block_on(ours.root(at)), Ok(Some(root)));
        let trees = block_on(ours.trees(&[root], 1000)).unwrap().unwrap();
        assert_eq!(Some(trees.clone()), block_on(git.trees(&[root], 1000)).unwrap());
        let entries = trees.values().flat_map(|tree| Tree::parse(&tree.bytes).unwrap().entries().to_vec());
        let blobs = entries.filter(|entry| !matches!(entry.mode, Mode::Folder | Mode::Submodule));
        let blobs: Vec<Oid> = blobs.map(|entry| entry.oid).collect();
        assert_eq!(block_on(ours.objects(&blobs)), block_on(git.objects(&blobs)), "{name}");
    }
    let ours = ApiReader::new(Rc::new(provider(Kind::Gitea, &url(), &token())));
    assert_eq!(block_on(ours.default_branch()), block_on(git.default_branch()));
    let none = [Oid::parse(&"12".repeat(20)).unwrap()];
    assert_eq!(block_on(ours.head(&Branch::parse("read/none").unwrap())), Ok(None));
    assert_eq!(block_on(ours.root(none[0])), Ok(None));
    assert_eq!(block_on(ours.objects(&none)), Ok(Default::default()));
    let hidden = url().replace("/shop", "/hidden");
    let hidden = ApiReader::new(Rc::new(provider(Kind::Gitea, &hidden, &token())));
    let error = block_on(hidden.head(&Branch::parse("main").unwrap())).unwrap_err();
    assert!(matches!(error, RepositoryError::NotFound { .. }), "{error}");
}

#[test]
#[ignore = "needs a Gitea"]
fn gitea_opens_one_pull_request_and_updates_it() {
    branch("one/more");
    let ours = provider(Kind::Gitea, &url(), &token());
    let first = proposal("one/more", "main", "first", "ünï\n\n```diff\n+a\n```\n");
    let Proposed::Opened(opened) = block_on(ours.propose(&first)).unwrap() else { panic!("it was there") };
    assert_eq!(opened.url.to_string(), format!("{}/pulls/{}", url().trim_end_matches(".git"), opened.number));
    assert_eq!(block_on(ours.propose(&first)).unwrap(), Proposed::Unchanged(opened.clone()));
    let second = proposal("one/more", "main", "second", "other\n");
    let Proposed::Updated(updated) = block_on(ours.propose(&second)).unwrap() else { panic!("not updated") };
    assert_eq!((updated.number, updated.title.as_str()), (opened.number, "second"));
    let open = block_on(ours.open_pull_request(&first)).unwrap().unwrap();
    assert_eq!(open, updated);
}

#[test]
#[ignore = "needs a Gitea"]
fn gitea_says_why_there_is_no_pull_request() {
    let ours = provider(Kind::Gitea, &url(), &token());
    let nothing = block_on(ours.propose(&proposal("not/there", "main", "t", "b"))).unwrap_err();
    assert!(matches!(nothing, ProviderError::NotFound { .. }), "{nothing}");
    let wrong = provider(Kind::Gitea, &url(), "wrong");
    let error = block_on(wrong.propose(&proposal("a", "main", "t", "b"))).unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error}");
    let missing = provider(Kind::Gitea, &url().replace("shop", "missing"), &token());
    let error = block_on(missing.propose(&proposal("a", "main", "t", "b"))).unwrap_err();
    assert!(matches!(error, ProviderError::NotFound { .. }), "{error}");
}

#[test]
#[ignore = "needs a Gitea"]
fn gitea_keeps_one_status_until_it_changes() {
    let commit = branch("with/status");
    let ours = provider(Kind::Gitea, &url(), &token());
    for (state, expected) in [
        (State::Pending, Said::New),
        (State::Pending, Said::Already),
        (State::Success, Said::New),
        (State::Success, Said::Already),
        (State::Failure, Said::New),
        (State::Error, Said::New),
    ] {
        assert_eq!(block_on(ours.set_status(commit, &status(state))), Ok(expected), "{state:?}");
    }
    let nobody = Oid::parse(&"1".repeat(40)).unwrap();
    assert!(block_on(ours.set_status(nobody, &status(State::Success))).is_err());
}

#[test]
#[ignore = "needs a Gitea"]
fn gitea_has_one_webhook_for_an_address() {
    let ours = provider(Kind::Gitea, &url(), &token());
    let first = webhook("one", &[Event::Push]);
    assert_eq!(block_on(ours.register(&first)), Ok(Registered::Created));
    let second = webhook("two", &[Event::Push, Event::PullRequest]);
    assert_eq!(block_on(ours.register(&second)), Ok(Registered::Updated));
    assert_eq!(block_on(ours.register(&second)), Ok(Registered::Updated));
}

fn draft(parent: Oid, files: &[(&str, Option<&str>)]) -> Draft<'static> {
    let edits = files.iter().map(|(path, text)| {
        (RepoPath::parse(path).unwrap(), text.map(|text| Blob::from(text.as_bytes().to_vec())))
    });
    Draft {
        parent: Some(parent),
        edits: edits.collect(),
        author: ann(),
        committer: ann(),
        message: "delivery: generate\n\nWhy.\n".to_owned(),
        key: None,
    }
}

/// Lands a draft through the API on a branch that was at `head`.
fn by_api(name: &str, head: Option<Oid>, own_branch: bool, draft: &Draft<'_>) -> Result<Landed, OnceError> {
    let (remote, ours) = (remote(), provider(Kind::Gitea, &url(), &token()));
    let repository = ByApi::new(&remote, &ours, Terms { own_branch, verified: false });
    block_on(once(&repository, (&Branch::parse(name).unwrap(), head), draft, |_, _| true))
}

fn head(name: &str) -> Option<Oid> {
    block_on(remote().head(&Branch::parse(name).unwrap())).unwrap()
}

#[test]
#[ignore = "needs a Gitea"]
fn gitea_lands_on_the_head_that_was_planned_or_not_at_all() {
    let name = "api/land";
    let first = branch(name);
    let files = [("api/land.txt", Some("y\r\n")), ("new/ünï.yaml", Some("a: 1\n")), ("not/there", None)];
    let landed = by_api(name, Some(first), false, &draft(first, &files)).unwrap();
    let second = landed.commits[0];
    assert_eq!((landed.strategy, head(name)), (Strategy::GiteaFiles, Some(second)));
    let commit = &block_on(remote().objects(&[second])).unwrap()[&second];
    let commit = Commit::parse(&commit.bytes).unwrap();
    assert_eq!(
        (commit.parents.as_slice(), &commit.author, &commit.committer),
        (&[first][..], &ann(), &ann())
    );
    assert!(operation_of(&commit.message).is_some(), "{}", commit.message);

    let delete = [("new/ünï.yaml", None)];
    let stale = by_api(name, Some(first), false, &draft(first, &[("c", Some("c"))]));
    assert!(matches!(stale, Err(OnceError::Land(LandError::Moved { .. }))), "{stale:?}");
    assert_eq!(head(name), Some(second));
    by_api(name, Some(second), false, &draft(second, &delete)).unwrap();
}

#[test]
#[ignore = "needs a Gitea"]
fn gitea_makes_and_replaces_a_branch_of_its_own_through_the_api() {
    let base = head("main").unwrap();
    let (name, file) = ("api/own", [("own.txt", Some("1"))]);
    let first = by_api(name, None, true, &draft(base, &file)).unwrap().commits[0];
    assert_eq!(head(name), Some(first));
    let again = by_api(name, None, true, &draft(base, &[("own.txt", Some("2"))]));
    assert!(matches!(again, Err(OnceError::Land(LandError::Moved { .. }))), "{again:?}");
    let others = by_api(name, Some(first), false, &draft(base, &[("own.txt", Some("2"))]));
    assert!(matches!(others, Err(OnceError::Land(LandError::Unfit { .. }))), "{others:?}");
    let second = by_api(name, Some(first), true, &draft(base, &[("own.txt", Some("2"))])).unwrap().commits[0];
    assert_eq!(head(name), Some(second));
    assert_eq!(block_on(remote().history(second, 1)).unwrap()[0].1.parents, [base]);
}
