//! What a landing does to each path, as APIs want to be told: whether a file is new, and what it was before.

use std::collections::BTreeMap;

use fairlead_world::{Blob, ObjectFormat, RepoPath};

use super::unfit;
use crate::landing::Base;
use crate::object::{Mode, Oid};
use crate::repository::{LandError, Landing, Repository, Strategy};

/// What becomes of one path in one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change<'a> {
    pub(super) path: &'a RepoPath,
    /// The new contents; `None` to delete.
    pub(super) blob: Option<&'a Blob>,
    /// The blob that is there before; `None` where nothing is.
    pub(super) before: Option<Oid>,
}

impl Change<'_> {
    /// The bytes of the new contents.
    pub(super) fn size(&self) -> usize {
        self.blob.map_or(0, |blob| blob.bytes().len())
    }
}

/// The changes of each commit. What is to be deleted and is not there is left out: APIs call that an error.
///
/// # Errors
/// Where what is there cannot be read, or has a mode of which no API says whether it keeps it.
pub(super) async fn changes<'a, R: Repository>(
    reader: &R,
    landing: &'a Landing,
    strategy: Strategy,
) -> Result<Vec<Vec<Change<'a>>>, LandError> {
    let mut base = Base::open(reader, landing.parent()).await?;
    base.reach(landing.commits.iter().flat_map(|planned| planned.edits.keys())).await?;
    let mut written: BTreeMap<&RepoPath, Option<Oid>> = BTreeMap::new();
    let mut all = Vec::new();
    for planned in &landing.commits {
        let mut changes = Vec::new();
        for (path, blob) in &planned.edits {
            let before = match written.get(path) {
                Some(before) => *before,
                None => match (base.find(path).await?, blob) {
                    // Where a folder is, its files are deleted each for itself.
                    (None | Some((Mode::Folder, _)), _) => None,
                    (Some((Mode::File | Mode::GroupWritable, oid)), _) => Some(oid),
                    (Some((Mode::Executable, oid)), None) => Some(oid),
                    // What is no file is not ours to delete.
                    (Some((Mode::Link | Mode::Submodule, _)), None) => None,
                    (Some((mode, _)), Some(_)) => {
                        let why = format!(
                            "`{path}` is {}, and what an API makes of that is not told: push instead",
                            mode.in_words()
                        );
                        return Err(unfit(strategy, why));
                    }
                },
            };
            written.insert(path, blob.as_ref().map(|blob| Oid::of_blob(ObjectFormat::Sha1, blob.bytes())));
            if blob.is_some() || before.is_some() {
                changes.push(Change { path, blob: blob.as_ref(), before });
            }
        }
        all.push(changes);
    }
    Ok(all)
}
