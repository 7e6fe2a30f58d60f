//! What every test needs: a repository that is served, and ours that speaks to it.

use std::collections::BTreeMap;

use fairlead_fetch::{Address, Guarded, Native, Policy, block_on};
use fairlead_git::landing::{Base, Draft, OnceError, PlanError, once};
use fairlead_git::object::{Identity, Oid};
use fairlead_git::push::{Credential, Http, Remote};
use fairlead_git::{Branch, LandError, Landed, Landing, Planned, Repository};
use fairlead_world::{Blob, RepoPath};

pub(crate) type Ours = Remote<Http<Native>>;

/// Our side of a repository by its address.
pub(crate) fn ours(url: &str) -> Ours {
    Remote::new(transport(url, None))
}

pub(crate) fn transport(url: &str, credential: Option<&Credential>) -> Http<Native> {
    let fetch = Guarded::native(Policy::own_machine());
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
    try_plan(ours, draft).unwrap()
}

/// The commit upon its parent, or why there can be none.
pub(crate) fn try_plan(ours: &Ours, draft: Draft<'_>) -> Result<Planned, PlanError> {
    block_on(async {
        let mut base = Base::open(ours, draft.parent).await?;
        draft.plan(&mut base).await
    })
}

/// Lands a draft on `main`; nobody sleeps.
pub(crate) fn land(ours: &Ours, draft: &Draft<'_>) -> Result<Landed, OnceError> {
    block_on(once(ours, (&main(), draft.parent), draft, |_, _| true))
}

/// Why a commit did not land, where that is not for what is in it.
pub(crate) fn why(landed: Result<Landed, OnceError>) -> LandError {
    match landed {
        Err(OnceError::Land(error)) => error,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn landing(old: Option<Oid>, planned: Planned) -> Landing {
    Landing { branch: main(), old, commits: vec![planned] }
}

/// Plans on the head of `main` and lands there.
pub(crate) fn commit(ours: &Ours, files: &[(&str, Option<&str>)]) -> Result<Landed, OnceError> {
    let head = block_on(ours.head(&main())).map_err(LandError::from)?;
    land(ours, &draft(head, files))
}

/// A tree's bytes, its entries given as mode, name and id.
pub(crate) fn tree(entries: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        bytes.extend_from_slice(oid(id).bytes());
    }
    bytes
}
