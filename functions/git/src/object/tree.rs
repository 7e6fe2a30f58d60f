//! Trees: the entries of one folder.

use std::cmp::Ordering;

use super::Oid;

/// One folder, its entries sorted as git sorts them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    entries: Vec<Entry>,
}

/// One entry of a folder. Names are bytes: other people's are not always UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The last segment of its path.
    pub name: Vec<u8>,
    /// What it is.
    pub mode: Mode,
    /// Its object.
    pub oid: Oid,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A folder.
    Folder,
    /// A regular file.
    File,
    /// A regular file that may be executed.
    Executable,
    /// A symbolic link.
    Link,
    /// A submodule's commit.
    Submodule,
    /// A group-writable file, which very old tools wrote. Where it is not told apart it is read as a [`Mode::File`].
    GroupWritable,
}

/// Bytes that are no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tree is malformed at byte {at}: {why}")]
pub struct TreeError {
    /// Where in the tree's bytes.
    pub at: usize,
    /// What is wrong there.
    pub why: &'static str,
}

impl Tree {
    /// Reads a tree's bytes, of which [`Tree::encode`] makes the same again. Entries out of order, doubled, or with a name
    /// that is no single segment are refused, so that no two readers see different trees.
    ///
    /// # Errors
    /// Whatever git's own checks call malformed.
    pub fn parse(bytes: &[u8]) -> Result<Tree, TreeError> {
        Tree::parse_with(bytes, Mode::parse)
    }

    /// Reads a tree that is somebody's history already: as [`Tree::parse`], but modes that old tools wrote are those that
    /// git reads them as. Encoded again it is the tree that git makes of it when something in it changes, which need
    /// not be the bytes that it was.
    ///
    /// # Errors
    /// As [`Tree::parse`], but for modes that are octal numbers.
    pub fn read(bytes: &[u8]) -> Result<Tree, TreeError> {
        Tree::parse_with(bytes, Mode::read)
    }

    fn parse_with(bytes: &[u8], mode: impl Fn(&[u8]) -> Option<Mode>) -> Result<Tree, TreeError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let wrong = |why| TreeError { at, why };
            let (entry, length) = parse_entry(rest, &mode).map_err(wrong)?;
            if entries.last().is_some_and(|last| order(last, &entry) != Ordering::Less) {
                return Err(wrong("its entries are not in order"));
            }
            entries.push(entry);
            at += length;
        }
        // They need not be neighbours in git's order.
        let mut files: Vec<&[u8]> =
            entries.iter().filter(|entry| entry.mode != Mode::Folder).map(|entry| &*entry.name).collect();
        files.sort_unstable();
        let mut folders = entries.iter().filter(|entry| entry.mode == Mode::Folder);
        if folders.any(|folder| files.binary_search(&folder.name.as_slice()).is_ok()) {
            return Err(TreeError { at, why: "a file and a folder have one name" });
        }
        Ok(Tree { entries })
    }

    /// The tree of these entries, in whichever order they come.
    ///
    /// # Errors
    /// As [`Tree::parse`], where two have one name or one has none.
    pub fn of(mut entries: Vec<Entry>) -> Result<Tree, TreeError> {
        entries.sort_by(order);
        Tree::parse(&Tree { entries }.encode())
    }

    /// The tree's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.entries.iter().map(|entry| entry.name.len() + 28).sum());
        for entry in &self.entries {
            bytes.extend_from_slice(entry.mode.digits().as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(&entry.name);
            bytes.push(0);
            bytes.extend_from_slice(entry.oid.bytes());
        }
        bytes
    }

    /// The entries, in git's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of that name, whatever it is.
    pub fn find(&self, name: &[u8]) -> Option<&Entry> {
        self.entries.get(self.place(name)?)
    }

    /// Puts an entry in its place; one of the same name gives way.
    pub fn put(&mut self, entry: Entry) {
        self.take(&entry.name);
        let place = self.entries.partition_point(|other| order(other, &entry) == Ordering::Less);
        self.entries.insert(place, entry);
    }

    /// Takes the entry of that name away, and returns it.
    pub fn take(&mut self, name: &[u8]) -> Option<Entry> {
        let place = self.place(name)?;
        Some(self.entries.remove(place))
    }

    /// Where the entry of that name is: a folder stands elsewhere than a file.
    fn place(&self, name: &[u8]) -> Option<usize> {
        let search = |slash: &[u8]| {
            let wanted = || name.iter().chain(slash);
            self.entries.binary_search_by(|entry| key(entry).cmp(wanted())).ok()
        };
        search(b"").or_else(|| search(b"/"))
    }

    /// Whether it has no entries; git has no empty folders below the root.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Mode {
    /// The digits that trees hold.
    pub fn digits(self) -> &'static str {
        match self {
            Mode::Folder => "40000",
            Mode::File => "100644",
            Mode::Executable => "100755",
            Mode::Link => "120000",
            Mode::Submodule => "160000",
            Mode::GroupWritable => "100664",
        }
    }

    /// Whether it is a regular file of any kind.
    pub fn is_file(self) -> bool {
        matches!(self, Mode::File | Mode::Executable | Mode::GroupWritable)
    }

    /// What it is, for a message.
    pub fn in_words(self) -> &'static str {
        match self {
            Mode::Folder => "a folder",
            Mode::File | Mode::GroupWritable => "a file",
            Mode::Executable => "an executable file",
            Mode::Link => "a symbolic link",
            Mode::Submodule => "a submodule",
        }
    }

    pub(crate) fn parse(digits: &[u8]) -> Option<Mode> {
        let all =
            [Mode::Folder, Mode::File, Mode::Executable, Mode::Link, Mode::Submodule, Mode::GroupWritable];
        all.into_iter().find(|mode| mode.digits().as_bytes() == digits)
    }

    /// The mode that git reads: what kind it is, and of files whether their owner may execute them.
    fn read(digits: &[u8]) -> Option<Mode> {
        let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
        let mode = u32::from_str_radix(digits, 8).ok()?;
        Some(match mode & 0o170_000 {
            0o100_000 if mode & 0o100 == 0 => Mode::File,
            0o100_000 => Mode::Executable,
            0o120_000 => Mode::Link,
            0o040_000 => Mode::Folder,
            // Git takes whatever else there is for a submodule.
            _ => Mode::Submodule,
        })
    }
}

fn parse_entry(bytes: &[u8], mode: impl Fn(&[u8]) -> Option<Mode>) -> Result<(Entry, usize), &'static str> {
    let space = bytes.iter().take(8).position(|byte| *byte == b' ').ok_or("it has no mode")?;
    let mode = mode(&bytes[..space]).ok_or("its mode is unknown")?;
    let rest = &bytes[space + 1..];
    let end = rest.iter().position(|byte| *byte == 0).ok_or("a name has no end")?;
    let name = rest[..end].to_vec();
    if name.is_empty() || name == b"." || name == b".." || name.contains(&b'/') {
        return Err("a name is no single segment");
    }
    let oid = rest.get(end + 1..).and_then(|rest| rest.first_chunk::<20>()).ok_or("an id is cut short")?;
    Ok((Entry { name, mode, oid: Oid::Sha1(*oid) }, space + 1 + end + 1 + 20))
}

/// Git compares names as bytes, folders as if theirs ended in a slash.
fn order(one: &Entry, other: &Entry) -> Ordering {
    key(one).cmp(key(other))
}

fn key(entry: &Entry) -> impl Iterator<Item = &u8> {
    let slash: &[u8] = if entry.mode == Mode::Folder { b"/" } else { b"" };
    entry.name.iter().chain(slash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, mode: Mode) -> Entry {
        Entry { name: name.into(), mode, oid: Oid::ZERO }
    }

    #[test]
    fn folders_sort_as_if_they_ended_in_a_slash() {
        let mut tree = Tree::default();
        for (name, mode) in
            [("b0", Mode::File), ("b", Mode::Folder), ("b-c", Mode::File), ("b.txt", Mode::File)]
        {
            tree.put(entry(name, mode));
        }
        let names: Vec<_> = tree.entries().iter().map(|entry| entry.name.as_slice()).collect();
        assert_eq!(names, [&b"b-c"[..], b"b.txt", b"b", b"b0"]);
        assert_eq!(Tree::parse(&tree.encode()), Ok(tree));
    }

    #[test]
    fn an_entry_gives_way_to_one_of_another_kind() {
        let mut tree = Tree::default();
        tree.put(entry("a", Mode::Folder));
        tree.put(entry("a", Mode::File));
        assert_eq!(tree.entries(), [entry("a", Mode::File)]);
    }

    #[test]
    fn modes_of_old_tools_are_read_as_git_reads_them() {
        let one = |mode: &str| [format!("{mode} a\0").as_bytes(), Oid::ZERO.bytes()].concat();
        for (digits, mode) in [
            ("100640", Mode::File),
            ("0100644", Mode::File),
            ("100664", Mode::File),
            ("100775", Mode::Executable),
            ("040000", Mode::Folder),
            ("120777", Mode::Link),
            ("0", Mode::Submodule),
        ] {
            let tree = Tree::read(&one(digits)).unwrap();
            assert_eq!(tree.entries(), [entry("a", mode)], "{digits}");
            assert_eq!(tree.encode(), one(mode.digits()), "{digits}");
            assert_eq!(Tree::parse(&one(digits)).is_ok(), digits == "100664", "{digits}: no push brings it");
        }
        for digits in ["", "10064x", "+10064", "100648"] {
            assert!(Tree::read(&one(digits)).is_err(), "{digits}");
        }
    }

    #[test]
    fn malformed_trees_are_refused() {
        let good = Tree { entries: vec![entry("a", Mode::File), entry("b", Mode::File)] }.encode();
        for cut in 1..good.len() {
            assert_eq!(Tree::parse(&good[..cut]).is_ok(), cut == good.len() / 2, "{cut}");
        }
        let swapped = Tree { entries: vec![entry("b", Mode::File), entry("a", Mode::File)] }.encode();
        let doubled = Tree { entries: vec![entry("a", Mode::File), entry("a", Mode::File)] }.encode();
        let dots = Tree { entries: vec![entry("..", Mode::File)] }.encode();
        let both = Tree {
            entries: vec![entry("a", Mode::File), entry("a-b", Mode::File), entry("a", Mode::Folder)],
        };
        for bytes in [swapped, doubled, dots, both.encode()] {
            assert!(Tree::parse(&bytes).is_err());
            assert!(Tree::read(&bytes).is_err());
        }
    }
}
