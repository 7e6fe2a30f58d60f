//! What comes in is checked as `git fsck --strict` checks it, so that every clone passes it.

use fairlead_world::is_git_lookalike;

use crate::object::{Entry, Kind, Mode, Oid, Tree, TreeError};

/// An object that another refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    /// Its id.
    pub(super) oid: Oid,
    /// What it has to be.
    pub(super) kind: Kind,
}

/// What is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// A tree that cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A name in a tree that is a trap.
    #[error("a tree has the entry `{name}`: {why}")]
    Name {
        /// The name, shortened.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A commit or tag that is malformed.
    #[error("a {kind} is malformed: {why}")]
    Header {
        /// Which of the two.
        kind: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// A commit's headers that graphs are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommitHead {
    pub(super) tree: Oid,
    pub(super) parents: Vec<Oid>,
    /// When it was committed, in seconds since 1970.
    pub(super) seconds: i64,
}

/// Checks an object and returns what it refers to. A submodule's commit is elsewhere and no link.
pub(super) fn links(kind: Kind, bytes: &[u8]) -> Result<Vec<Link>, CheckError> {
    match kind {
        Kind::Blob => Ok(Vec::new()),
        Kind::Tree => tree(bytes),
        Kind::Commit => {
            let head = commit(bytes)?;
            let parents = head.parents.into_iter().map(|oid| Link { oid, kind: Kind::Commit });
            Ok(std::iter::once(Link { oid: head.tree, kind: Kind::Tree }).chain(parents).collect())
        }
        Kind::Tag => tag(bytes).map(|target| vec![target]),
    }
}

fn tree(bytes: &[u8]) -> Result<Vec<Link>, CheckError> {
    let tree = Tree::parse(bytes)?;
    let entries = tree.entries();
    entries.iter().try_for_each(name)?;
    Ok(entries.iter().filter_map(link).collect())
}

fn link(entry: &Entry) -> Option<Link> {
    match entry.mode {
        Mode::Submodule => None,
        Mode::Folder => Some(Link { oid: entry.oid, kind: Kind::Tree }),
        Mode::File | Mode::Executable | Mode::GroupWritable | Mode::Link => {
            Some(Link { oid: entry.oid, kind: Kind::Blob })
        }
    }
}

fn name(entry: &Entry) -> Result<(), CheckError> {
    let wrong = |why| Err(CheckError::Name { name: shown(&entry.name), why });
    if entry.oid == Oid::ZERO {
        return wrong("it names no object");
    }
    let text = String::from_utf8_lossy(&entry.name);
    // NTFS reads `\` as a slash, and takes what follows `:` for a stream of the file before it.
    if text.split(['\\', ':']).any(is_git_lookalike) {
        return wrong("some file systems take it for git's own folder");
    }
    if entry.mode == Mode::Link && is_gitmodules(&text) {
        return wrong("the list of submodules may not be a symbolic link");
    }
    Ok(())
}

fn is_gitmodules(text: &str) -> bool {
    let seen: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect();
    let seen = seen.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']).to_owned();
    seen == ".gitmodules" || seen.starts_with("gitmod~") || seen.starts_with("gi7eba~")
}

/// Reads a commit's headers strictly.
pub(super) fn commit(bytes: &[u8]) -> Result<CommitHead, CheckError> {
    let mut headers = Headers::new("commit", bytes)?;
    let tree = headers.oid("tree ")?.ok_or(headers.wrong("it has no tree"))?;
    let mut parents = Vec::new();
    while let Some(parent) = headers.oid("parent ")? {
        parents.push(parent);
    }
    headers.identity("author ")?.ok_or(headers.wrong("it has no author"))?;
    let seconds = headers.identity("committer ")?.ok_or(headers.wrong("it has no committer"))?;
    if headers.rest.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"author ")) {
        return Err(headers.wrong("it has two authors"));
    }
    Ok(CommitHead { tree, parents, seconds })
}

/// Reads what a tag is of, strictly.
pub(super) fn tag(bytes: &[u8]) -> Result<Link, CheckError> {
    let mut headers = Headers::new("tag", bytes)?;
    let oid = headers.oid("object ")?.ok_or(headers.wrong("it has no object"))?;
    let word = headers.value("type ").ok_or(headers.wrong("it has no type"))?;
    let kind = [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag]
        .into_iter()
        .find(|kind| kind.word().as_bytes() == word)
        .ok_or(headers.wrong("its type is none"))?;
    headers.value("tag ").filter(|name| !name.is_empty()).ok_or(headers.wrong("it has no name"))?;
    // Tags of git's first year have no tagger.
    headers.identity("tagger ")?;
    Ok(Link { oid, kind })
}

/// The lines before the first empty one.
struct Headers<'a> {
    kind: &'static str,
    rest: &'a [u8],
}

impl<'a> Headers<'a> {
    fn new(kind: &'static str, bytes: &'a [u8]) -> Result<Headers<'a>, CheckError> {
        let end = bytes.windows(2).position(|two| two == b"\n\n").map(|end| end + 1);
        let headers = Headers { kind, rest: &bytes[..end.unwrap_or(bytes.len())] };
        if headers.rest.contains(&0) {
            return Err(headers.wrong("a header has a zero byte"));
        }
        if !headers.rest.ends_with(b"\n") {
            return Err(headers.wrong("its headers have no end"));
        }
        Ok(headers)
    }

    fn wrong(&self, why: &'static str) -> CheckError {
        CheckError::Header { kind: self.kind, why }
    }

    /// The value of the next line, if it is of that name.
    fn value(&mut self, name: &str) -> Option<&'a [u8]> {
        let after = self.rest.strip_prefix(name.as_bytes())?;
        let end = after.iter().position(|byte| *byte == b'\n')?;
        self.rest = &after[end + 1..];
        Some(&after[..end])
    }

    fn oid(&mut self, name: &str) -> Result<Option<Oid>, CheckError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        match std::str::from_utf8(value).ok().and_then(|text| Oid::parse(text).ok()) {
            Some(oid @ Oid::Sha1(_)) => Ok(Some(oid)),
            _ => Err(self.wrong("an object id is none")),
        }
    }

    /// Checks `Name <address> seconds offset` and returns the seconds.
    fn identity(&mut self, name: &str) -> Result<Option<i64>, CheckError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        seconds(value).map(Some).ok_or(self.wrong("an author, committer or tagger is malformed"))
    }
}

fn seconds(identity: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(identity);
    let (name, rest) = text.split_once('<')?;
    if !name.ends_with(' ') || name.contains('>') {
        return None;
    }
    let (email, when) = rest.split_once('>')?;
    if email.contains('<') {
        return None;
    }
    let (seconds, offset) = when.strip_prefix(' ')?.split_once(' ')?;
    if !seconds.bytes().all(|byte| byte.is_ascii_digit()) || (seconds.starts_with('0') && seconds != "0") {
        return None;
    }
    let digits = offset.strip_prefix(['+', '-'])?;
    (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    seconds.parse().ok()
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().take(80).map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree_of(entries: &[(&str, Mode)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, mode) in entries {
            bytes.extend_from_slice(format!("{} {name}\0", mode.digits()).as_bytes());
            bytes.extend_from_slice(&[7; 20]);
        }
        bytes
    }

    #[test]
    fn names_that_are_traps_are_refused() {
        for name in [
            ".git",
            ".GIT",
            "git~1",
            ".g\u{200c}it",
            ".git.",
            ".git ",
            ".git::$INDEX_ALLOCATION",
            ".git\\hooks",
            "a\\.git",
        ] {
            for mode in [Mode::File, Mode::Folder, Mode::Link] {
                assert!(
                    matches!(links(Kind::Tree, &tree_of(&[(name, mode)])), Err(CheckError::Name { .. })),
                    "{name}"
                );
            }
        }
        for name in [".gitmodules", ".GITMODULES", ".gitmodules .", "GITMOD~1"] {
            assert!(links(Kind::Tree, &tree_of(&[(name, Mode::Link)])).is_err(), "{name}");
            assert!(links(Kind::Tree, &tree_of(&[(name, Mode::File)])).is_ok(), "{name}");
        }
        for name in [".gitignore", "git", "aux", "a:b", "größe", "-x"] {
            assert!(links(Kind::Tree, &tree_of(&[(name, Mode::File)])).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_file_and_a_folder_of_one_name_are_refused_wherever_they_stand() {
        let bytes = tree_of(&[("a", Mode::File), ("a.b", Mode::File), ("a", Mode::Folder)]);
        assert!(matches!(links(Kind::Tree, &bytes), Err(CheckError::Tree(_))));
    }

    #[test]
    fn a_submodule_is_no_link() {
        let bytes = tree_of(&[("a", Mode::Submodule), ("b", Mode::Folder), ("c", Mode::Link)]);
        let kinds: Vec<Kind> = links(Kind::Tree, &bytes).unwrap().iter().map(|link| link.kind).collect();
        assert_eq!(kinds, [Kind::Tree, Kind::Blob]);
    }

    /// What `git fsck --strict` calls an error.
    #[test]
    fn malformed_commits_and_tags_are_refused() {
        let id = "1234567890123456789012345678901234567890";
        let good =
            format!("tree {id}\nparent {id}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 2 +0000\nx y\n\nm\n");
        assert_eq!(commit(good.as_bytes()).unwrap().seconds, 2);
        for (from, to) in [
            ("tree", "twig"),
            (id, "123"),
            ("author A <a@b>", "author <a@b>"),
            ("author A <a@b>", "author A<a@b>"),
            ("author A <a@b>", "author A <a<@b>"),
            ("author A <a@b>", "author A> <a@b>"),
            (" 1 +0000", " 01 +0000"),
            (" 1 +0000", " 1 +000"),
            (" 1 +0000", " x +0000"),
            (" 1 +0000", "1 +0000"),
            (" 1 +0000", " 99999999999999999999 +0000"),
            ("x y", "author B <a@b> 1 +0000"),
            ("x y", "x\0y"),
            ("committer", "commuter"),
        ] {
            assert!(commit(good.replacen(from, to, 1).as_bytes()).is_err(), "{from} → {to}");
        }
        let good = format!("object {id}\ntype commit\ntag v1\ntagger A <a@b> 1 +0000\n\nm\n");
        assert_eq!(tag(good.as_bytes()).unwrap().kind, Kind::Commit);
        for (from, to) in [("object", "obj"), ("type commit", "type x"), ("tag v1", "tag "), (" 1 +", " 1 ")]
        {
            assert!(tag(good.replacen(from, to, 1).as_bytes()).is_err(), "{from} → {to}");
        }
        for cut in 0..good.find("tagger").unwrap() {
            assert!(tag(&good.as_bytes()[..cut]).is_err() || cut > good.find("tag v1").unwrap(), "{cut}");
        }
    }
}
