//! Gitea's and Forgejo's ChangeFiles. It commits onto a branch whatever that is at, so that the commit is made on a branch for
//! the purpose, looked at, and the real branch is moved to it from the id where it was planned, or not at all.

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
use super::{Change, Site, size, unfit};
use crate::object::{Identity, Oid};
use crate::repository::{LandError, Landed, Planned, Repository, Strategy};

/// The most files of one commit: the server runs several processes for each.
const FILES: usize = 100;

/// The most bytes of new contents: the answer has them all once more.
const CONTENTS: usize = 4 << 20;

/// The longest path and the longest name of a branch that it takes.
const LONGEST_PATH: usize = 500;
const LONGEST_NAME: usize = 100;

pub(super) async fn land<R: Repository, F: Fetch>(
    site: &Site<'_, R, F>,
    changes: &[Vec<Change<'_>>],
) -> Result<Landed, LandError> {
    let told = |why: &str| unfit(Strategy::GiteaFiles, why);
    if let Some(why) = site.cannot().or_else(|| cannot(site, changes)) {
        return Err(told(why));
    }
    let (Some(parent), Some(last)) = (site.landing.parent(), site.landing.commits.last()) else {
        return Err(told("it makes no branch without history: push instead"));
    };
    // The same commits are made on the same branch, so that no attempt leaves one behind for ever.
    let workbench = format!("fairlead-landing/{:.16}", last.oid.to_string());
    let bench = Bench { site, name: &workbench };
    bench.set_up(parent).await.map_err(|error| site.refused(error))?;
    let landed = bench.land(parent, changes).await;
    // What is left there is nobody's loss, and the next attempt clears it away.
    let _ = bench.clear().await;
    landed
}

/// What it cannot carry, in words.
fn cannot<R, F>(site: &Site<'_, R, F>, changes: &[Vec<Change<'_>>]) -> Option<&'static str> {
    if site.terms.verified {
        return Some("whether a commit is signed is the server's own affair");
    }
    if site.landing.branch.name().len() > LONGEST_NAME {
        return Some("it takes names of branches of at most 100 bytes: push instead");
    }
    if changes.iter().flatten().any(|change| change.path.as_str().len() > LONGEST_PATH) {
        return Some("it takes paths of at most 500 bytes: push instead");
    }
    changes
        .iter()
        .any(|changes| changes.len() > FILES || size(changes) > CONTENTS)
        .then_some("it carries at most 100 files of 4 MB together: push instead")
}

/// The branch that commits are made on before anybody is to see them.
struct Bench<'a, R, F> {
    site: &'a Site<'a, R, F>,
    name: &'a str,
}

#[derive(Deserialize)]
struct Made {
    commit: CommitMade,
}

#[derive(Deserialize)]
struct CommitMade {
    sha: String,
    tree: Named,
    parents: Option<Vec<Named>>,
}

#[derive(Deserialize)]
struct Named {
    sha: String,
}

impl<R: Repository, F: Fetch> Bench<'_, R, F> {
    async fn set_up(&self, parent: Oid) -> Result<(), ProviderError> {
        match self.make(self.name, parent).await {
            // An earlier attempt was here.
            Err(ProviderError::Rejected { status: 409, .. }) => {
                self.clear().await?;
                self.make(self.name, parent).await
            }
            made => made,
        }
    }

    async fn make(&self, branch: &str, at: Oid) -> Result<(), ProviderError> {
        let body = json!({ "new_branch_name": branch, "old_ref_name": at.to_string() });
        let path = format!("{}/branches", self.site.repository);
        self.site.api.tell(&Call::send("make a branch", Method::POST, path, body)).await
    }

    async fn clear(&self) -> Result<(), ProviderError> {
        self.site.api.tell(&Call::delete("delete a branch", self.path(self.name))).await
    }

    fn path(&self, branch: &str) -> String {
        format!("{}/branches/{}", self.site.repository, escaped_path(branch))
    }

    async fn land(&self, parent: Oid, changes: &[Vec<Change<'_>>]) -> Result<Landed, LandError> {
        let mut commits = Vec::new();
        let mut parent = parent;
        for (planned, changes) in self.site.landing.commits.iter().zip(changes) {
            let call = self.call(planned, changes);
            let made: Made =
                self.site.api.ask(&call, read).await.map_err(|error| self.site.refused(error))?;
            let oid = |sha: &str| self.site.oid(sha).map_err(|error| self.site.refused(error));
            let (commit, tree) = (oid(&made.commit.sha)?, oid(&made.commit.tree.sha)?);
            if tree != planned.commit.tree {
                let why = format!("it made the tree {tree} of what should be {}", planned.commit.tree);
                return Err(unfit(Strategy::GiteaFiles, why));
            }
            let parents = made.commit.parents.unwrap_or_default();
            if !matches!(parents.as_slice(), [only] if only.sha == parent.to_string()) {
                return Err(unfit(Strategy::GiteaFiles, "its commit follows another one"));
            }
            commits.push(commit);
            parent = commit;
        }
        self.move_branch(parent).await?;
        Ok(Landed { commits, strategy: Strategy::GiteaFiles, messages: String::new() })
    }

    fn call(&self, planned: &Planned, changes: &[Change<'_>]) -> Call {
        let operation = |change: &Change<'_>| {
            let operation = match (change.blob, change.before) {
                (None, _) => "delete",
                (Some(_), Some(_)) => "update",
                (Some(_), None) => "create",
            };
            let mut file = json!({ "operation": operation, "path": change.path.as_str() });
            if let Some(blob) = change.blob {
                file["content"] = STANDARD.encode(blob.bytes()).into();
            }
            if let Some(before) = change.before {
                file["sha"] = before.to_string().into();
            }
            file
        };
        let files: Vec<Value> = changes.iter().map(operation).collect();
        let commit = &planned.commit;
        let person = |identity: &Identity| json!({ "name": identity.name, "email": identity.email });
        let body = json!({
            "branch": self.name, "message": commit.message, "files": files,
            "author": person(&commit.author), "committer": person(&commit.committer),
            "dates": { "author": time::written(&commit.author), "committer": time::written(&commit.committer) },
        });
        Call::send("commit", Method::POST, format!("{}/contents", self.site.repository), body)
    }

    /// Moves the branch from where it was planned to a commit.
    async fn move_branch(&self, to: Oid) -> Result<(), LandError> {
        let site = self.site;
        let branch = site.landing.branch.name();
        let Some(old) = site.landing.old else {
            return match self.make(branch, to).await {
                Err(ProviderError::Rejected { status: 409, .. }) => Err(site.moved(None)),
                made => made.map_err(|error| site.perhaps(error)),
            };
        };
        let body = json!({
            "new_commit_id": to.to_string(), "old_commit_id": old.to_string(), "force": site.replaces(),
        });
        let call = Call::send("move the branch", Method::PUT, self.path(branch), body);
        match site.api.tell(&call).await {
            Ok(()) => Ok(()),
            Err(ProviderError::Rejected { status: 422, message, .. })
                if message.contains("does not match") =>
            {
                Err(site.moved(None))
            }
            Err(ProviderError::Rejected { status: 405, .. } | ProviderError::NotFound { .. }) => {
                let head = site.reader.head(&site.landing.branch).await?;
                let old = "this server's API moves no branch, as Gitea's does since 1.26: push instead";
                Err(if head == site.landing.old {
                    unfit(Strategy::GiteaFiles, old)
                } else {
                    site.moved(head)
                })
            }
            Err(error) => Err(site.perhaps(error)),
        }
    }
}
