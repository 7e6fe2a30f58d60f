//! GitHub's `createCommitOnBranch`: one request that makes a commit and moves the branch, if it is where it is expected to
//! be. GitHub signs the commit, and its author is whoever the token is for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairlead_fetch::Fetch;
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::ProviderError;
use super::super::call::Call;
use super::super::dialect::json as read;
use super::super::error::is_secondary;
use super::{Change, Site, size, unfit};
use crate::repository::{LandError, Landed, Planned, Repository, Strategy};

/// The most files of one commit, beyond which it may be answered by a timeout.
const FILES: usize = 100;

/// The most bytes of new contents.
const CONTENTS: usize = 4 << 20;

/// Nothing is selected that GitHub might fail to read back: a commit that landed would be answered by an error.
const MUTATION: &str = "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid tree { oid } } } }";

pub(super) async fn land<R: Repository, F: Fetch>(
    site: &Site<'_, R, F>,
    changes: &[Vec<Change<'_>>],
) -> Result<Landed, LandError> {
    let told = |why: &str| unfit(Strategy::GithubCommit, why);
    let ([planned], [changes]) = (site.landing.commits.as_slice(), changes) else {
        return Err(told("it lands one commit at a time"));
    };
    if let Some(why) = site.cannot().or_else(|| cannot(site, changes)) {
        return Err(told(why));
    }
    let Some(name) = site.repository.strip_prefix("repos/") else {
        return Err(told("the repository has no name there"));
    };
    let call = call(site, name, planned, changes);
    let (headers, bytes) = match site.api.answer(&call).await {
        Ok(answer) => answer,
        // Servers that are older than it, and what stands in for GitHub, have no such door.
        Err(ProviderError::NotFound { .. }) => return Err(told("the server has no GraphQL API")),
        Err(error) => return Err(site.perhaps(error)),
    };
    let answer: Answer = read(&bytes).map_err(|error| site.perhaps(site.api.unreadable(error)))?;
    // An answer may have both, the commit and errors about what could not be told of it.
    let Some(made) = answer.data.and_then(|data| data.made).and_then(|made| made.commit) else {
        let mut errors = answer.errors.unwrap_or_default();
        errors.extend(answer.message.map(|message| Fault { message, ..Fault::default() }));
        return Err(judged(site, &headers, errors));
    };
    let unknown = |error: ProviderError| LandError::Unknown(error.to_string());
    let (commit, tree) = (site.oid(&made.oid).map_err(unknown)?, site.oid(&made.tree.oid).map_err(unknown)?);
    if tree != planned.commit.tree {
        let (found, wanted) = (format!("its tree is {tree}"), planned.commit.tree.to_string());
        return Err(site.altered(commit, found, wanted));
    }
    Ok(Landed { commits: vec![commit], strategy: Strategy::GithubCommit, messages: String::new() })
}

/// What it cannot carry, in words.
fn cannot<R, F>(site: &Site<'_, R, F>, changes: &[Change<'_>]) -> Option<&'static str> {
    if site.landing.old.is_none() {
        return Some("it makes no branch");
    }
    if site.replaces() {
        return Some("it can add to a branch and not replace what is on it");
    }
    (changes.len() > FILES || size(changes) > CONTENTS)
        .then_some("it carries at most 100 files of 4 MB together")
}

fn call<R, F>(site: &Site<'_, R, F>, name: &str, planned: &Planned, changes: &[Change<'_>]) -> Call {
    let (mut additions, mut deletions) = (Vec::new(), Vec::new());
    for Change { path, blob, .. } in changes {
        match blob {
            Some(blob) => {
                additions.push(json!({ "path": path.as_str(), "contents": STANDARD.encode(blob.bytes()) }))
            }
            None => deletions.push(json!({ "path": path.as_str() })),
        }
    }
    let message = planned.commit.message.trim_end();
    let (headline, body) = message.split_once('\n').unwrap_or((message, ""));
    let input = json!({
        "branch": { "repositoryNameWithOwner": name, "branchName": site.landing.branch.name() },
        "expectedHeadOid": site.landing.old.map(|old| old.to_string()),
        "message": { "headline": headline, "body": body.trim_start_matches('\n') },
        "fileChanges": { "additions": additions, "deletions": deletions },
    });
    let body = json!({ "query": MUTATION, "variables": { "input": input } });
    // The door of an Enterprise Server stands beside its other API.
    let path = if site.api.is_below("api/v3") { "/api/graphql" } else { "/graphql" };
    Call::send("commit", Method::POST, path.to_owned(), body)
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    errors: Option<Vec<Fault>>,
    /// What stands there where the request was not looked into.
    message: Option<Value>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "createCommitOnBranch")]
    made: Option<Made>,
}

#[derive(Deserialize)]
struct Made {
    commit: Option<CommitMade>,
}

#[derive(Deserialize)]
struct CommitMade {
    oid: String,
    tree: TreeMade,
}

#[derive(Deserialize)]
struct TreeMade {
    oid: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Fault {
    #[serde(rename = "type")]
    kind: Value,
    message: Value,
}

/// What errors without a commit mean. Only those that GitHub gives before it does anything say that nothing landed.
fn judged<R, F>(site: &Site<'_, R, F>, headers: &HeaderMap, errors: Vec<Fault>) -> LandError {
    let words: Vec<&str> = errors.iter().filter_map(|error| error.message.as_str()).collect();
    let said = super::super::error::line(&words.join("; "));
    let kinds: Vec<&str> = errors.iter().filter_map(|error| error.kind.as_str()).collect();
    let stale = words.iter().any(|words| words.contains("Expected branch to point to"));
    if stale || kinds.contains(&"STALE_DATA") {
        return site.moved(None);
    }
    if kinds.contains(&"RATE_LIMITED") || words.iter().any(|words| is_secondary(words)) {
        return ProviderError::limited(site.name(), headers).of_repository(site.name()).into();
    }
    let refusals = ["FORBIDDEN", "UNPROCESSABLE", "INSUFFICIENT_SCOPES", "NOT_FOUND"];
    if kinds.iter().any(|kind| refusals.contains(kind)) {
        let (repository, branch) = (site.name(), site.landing.branch.clone());
        return LandError::Refused { repository, branch, rule: said };
    }
    LandError::Unknown(if said.is_empty() {
        "GitHub names neither a commit nor an error".to_owned()
    } else {
        said
    })
}
