//! Commits, with bytes that are fixed when they are planned.

use std::fmt;

use super::{Kind, Object, Oid};

/// A commit to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The root's tree.
    pub tree: Oid,
    /// The commits before it: none for the first of a branch.
    pub parents: Vec<Oid>,
    /// Whose change it is.
    pub author: Identity,
    /// Who made the commit.
    pub committer: Identity,
    /// The message; one line end is added where it has none at its end.
    pub message: String,
    /// The armoured signature of the commit without it, where it is signed.
    pub signature: Option<String>,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// A name. Characters that would end it (`<`, `>`, line ends) are left out of the commit, as git does.
    pub name: String,
    /// An address, likewise.
    pub email: String,
    /// Seconds since 1970.
    pub seconds: i64,
    /// Minutes east of Greenwich.
    pub offset: i16,
}

impl Commit {
    /// The object.
    pub fn object(&self) -> Object {
        Object { kind: Kind::Commit, bytes: self.encode(self.signature.as_deref()).into_bytes() }
    }

    /// The text that a signature signs.
    pub fn unsigned(&self) -> String {
        self.encode(None)
    }

    fn encode(&self, signature: Option<&str>) -> String {
        let mut text = format!("tree {}\n", self.tree);
        text.extend(self.parents.iter().map(|parent| format!("parent {parent}\n")));
        text.push_str(&format!("author {}\ncommitter {}\n", self.author, self.committer));
        if let Some(signature) = signature {
            // A header's further lines begin with a space.
            text.push_str(&format!("gpgsig {}\n", signature.trim_end().replace('\n', "\n ")));
        }
        text.push('\n');
        text.push_str(self.message.trim_end_matches('\n'));
        text.push('\n');
        text
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clean = |text: &str| -> String {
            text.chars()
                .filter(|c| !matches!(c, '<' | '>' | '\n' | '\r' | '\0'))
                .collect::<String>()
                .trim()
                .to_owned()
        };
        let (sign, minutes) = (if self.offset < 0 { '-' } else { '+' }, self.offset.unsigned_abs());
        let (name, email) = (clean(&self.name), clean(&self.email));
        write!(f, "{name} <{email}> {} {sign}{:02}{:02}", self.seconds, minutes / 60, minutes % 60)
    }
}
