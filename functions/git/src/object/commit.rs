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

/// Bytes that are no commit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a commit is malformed: {0}")]
pub struct CommitError(&'static str);

impl Commit {
    /// Reads a commit's bytes. Headers that nothing here needs (an encoding, merged tags) are left out, so that the
    /// result is for reading: it does not encode to the same bytes where there were any.
    ///
    /// # Errors
    /// Where the tree, a parent, the author or the committer is missing or malformed.
    pub fn parse(bytes: &[u8]) -> Result<Commit, CommitError> {
        let end = bytes.windows(2).position(|two| two == b"\n\n");
        let (head, message) = match end {
            Some(end) => (&bytes[..end], &bytes[end + 2..]),
            None => (bytes.strip_suffix(b"\n").unwrap_or(bytes), &b""[..]),
        };
        let head = String::from_utf8_lossy(head);
        let mut headers = Headers::default();
        let mut last = "";
        for line in head.split('\n') {
            match line.strip_prefix(' ') {
                Some(more) if last == "gpgsig" => {
                    headers.signature.get_or_insert_default().push_str(&format!("\n{more}"));
                }
                Some(_) => {}
                None => {
                    let (name, value) = line.split_once(' ').ok_or(CommitError("a header has no value"))?;
                    headers.add(name, value)?;
                    last = name;
                }
            }
        }
        Ok(Commit {
            tree: headers.tree.ok_or(CommitError("it has no tree"))?,
            parents: headers.parents,
            author: headers.author.ok_or(CommitError("it has no author"))?,
            committer: headers.committer.ok_or(CommitError("it has no committer"))?,
            message: String::from_utf8_lossy(message).into_owned(),
            signature: headers.signature,
        })
    }

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

/// A commit as far as graphs are made of it: what git itself reads of commits that it walks over. Who wrote them, and when,
/// may be malformed in old ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The root's tree.
    pub tree: Oid,
    /// The commits before it.
    pub parents: Vec<Oid>,
    /// The message.
    pub message: String,
}

impl Outline {
    /// Reads the tree and the parents, which come first, and the message after the first empty line. Nothing else is
    /// looked at.
    ///
    /// # Errors
    /// Where the tree is missing, or an id is none.
    pub fn parse(bytes: &[u8]) -> Result<Outline, CommitError> {
        let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
        let mut next = |name: &[u8]| {
            let line = lines.next_if(|line| line.starts_with(name))?;
            let id = std::str::from_utf8(&line[name.len()..]).ok().and_then(|id| Oid::parse(id).ok());
            Some(id.ok_or(CommitError("an object id is none")))
        };
        let tree = next(b"tree ").ok_or(CommitError("it has no tree"))??;
        let parents = std::iter::from_fn(|| next(b"parent ")).collect::<Result<_, _>>()?;
        let end = bytes.windows(2).position(|two| two == b"\n\n");
        let message = end.map_or(&b""[..], |end| &bytes[end + 2..]);
        Ok(Outline { tree, parents, message: String::from_utf8_lossy(message).into_owned() })
    }
}

#[derive(Default)]
struct Headers {
    tree: Option<Oid>,
    parents: Vec<Oid>,
    author: Option<Identity>,
    committer: Option<Identity>,
    signature: Option<String>,
}

impl Headers {
    fn add(&mut self, name: &str, value: &str) -> Result<(), CommitError> {
        let oid = || Oid::parse(value).map_err(|_| CommitError("an object id is none"));
        let identity = || Identity::parse(value).ok_or(CommitError("an author or committer is malformed"));
        match name {
            "tree" => self.tree = Some(oid()?),
            "parent" => self.parents.push(oid()?),
            "author" => self.author = Some(identity()?),
            "committer" => self.committer = Some(identity()?),
            "gpgsig" => self.signature = Some(value.to_owned()),
            _ => {}
        }
        Ok(())
    }
}

impl Identity {
    /// Reads `Name <address> seconds offset`.
    fn parse(text: &str) -> Option<Identity> {
        let (name, rest) = text.split_once('<')?;
        let (email, when) = rest.rsplit_once('>')?;
        let (seconds, offset) = when.trim_start().split_once(' ')?;
        let digits = offset.strip_prefix(['+', '-'])?;
        let (hours, minutes) = digits.split_at_checked(2)?;
        let east = hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok().filter(|m| *m < 100)?;
        Some(Identity {
            name: name.trim().to_owned(),
            email: email.to_owned(),
            seconds: seconds.parse().ok()?,
            offset: if offset.starts_with('-') { -east } else { east },
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> Commit {
        let identity = |offset| Identity {
            name: "Ann Müller".into(),
            email: "ann@example.com".into(),
            seconds: 1_700_000_000,
            offset,
        };
        Commit {
            tree: Oid::ZERO,
            parents: vec![Oid::Sha1([1; 20]), Oid::Sha1([2; 20])],
            author: identity(-210),
            committer: identity(120),
            message: "delivery: generate\n\nWhy.\n\nA: b\n".into(),
            signature: Some("-----BEGIN SSH SIGNATURE-----\nabc\n\ndef\n-----END SSH SIGNATURE-----".into()),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for signature in [None, commit().signature] {
            let commit = Commit { signature, ..commit() };
            assert_eq!(Commit::parse(&commit.object().bytes), Ok(commit));
        }
    }

    #[test]
    fn headers_that_nobody_needs_are_passed_over() {
        let text = format!(
            "tree {0}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\nencoding UTF-8\nmergetag object {0}\n type commit\n\nm",
            Oid::ZERO
        );
        assert_eq!(Commit::parse(text.as_bytes()).unwrap().message, "m");
    }

    #[test]
    fn of_old_commits_the_outline_is_read() {
        let (tree, parent) = (Oid::Sha1([1; 20]), Oid::Sha1([2; 20]));
        let identities = [
            "author A <a@b> 1313584730 +051800\ncommitter A <a@b> 1313584730 +051800\n",
            "author A 1 +0000\ncommitter <a@b> 1 +0000\n",
            "author A <a@b>\ncommitter\n",
            "author A <a <a@b>> 99999999999999999999 +0000\n",
            "",
        ];
        for identities in identities {
            let text = format!("tree {tree}\nparent {parent}\n{identities}\nm\n\nparent x\n");
            let outline = Outline { tree, parents: vec![parent], message: "m\n\nparent x\n".into() };
            assert!(Commit::parse(text.as_bytes()).is_err(), "{text}");
            assert_eq!(Outline::parse(text.as_bytes()), Ok(outline), "{text}");
        }
        for text in ["", "tree x\n\nm", "parent 1\n\n", &format!("tree {tree}\nparent x\n\nm")] {
            assert!(Outline::parse(text.as_bytes()).is_err(), "{text:?}");
        }
        let whole = commit();
        let outline =
            Outline { tree: whole.tree, parents: whole.parents.clone(), message: whole.message.clone() };
        assert_eq!(Outline::parse(&whole.object().bytes), Ok(outline));
    }

    #[test]
    fn malformed_commits_are_refused() {
        let good = commit().object().bytes;
        let end = good.windows(2).position(|two| two == b"\n\n").unwrap();
        for text in ["", "tree x", "tree", "parent 1\n\n"] {
            assert!(Commit::parse(text.as_bytes()).is_err(), "{text:?}");
        }
        for cut in 0..end / 2 {
            assert!(Commit::parse(&good[..cut]).is_err(), "{cut}");
        }
    }
}
