//! GitHub's Git Data API: trees in steps, each on the one before, then a commit, and the branch last of all.
//!
//! Until the branch moves nobody sees anything, and it moves by a fast-forward or not at all.

use std::cell::Cell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairlead_fetch::Fetch;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::ProviderError;
use super::super::call::{Call, escaped_path};
use super::super::dialect::json as read;
use super::super::time;
use super::{Change, Site, unfit};
use crate::object::{Identity, Oid};
use crate::repository::{LandError, Landed, Landing, Planned, Repository, Strategy};

/// How many files one request for a tree changes: larger ones are answered by a timeout.
const FILES: usize = 150;

/// So few that a request which is too much with them is so for another reason.
const FEW: usize = 10;

/// How many bytes of contents go with a request; larger files are sent by themselves.
const CONTENTS: usize = 1 << 20;

/// The largest file that the API takes.
const LARGEST: usize = 40_000_000;

pub(super) async fn land<R: Repository, F: Fetch>(
    site: &Site<'_, R, F>,
    changes: &[Vec<Change<'_>>],
) -> Result<Landed, LandError> {
    let told = |why: String| unfit(Strategy::GithubTrees, why);
    if let Some(why) = site.cannot() {
        return Err(told(why.to_owned()));
    }
    if let Some(large) = changes.iter().flatten().find(|change| change.size() > LARGEST) {
        return Err(told(format!("{} is larger than {LARGEST} bytes: push instead", large.path)));
    }
    let data = Data { site, at_once: Cell::new(FILES) };
    let mut parent = site.landing.parent();
    let mut commits = Vec::new();
    for (planned, changes) in site.landing.commits.iter().zip(changes) {
        let tree = match data.tree(parent, changes).await {
            // A server that is not well may be asked again; one that refuses will again.
            Err(error @ ProviderError::Rejected { .. }) if is_too_much(&error) => {
                return Err(told(format!("{error}, however little one request brings: push instead")));
            }
            tree => tree.map_err(|error| site.refused(error))?,
        };
        if tree != planned.commit.tree {
            return Err(told(format!("it made the tree {tree} of what should be {}", planned.commit.tree)));
        }
        let commit = data.commit(parent, planned).await.map_err(|error| site.refused(error))?;
        commits.push(commit);
        parent = Some(commit);
    }
    let Some(last) = commits.last() else { return Err(told("there is no commit".to_owned())) };
    data.move_branch(*last).await?;
    Ok(Landed { commits, strategy: Strategy::GithubTrees, messages: String::new() })
}

/// The API below one repository.
struct Data<'a, R, F> {
    site: &'a Site<'a, R, F>,
    /// How many files one request changes: fewer once that was too much.
    at_once: Cell<usize>,
}

/// What of an answer names the object.
#[derive(Deserialize)]
struct Made {
    sha: String,
}

#[derive(Deserialize)]
struct CommitMade {
    tree: Made,
}

#[derive(Deserialize)]
struct Reference {
    object: Made,
}

impl<R, F: Fetch> Data<'_, R, F> {
    /// Makes the tree of a commit, step by step.
    async fn tree(&self, parent: Option<Oid>, changes: &[Change<'_>]) -> Result<Oid, ProviderError> {
        let mut base = match parent {
            Some(parent) => {
                let path = format!("{}/git/commits/{parent}", self.site.repository);
                let call = Call::get("read a commit", path);
                Some(self.site.api.ask(&call, |answer| Ok(read::<CommitMade>(answer)?.tree.sha)).await?)
            }
            None => None,
        };
        let mut entries = Vec::new();
        let mut contents = 0;
        for change in changes {
            if entries.len() >= self.at_once.get() || (contents > 0 && contents + change.size() > CONTENTS) {
                base = Some(self.steps(base, std::mem::take(&mut entries)).await?);
                contents = 0;
            }
            entries.push(self.entry(change).await?);
            contents += change.size();
        }
        if !entries.is_empty() || base.is_none() {
            base = Some(self.steps(base, entries).await?);
        }
        self.site.oid(base.unwrap_or_default().as_str())
    }

    /// Makes one tree on another, in halves where that is too much at once. Nobody sees the trees on the way.
    async fn steps(&self, mut base: Option<String>, entries: Vec<Value>) -> Result<String, ProviderError> {
        let mut waiting = vec![entries];
        while let Some(mut part) = waiting.pop() {
            match self.step(base.as_deref(), &part).await {
                Ok(tree) => base = Some(tree),
                Err(error) if is_too_much(&error) && part.len() > FEW => {
                    self.at_once.set(part.len() / 2);
                    let rest = part.split_off(part.len() / 2);
                    waiting.extend([rest, part]);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(base.unwrap_or_default())
    }

    async fn step(&self, base: Option<&str>, entries: &[Value]) -> Result<String, ProviderError> {
        let mut body = json!({ "tree": entries });
        if let (Some(base), Some(fields)) = (base, body.as_object_mut()) {
            fields.insert("base_tree".to_owned(), Value::from(base));
        }
        self.make("trees", "make a tree", body).await
    }

    /// One file of a step; a `null` deletes. What is large or no text is sent before.
    async fn entry(&self, change: &Change<'_>) -> Result<Value, ProviderError> {
        let path = change.path.as_str();
        let sha = match change.blob {
            None => Value::Null,
            Some(blob) => match std::str::from_utf8(blob.bytes()) {
                Ok(text) if text.len() <= CONTENTS => {
                    return Ok(json!({ "path": path, "mode": "100644", "type": "blob", "content": text }));
                }
                _ => {
                    let content = STANDARD.encode(blob.bytes());
                    let body = json!({ "content": content, "encoding": "base64" });
                    Value::String(self.make("blobs", "make a blob", body).await?)
                }
            },
        };
        Ok(json!({ "path": path, "mode": "100644", "type": "blob", "sha": sha }))
    }

    async fn commit(&self, parent: Option<Oid>, planned: &Planned) -> Result<Oid, ProviderError> {
        let commit = &planned.commit;
        let parents: Vec<String> = parent.iter().map(Oid::to_string).collect();
        let body = json!({
            "message": commit.message, "tree": commit.tree.to_string(), "parents": parents,
            "author": signed(&commit.author), "committer": signed(&commit.committer),
        });
        let sha = self.make("commits", "make a commit", body).await?;
        self.site.oid(&sha)
    }

    async fn make(
        &self,
        what: &'static str,
        action: &'static str,
        body: Value,
    ) -> Result<String, ProviderError> {
        let call = Call::send(action, Method::POST, format!("{}/git/{what}", self.site.repository), body);
        self.site.api.ask(&call, |answer| Ok(read::<Made>(answer)?.sha)).await
    }

    /// Moves the branch from where it was planned to a commit.
    async fn move_branch(&self, to: Oid) -> Result<(), LandError> {
        let Site { api, repository, landing, .. } = self.site;
        // An earlier attempt may have arrived; and a branch that was set back must not come forward again.
        match self.head().await.map_err(|error| self.site.refused(error))? {
            Some(head) if head == to => return Ok(()),
            head if head != landing.old => return Err(self.site.moved(head)),
            _ => {}
        }
        let call = match landing.old {
            Some(_) => {
                let path = format!("{repository}/git/refs/{}", below_refs(landing));
                let body = json!({ "sha": to.to_string(), "force": self.site.replaces() });
                Call::send("move the branch", Method::PATCH, path, body)
            }
            None => {
                let body = json!({ "ref": landing.branch.reference().as_str(), "sha": to.to_string() });
                Call::send("make the branch", Method::POST, format!("{repository}/git/refs"), body)
            }
        };
        let error = match api.tell(&call).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        match &error {
            ProviderError::Rejected { message, .. } if is_stale(message) => Err(self.site.moved(None)),
            _ if error.may_have_arrived() => match self.head().await {
                Ok(head) if head == Some(to) => Ok(()),
                _ => Err(LandError::Unknown(error.to_string())),
            },
            _ => Err(self.site.refused(error)),
        }
    }

    /// Where the branch is.
    async fn head(&self) -> Result<Option<Oid>, ProviderError> {
        let path = format!("{}/git/ref/{}", self.site.repository, below_refs(self.site.landing));
        let call = Call::get("read the branch", path);
        match self.site.api.ask(&call, |answer| Ok(read::<Reference>(answer)?.object.sha)).await {
            Ok(sha) => self.site.oid(&sha).map(Some),
            Err(ProviderError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a request for a tree was more than GitHub does in its time.
fn is_too_much(error: &ProviderError) -> bool {
    match error {
        ProviderError::Server { status, .. } => matches!(status, 500 | 502 | 503 | 504),
        ProviderError::Rejected { status: 405 | 413, .. } => true,
        ProviderError::Rejected { message, .. } => message.contains("timed out"),
        _ => false,
    }
}

/// The branch as the API's paths have it.
fn below_refs(landing: &Landing) -> String {
    format!("heads/{}", escaped_path(landing.branch.name()))
}

fn signed(identity: &Identity) -> Value {
    json!({ "name": identity.name, "email": identity.email, "date": time::written(identity) })
}

/// Whether a refusal means that the branch is not where it was.
fn is_stale(message: &str) -> bool {
    message.contains("not a fast forward") || message.contains("Reference already exists")
}
