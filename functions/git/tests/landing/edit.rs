//! What the operations of these tests are: edits of single files.

use fairlead_git::Repository;
use fairlead_git::landing::{Base, Edits, FileEdit, Operation, WorkError, Works};
use fairlead_world::{Blob, Oid, RepoPath};

/// Sets one file, if it still is as it was seen; in any case where nothing is said about that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) path: String,
    pub(crate) contents: String,
    pub(crate) seen: Seen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    Anything,
    Nothing,
    Blob(Oid),
}

impl Edit {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let seen = match self.seen {
            Seen::Anything => "any".to_owned(),
            Seen::Nothing => "none".to_owned(),
            Seen::Blob(oid) => oid.to_string(),
        };
        format!("{}\n{seen}\n{}", self.path, self.contents).into_bytes()
    }

    pub(crate) fn read(payload: &[u8]) -> Edit {
        let text = std::str::from_utf8(payload).unwrap();
        let mut lines = text.splitn(3, '\n');
        let path = lines.next().unwrap().to_owned();
        let seen = match lines.next().unwrap() {
            "any" => Seen::Anything,
            "none" => Seen::Nothing,
            oid => Seen::Blob(Oid::parse(oid).unwrap()),
        };
        Edit { path, seen, contents: lines.next().unwrap().to_owned() }
    }
}

pub(crate) struct EditWorks;

impl Works for EditWorks {
    async fn edits<R: Repository>(
        &self,
        operation: &Operation,
        base: &mut Base<'_, R>,
    ) -> Result<Edits, WorkError> {
        let edit = Edit::read(&operation.payload);
        let path = RepoPath::parse(&edit.path).unwrap();
        let seen = match edit.seen {
            Seen::Anything => base.find(&path).await?.map(|(_, oid)| oid),
            Seen::Nothing => None,
            Seen::Blob(oid) => Some(oid),
        };
        let edits = [FileEdit { path, seen, contents: Some(Blob::from(edit.contents.clone())) }];
        Ok(Edits {
            files: FileEdit::merge(&edits, base).await?,
            author: (format!("Author of {}", operation.id), "author@example.com".to_owned()),
            authored: None,
            message: format!("edit: set {}", edit.path),
        })
    }
}
