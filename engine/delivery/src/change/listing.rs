//! A committed tree as a list of its files.

use std::collections::BTreeMap;

use fairlead_world::{ObjectFormat, Oid};

use crate::change::tree;

/// Every file of one committed tree: what `git ls-tree -r` prints.
///
/// Paths are text as git has them, joined by `/`: other people's files may have names that Fairlead would not write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    files: BTreeMap<String, Listed>,
}

/// One entry of a [`Listing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// What it is.
    pub mode: Mode,
    /// Its object's id.
    pub oid: Oid,
}

/// What git's trees hold, folders apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A regular file.
    File,
    /// A regular file that may be executed.
    Executable,
    /// A symbolic link.
    Link,
    /// A submodule's commit.
    Submodule,
}

impl Mode {
    /// The digits that git's trees have for it.
    pub fn digits(self) -> &'static str {
        match self {
            Mode::File => "100644",
            Mode::Executable => "100755",
            Mode::Link => "120000",
            Mode::Submodule => "160000",
        }
    }
}

impl Listing {
    /// A tree without files.
    pub fn new() -> Listing {
        Listing::default()
    }

    /// Adds an entry, and returns the one that was there.
    pub fn insert(&mut self, path: impl Into<String>, mode: Mode, oid: Oid) -> Option<Listed> {
        self.files.insert(path.into(), Listed { mode, oid })
    }

    /// The entry at a path; folders have none.
    pub fn at(&self, path: &str) -> Option<&Listed> {
        self.files.get(path)
    }

    /// Every entry in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Listed)> {
        self.files.iter().map(|(path, listed)| (path.as_str(), listed))
    }

    /// The entries inside a folder in the order of their paths; all of them for the empty path.
    pub fn inside<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Listed)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = prefix.clone();
        self.files
            .range(start..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, listed)| (path.as_str(), listed))
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The id that git gives the tree of exactly these files.
    pub fn tree(&self, format: ObjectFormat) -> Oid {
        tree::of_tree(format, self.iter().map(|(path, listed)| (path, listed.mode.digits(), listed.oid)))
    }
}

impl FromIterator<(String, Listed)> for Listing {
    fn from_iter<I: IntoIterator<Item = (String, Listed)>>(entries: I) -> Listing {
        Listing { files: entries.into_iter().collect() }
    }
}

impl Extend<(String, Listed)> for Listing {
    fn extend<I: IntoIterator<Item = (String, Listed)>>(&mut self, entries: I) {
        self.files.extend(entries);
    }
}
