//! GitHub's Git Data API: trees in steps, each on the one before, then a commit, and the branch last of all.
//!
//! Until the branch moves nobody sees anything, and it moves by a fast-forward or not at all.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairlead_fetch::Fetch;
use fairlead_world::{Blob, RepoPath};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::ProviderError;
use super::super::api::Api;
use super::super::call::{Call, escaped};
use super::super::dialect::json as read;
use super::{refused, time};
use crate::object::{Identity, Oid};
use crate::repository::{LandError, Landed, Landing, Planned, Strategy};

/// How many files one request for a tree changes: larger ones are answered by a timeout.
const FILES: usize = 150;

/// How many bytes of contents go with it; larger files are sent by themselves.
const CONTENTS: usize = 1 << 20;

/// The largest file that the API takes.
const LARGEST: usize = 40_000_000;

pub(in super::super) async fn land<F: Fetch>(
    api: &Api<F>,
    repository: &str,
    landing: &Landing,
) -> Result<Landed, LandError> {
    let data = Data { api, repository };
    data.fits(landing)?;
    let told = |error| refused(api.repository(), landing, error);
    let mut parent = landing.old;
    let mut commits = Vec::new();
    for planned in &landing.commits {
        let tree = data.tree(parent, planned).await.map_err(told)?;
        if tree != planned.commit.tree {
            return Err(unfit(format!("it made the tree {tree} of what should be {}", planned.commit.tree)));
        }
        let commit = data.commit(parent, planned).await.map_err(told)?;
        commits.push(commit);
        parent = Some(commit);
    }
    let Some(last) = parent.filter(|_| !commits.is_empty()) else {
        return Err(unfit("there is no commit".to_owned()));
    };
    data.move_branch(landing, last).await?;
    Ok(Landed { commits, strategy: Strategy::GithubTrees, messages: String::new() })
}

fn unfit(why: String) -> LandError {
    LandError::Unfit { strategy: Strategy::GithubTrees, why }
}

/// The API below one repository.
struct Data<'a, F> {
    api: &'a Api<F>,
    /// `repos/OWNER/NAME`.
    repository: &'a str,
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

impl<F: Fetch> Data<'_, F> {
    /// Whether the API can carry the commits at all.
    fn fits(&self, landing: &Landing) -> Result<(), LandError> {
        let first = landing.commits.first();
        if first.is_some_and(|first| first.commit.parents.first() != landing.old.as_ref()) {
            return Err(unfit(
                "it can add to a branch and not replace what is on it: push instead".to_owned(),
            ));
        }
        for planned in &landing.commits {
            if planned.commit.signature.is_some() {
                return Err(unfit("it takes no signature of ours: push instead".to_owned()));
            }
            let large = planned
                .edits
                .iter()
                .find(|(_, blob)| blob.as_ref().is_some_and(|blob| blob.bytes().len() > LARGEST));
            if let Some((path, _)) = large {
                return Err(unfit(format!("{path} is larger than {LARGEST} bytes: push instead")));
            }
        }
        Ok(())
    }

    /// Makes the tree of a commit, step by step.
    async fn tree(&self, parent: Option<Oid>, planned: &Planned) -> Result<Oid, ProviderError> {
        let mut base = match parent {
            Some(parent) => {
                let call = Call::get("read a commit", format!("{}/git/commits/{parent}", self.repository));
                Some(self.api.ask(&call, |answer| Ok(read::<CommitMade>(answer)?.tree.sha)).await?)
            }
            None => None,
        };
        let mut entries = Vec::new();
        let mut contents = 0;
        for (path, blob) in &planned.edits {
            let size = blob.as_ref().map_or(0, |blob| blob.bytes().len());
            if entries.len() == FILES || (contents > 0 && contents + size > CONTENTS) {
                base = Some(self.step(base, std::mem::take(&mut entries)).await?);
                contents = 0;
            }
            entries.push(self.entry(path, blob.as_ref()).await?);
            contents += size;
        }
        if !entries.is_empty() || base.is_none() {
            base = Some(self.step(base, entries).await?);
        }
        self.oid(base.unwrap_or_default().as_str())
    }

    async fn step(&self, base: Option<String>, entries: Vec<Value>) -> Result<String, ProviderError> {
        let mut body = json!({ "tree": entries });
        if let (Some(base), Some(fields)) = (base, body.as_object_mut()) {
            fields.insert("base_tree".to_owned(), Value::String(base));
        }
        self.make("trees", "make a tree", body).await
    }

    /// One file of a step; a `null` deletes. What is large or no text is sent before.
    async fn entry(&self, path: &RepoPath, blob: Option<&Blob>) -> Result<Value, ProviderError> {
        let path = path.as_str();
        let sha = match blob {
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
        self.oid(&sha)
    }

    async fn make(
        &self,
        what: &'static str,
        action: &'static str,
        body: Value,
    ) -> Result<String, ProviderError> {
        let call = Call::send(action, Method::POST, format!("{}/git/{what}", self.repository), body);
        self.api.ask(&call, |answer| Ok(read::<Made>(answer)?.sha)).await
    }

    /// Moves the branch from where it was planned to a commit.
    async fn move_branch(&self, landing: &Landing, to: Oid) -> Result<(), LandError> {
        let moved = |head| LandError::Moved { branch: landing.branch.clone(), head };
        let told = |error| refused(self.api.repository(), landing, error);
        // An earlier attempt may have arrived; and a branch that was set back must not come forward again.
        match self.head(landing).await.map_err(told)? {
            Some(head) if head == to => return Ok(()),
            head if head != landing.old => return Err(moved(head)),
            _ => {}
        }
        let repository = self.repository;
        let call = match landing.old {
            Some(_) => {
                let path = format!("{repository}/git/refs/{}", below_refs(landing));
                let body = json!({ "sha": to.to_string(), "force": false });
                Call::send("move the branch", Method::PATCH, path, body)
            }
            None => {
                let body = json!({ "ref": landing.branch.reference().as_str(), "sha": to.to_string() });
                Call::send("make the branch", Method::POST, format!("{repository}/git/refs"), body)
            }
        };
        let error = match self.api.tell(&call).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        match &error {
            ProviderError::Rejected { message, .. } if is_stale(message) => Err(moved(None)),
            _ if error.may_have_arrived() => match self.head(landing).await {
                Ok(head) if head == Some(to) => Ok(()),
                _ => Err(LandError::Unknown(error.to_string())),
            },
            _ => Err(told(error)),
        }
    }

    /// Where the branch is.
    async fn head(&self, landing: &Landing) -> Result<Option<Oid>, ProviderError> {
        let path = format!("{}/git/ref/{}", self.repository, below_refs(landing));
        let call = Call::get("read the branch", path);
        match self.api.ask(&call, |answer| Ok(read::<Reference>(answer)?.object.sha)).await {
            Ok(sha) => self.oid(&sha).map(Some),
            Err(ProviderError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn oid(&self, sha: &str) -> Result<Oid, ProviderError> {
        let repository = self.api.repository().to_owned();
        Oid::parse(sha).map_err(|error| ProviderError::Answer { repository, why: error.to_string() })
    }
}

/// The branch as the API's paths have it.
fn below_refs(landing: &Landing) -> String {
    let name: Vec<String> = landing.branch.name().split('/').map(escaped).collect();
    format!("heads/{}", name.join("/"))
}

fn signed(identity: &Identity) -> Value {
    json!({ "name": identity.name, "email": identity.email, "date": time::written(identity) })
}

/// Whether a refusal means that the branch is not where it was.
fn is_stale(message: &str) -> bool {
    message.contains("not a fast forward") || message.contains("Reference already exists")
}
