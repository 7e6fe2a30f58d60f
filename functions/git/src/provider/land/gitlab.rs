//! GitLab's commits API: one request that makes a commit and moves the branch, wherever that is by then.
//!
//! A branch that is not there yet is made by it, or the request is refused; what is on one that only Fairlead writes is
//! replaced. A branch that others write to is not touched: between looking at it and the commit they may have moved it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairlead_fetch::Fetch;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::super::ProviderError;
use super::super::call::Call;
use super::super::dialect::json as read;
use super::{Change, Site, size, unfit};
use crate::object::Oid;
use crate::repository::{LandError, Landed, Planned, Repository, RepositoryError, Strategy};

/// The most files of one commit: requests with more have been reported to fail.
const FILES: usize = 100;

/// The most bytes of new contents: larger requests are slowed down.
const CONTENTS: usize = 8 << 20;

pub(super) async fn land<R: Repository, F: Fetch>(
    site: &Site<'_, R, F>,
    changes: &[Vec<Change<'_>>],
) -> Result<Landed, LandError> {
    let told = |why: &str| unfit(Strategy::GitlabCommits, why);
    let ([planned], [changes]) = (site.landing.commits.as_slice(), changes) else {
        return Err(told("it lands one commit at a time: push instead"));
    };
    if let Some(why) = site.cannot().or_else(|| cannot(site, changes)) {
        return Err(told(why));
    }
    let Some(parent) = site.landing.parent() else {
        return Err(told("it makes no branch without history: push instead"));
    };
    if site.landing.old.is_some() {
        let head = site.reader.head(&site.landing.branch).await?;
        if head != site.landing.old {
            return Err(site.moved(head));
        }
    }
    let made: Made = match site.api.ask(&call(site, parent, planned, changes), read).await {
        Ok(made) => made,
        Err(ProviderError::Rejected { message, .. })
            if message.contains("already exists. Switch to that branch") =>
        {
            return Err(site.moved(None));
        }
        Err(error) => return Err(site.perhaps(error)),
    };
    let commit = site.oid(&made.id).map_err(|error| LandError::Unknown(error.to_string()))?;
    compare(site, commit, planned).await?;
    Ok(Landed { commits: vec![commit], strategy: Strategy::GitlabCommits, messages: String::new() })
}

/// What it cannot carry, in words.
fn cannot<R, F>(site: &Site<'_, R, F>, changes: &[Change<'_>]) -> Option<&'static str> {
    if site.landing.old.is_some() && !site.terms.own_branch {
        return Some(
            "GitLab's API cannot move a branch by compare-and-swap: push instead, or propose the commit with --pull-request, whose branch nobody else writes",
        );
    }
    if site.terms.verified {
        return Some("whether a commit is signed is GitLab's own affair");
    }
    (changes.len() > FILES || size(changes) > CONTENTS)
        .then_some("it carries at most 100 files of 8 MB together: push instead")
}

fn call<R, F>(site: &Site<'_, R, F>, parent: Oid, planned: &Planned, changes: &[Change<'_>]) -> Call {
    let action = |change: &Change<'_>| match (change.blob, change.before) {
        (Some(blob), before) => json!({
            "action": if before.is_some() { "update" } else { "create" },
            "file_path": change.path.as_str(), "encoding": "base64", "content": STANDARD.encode(blob.bytes()),
        }),
        (None, _) => json!({ "action": "delete", "file_path": change.path.as_str() }),
    };
    let actions: Vec<_> = changes.iter().map(action).collect();
    let author = &planned.commit.author;
    let body = json!({
        "branch": site.landing.branch.name(), "start_sha": parent.to_string(), "force": site.landing.old.is_some(),
        "commit_message": planned.commit.message, "author_name": author.name, "author_email": author.email,
        "actions": actions, "stats": false,
    });
    Call::send("commit", Method::POST, format!("{}/repository/commits", site.repository), body)
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

/// Reads the commit back, of which the answer does not name the tree.
async fn compare<R: Repository, F>(
    site: &Site<'_, R, F>,
    commit: Oid,
    planned: &Planned,
) -> Result<(), LandError> {
    let unread = |why: String| LandError::Unknown(format!("the commit {commit} cannot be read back: {why}"));
    let failed = |error: RepositoryError| unread(error.to_string());
    let Some(tree) = site.reader.root(commit).await.map_err(failed)? else {
        return Err(unread("it is not handed out".to_owned()));
    };
    let history = site.reader.history(commit, 1).await.map_err(failed)?;
    if tree != planned.commit.tree {
        let (found, wanted) = (format!("its tree is {tree}"), planned.commit.tree.to_string());
        return Err(site.altered(commit, found, wanted));
    }
    if !matches!(history.as_slice(), [(_, found)] if found.parents == planned.commit.parents) {
        return Err(site.altered(commit, "it follows another commit".to_owned(), "the one".to_owned()));
    }
    Ok(())
}
