//! A repository elsewhere as a project's home.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fairlead_delivery::change::{Listed, Listing, Mode};
use fairlead_fetch::block_on;
use fairlead_git::landing::{self, OnceError};
use fairlead_git::object;
use fairlead_git::{Branch, File, Past, Repository, Snapshot};
use fairlead_world::{Blob, MemoryWorld, Need, ObjectFormat, Oid, RepoPath};

use super::RemoteError;
use super::identity;
use super::reader::Reader;
use super::ways::{Commit, NoWay, Ways};
use super::world::RemoteTree;
use crate::home::{Home, HomeError, Landed, Logged, TrafficView};
use crate::repository::{Draft, LandError};

/// A branch of a repository elsewhere, at one commit.
#[derive(Debug)]
pub(crate) struct RemoteHome {
    reader: Rc<Reader>,
    branch: Branch,
    source: Oid,
    ways: Rc<Ways>,
}

impl RemoteHome {
    /// The commit `source` of `branch`, and its files.
    pub(super) fn open(
        reader: Rc<Reader>,
        branch: Branch,
        source: Oid,
        ways: Rc<Ways>,
    ) -> Result<(RemoteHome, RemoteTree), RemoteError> {
        let snapshot = block_on(Snapshot::of(&*reader, source))?;
        Ok((RemoteHome { reader, branch, source, ways }, RemoteTree::new(snapshot)))
    }
}

const HEADS: &str = "refs/heads/";

/// A branch by its name in full.
fn branch(full: &str) -> Result<Branch, fairlead_git::RefNameError> {
    Branch::parse(full.strip_prefix(HEADS).unwrap_or(full))
}

impl Home for RemoteHome {
    type World = RemoteTree;

    fn supply(&self, world: &RemoteTree, needs: &[Need]) -> Result<(), HomeError> {
        Ok(block_on(world.write().supply(&*self.reader, needs))?)
    }

    fn source(&self) -> Result<Option<Oid>, HomeError> {
        Ok(Some(self.source))
    }

    /// What is read is a commit.
    fn uncommitted(&self) -> Result<Vec<String>, HomeError> {
        Ok(Vec::new())
    }

    fn own_branch(&self) -> Result<Option<String>, HomeError> {
        Ok(Some(self.branch.reference().as_str().to_owned()))
    }

    fn is_branch_name(&self, name: &str) -> Result<bool, HomeError> {
        Ok(Branch::parse(name).is_ok())
    }

    /// The branch that the project was read from is at the commit that was read: a commit upon another would not be
    /// what was generated.
    fn resolve(&self, name: &str) -> Result<Option<Oid>, HomeError> {
        let branch = branch(name)?;
        if branch == self.branch {
            return Ok(Some(self.source));
        }
        Ok(block_on(self.reader.head(&branch))?)
    }

    fn history(&self, head: &Oid, at_most: usize) -> Result<Vec<Logged>, HomeError> {
        let all: BTreeMap<Oid, Past> = block_on(self.reader.history(*head, at_most))?.into_iter().collect();
        let first = |(_, commit): &(Oid, &Past)| {
            let parent = commit.parents.first()?;
            Some((*parent, all.get(parent)?))
        };
        let begin = all.get(head).map(|commit| (*head, commit));
        let line = std::iter::successors(begin, first).take(at_most);
        let message = |commit: &Past| commit.message.trim_end().to_owned();
        let merged = |commit: &Past| {
            let parent = commit.parents.get(1)?;
            Some((*parent, message(all.get(parent)?)))
        };
        let logged = |(oid, commit)| Logged { commit: oid, message: message(commit), merged: merged(commit) };
        Ok(line.map(logged).collect())
    }

    fn tree(&self, commit: &Oid, within: Option<&[RepoPath]>) -> Result<Listing, HomeError> {
        let files = block_on(async {
            let mut snapshot = Snapshot::of(&*self.reader, *commit).await?;
            snapshot.files(&*self.reader, within).await
        })?;
        Ok(files.into_iter().map(listed).collect())
    }

    fn read_committed(
        &self,
        listing: &Listing,
        needs: &[Need],
        into: &mut MemoryWorld,
    ) -> Result<(), HomeError> {
        let file = |need: &Need| match need {
            Need::File(path) => listing.at(path.as_str()).map(|listed| (path.clone(), listed.oid)),
            Need::Folder(_) | Need::Content(_) => None,
        };
        let files: Vec<(RepoPath, Oid)> = needs.iter().filter_map(file).collect();
        let oids: BTreeSet<Oid> = files.iter().map(|(_, oid)| *oid).collect();
        let blobs: BTreeMap<Oid, Blob> = block_on(Snapshot::blobs(&*self.reader, &oids))?;
        for (path, oid) in files {
            if let Some(blob) = blobs.get(&oid) {
                into.insert(path, blob.clone());
            }
        }
        for need in needs.iter().filter(|need| file(need).is_none()) {
            into.insert_absent(need.clone());
        }
        Ok(())
    }

    /// Repositories of another format were refused when they were connected to.
    fn object_format(&self) -> Result<ObjectFormat, HomeError> {
        Ok(ObjectFormat::Sha1)
    }

    fn author(&self) -> Result<String, HomeError> {
        let author = identity::author()?;
        Ok(format!("{} <{}>", author.name, author.email))
    }

    fn land(&self, draft: &Draft) -> Result<Landed, LandError> {
        let branch = branch(&draft.branch).map_err(HomeError::from)?;
        let writes = draft.writes.iter().map(|(path, blob)| (path.clone(), Some(blob.clone())));
        let deletes = draft.deletes.iter().map(|path| (path.clone(), None));
        let wanted = landing::Draft {
            parent: draft.parent,
            edits: writes.chain(deletes).collect(),
            author: identity::author()?,
            committer: identity::committer()?,
            message: draft.message.clone(),
            key: draft.key.as_ref(),
        };
        let commit = Commit { reader: &self.reader, branch: &branch, head: draft.head, draft: &wanted };
        let landed = self.ways.land(&commit);
        let (landed, passed_over) = landed.map_err(|none| match none.error {
            OnceError::Land(fairlead_git::LandError::Moved { branch, .. }) => {
                LandError::Moved { branch: branch.to_string() }
            }
            OnceError::Unknown { commit, why, .. } => {
                LandError::Unknown { commit, branch: branch.to_string(), why }
            }
            error => LandError::Remote(Box::new(NoWay { error, ..none })),
        })?;
        let commit = landed.commits.last().copied();
        Ok(Landed {
            commit: commit.ok_or_else(|| LandError::Remote(Box::new(OnceError::Unchanged.into())))?,
            strategy: Some(landed.strategy.name()),
            passed_over,
            messages: landed.messages,
        })
    }

    fn traffic(&self) -> Option<TrafficView> {
        let traffic = self.reader.traffic();
        Some(TrafficView {
            repository: self.reader.name().to_owned(),
            requests: traffic.requests,
            sent: traffic.sent,
            received: traffic.received,
            read_by: self.reader.read_by(),
        })
    }
}

fn listed(file: File) -> (String, Listed) {
    let mode = match file.mode {
        object::Mode::Link => Mode::Link,
        object::Mode::Submodule => Mode::Submodule,
        object::Mode::Executable => Mode::Executable,
        object::Mode::File | object::Mode::GroupWritable | object::Mode::Folder => Mode::File,
    };
    (file.path, Listed { mode, oid: file.oid })
}
