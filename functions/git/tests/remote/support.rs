//! What every test needs: a repository that is served, and ours that speaks to it.

use std::collections::BTreeMap;

use fairlead_fetch::{Address, Guarded, Native, Policy, block_on};
use fairlead_git::object::{Identity, Oid};
use fairlead_git::push::{Credential, Http, Remote};
use fairlead_git::{Branch, Draft, LandError, Landed, Landing, Planned, Repository, plan, settle};
use fairlead_world::{Blob, RepoPath};

pub(crate) type Ours = Remote<Http<Native>>;

/// Our side of a repository by its address.
pub(crate) fn ours(url: &str) -> Ours {
    Remote::new(transport(url, None))
}

pub(crate) fn transport(url: &str, credential: Option<&Credential>) -> Http<Native> {
    let policy = Policy::own_machine();
    let fetch = Guarded::new(Native::new(policy.clone()), policy);
    Http::new(fetch, Address::parse(url).unwrap(), credential).unwrap()
}

pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

pub(crate) fn main() -> Branch {
    Branch::parse("main").unwrap()
}

pub(crate) fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

pub(crate) fn ann() -> Identity {
    Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 120 }
}

/// A draft upon a commit; `None` deletes.
pub(crate) fn draft(parent: Option<Oid>, files: &[(&str, Option<&str>)]) -> Draft<'static> {
    let edits: BTreeMap<RepoPath, Option<Blob>> =
        files.iter().map(|(file, text)| (path(file), text.map(|text| Blob::from(text.to_owned())))).collect();
    Draft {
        parent,
        edits,
        author: ann(),
        committer: ann(),
        message: "delivery: generate\n\nWhy.".into(),
        key: None,
    }
}

pub(crate) fn planned(ours: &Ours, draft: Draft<'_>) -> Planned {
    block_on(plan(ours, draft)).unwrap()
}

pub(crate) fn landing(old: Option<Oid>, planned: Planned) -> Landing {
    Landing { branch: main(), old, commits: vec![planned] }
}

/// Plans on the head of `main` and lands there.
pub(crate) fn commit(ours: &Ours, files: &[(&str, Option<&str>)]) -> Result<Landed, LandError> {
    let head = block_on(ours.head(&main()))?;
    let planned = planned(ours, draft(head, files));
    block_on(settle(ours, &landing(head, planned)))
}
