//! Commits files to a branch of a repository elsewhere, without a clone: `commit URL BRANCH < FILES`, where FILES has a
//! line for each file, its path and its text with a tab between.
#![allow(clippy::disallowed_methods, reason = "an example reads what it is given")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, stdin};

use fairlead_fetch::{Address, Guarded, Policy, block_on};
use fairlead_git::landing::{Draft, once};
use fairlead_git::object::Identity;
use fairlead_git::push::{Http, Remote};
use fairlead_git::{Branch, Repository};
use fairlead_world::{Blob, RepoPath};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(url), Some(branch)) = (words.next(), words.next()) else {
        return Err("say the repository's address and the branch".into());
    };
    let fetch = Guarded::native(Policy::own_machine());
    let remote = Remote::new(Http::new(fetch, Address::parse(&url)?, None)?);
    let branch = Branch::parse(&branch)?;
    let mut edits = BTreeMap::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let (path, text) = line.split_once('\t').ok_or("a line has no tab")?;
        edits.insert(RepoPath::parse(path)?, Some(Blob::from(format!("{text}\n"))));
    }
    let who = Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 0, offset: 0 };
    let landed = block_on(async {
        let parent = remote.head(&branch).await?;
        let draft =
            Draft { parent, edits, author: who.clone(), committer: who, message: "edit".into(), key: None };
        // Who measures does not wait for a server that is not well.
        Ok::<_, Box<dyn Error>>(once(&remote, (&branch, draft.parent), &draft, |_, _| false).await?)
    })?;
    for commit in landed.commits {
        println!("{commit}");
    }
    Ok(())
}
