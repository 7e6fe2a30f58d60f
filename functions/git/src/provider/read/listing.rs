//! Folders, made anew of what an API lists.

use std::collections::BTreeMap;

use super::super::dialect::Unreadable;
use super::source::oid;
use crate::object::{Entry, Kind, Mode, Object, Oid, Tree};

/// One thing in a folder or below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its path from the folder that was asked for.
    pub(super) path: String,
    /// The digits of its mode.
    pub(super) mode: String,
    /// Its id.
    pub(super) oid: String,
}

/// What a list makes.
#[derive(Debug, PartialEq)]
pub(super) struct Folders {
    /// The folder that was asked for, where its entries make one. Whether it is whole, its id has to show.
    pub(super) root: Option<Object>,
    /// Folders below it whose entries make what their ids say, by their paths.
    pub(super) below: BTreeMap<String, (Oid, Object)>,
}

impl Folders {
    /// The folders that a list makes. Those that it has in part only are left out.
    ///
    /// # Errors
    /// Where an entry has a mode or an id that there is not.
    pub(super) fn of(entries: Vec<Listed>) -> Result<Folders, Unreadable> {
        let mut folders: BTreeMap<String, Vec<Entry>> = BTreeMap::from([(String::new(), Vec::new())]);
        for listed in entries {
            let (folder, name) = listed.path.rsplit_once('/').unwrap_or(("", &listed.path));
            let entry = Entry { name: name.into(), mode: mode(&listed.mode)?, oid: oid(&listed.oid)? };
            match folders.get_mut(folder) {
                Some(entries) => entries.push(entry),
                None => drop(folders.insert(folder.to_owned(), vec![entry])),
            }
        }
        let mut named: Vec<(String, Oid)> = Vec::new();
        for (folder, entries) in &folders {
            let inner = entries.iter().filter(|entry| entry.mode == Mode::Folder);
            named
                .extend(inner.map(|entry| (below(folder, &String::from_utf8_lossy(&entry.name)), entry.oid)));
        }
        let mut trees: BTreeMap<String, Object> = folders
            .into_iter()
            .filter_map(|(folder, entries)| {
                let bytes = Tree::of(entries).ok()?.encode();
                Some((folder, Object { kind: Kind::Tree, bytes }))
            })
            .collect();
        let root = trees.remove("");
        let whole = named.into_iter().filter_map(|(folder, oid)| {
            let (folder, tree) = trees.remove_entry(&folder)?;
            (tree.oid() == oid).then_some((folder, (oid, tree)))
        });
        Ok(Folders { root, below: whole.collect() })
    }
}

fn mode(digits: &str) -> Result<Mode, Unreadable> {
    let mode = Mode::parse(digits.trim_start_matches('0').as_bytes());
    mode.ok_or_else(|| Unreadable::new(&format!("a folder lists something with the mode `{digits}`")))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    /// The tree with that blob as `x`.
    const TREE: &str = "3d5cb63af2b8c5e5cd3cf5f5b7b3b2cf5fbd8a1f";

    fn listed(path: &str, mode: &str, oid: &str) -> Listed {
        Listed { path: path.into(), mode: mode.into(), oid: oid.into() }
    }

    fn tree(names: &[&str]) -> String {
        let entries = names.iter().map(|name| Entry {
            name: name.as_bytes().to_vec(),
            mode: Mode::File,
            oid: Oid::parse(BLOB).unwrap(),
        });
        let bytes = Tree::of(entries.collect()).unwrap().encode();
        Object { kind: Kind::Tree, bytes }.oid().to_string()
    }

    #[test]
    fn folders_are_found_whole_in_whichever_order_they_are_listed() {
        let inner = tree(&["x", "y"]);
        let mut list = [
            listed("a", "040000", &inner),
            listed("a/x", "100644", BLOB),
            listed("a/y", "100644", BLOB),
            listed("z", "100644", BLOB),
        ];
        for _ in 0..list.len() {
            list.rotate_left(1);
            let folders = Folders::of(list.to_vec()).unwrap();
            assert_eq!(folders.below.keys().collect::<Vec<_>>(), ["a"]);
            assert_eq!(folders.below["a"].0.to_string(), inner);
            assert_eq!(Tree::parse(&folders.root.unwrap().bytes).unwrap().entries().len(), 2);
        }
    }

    #[test]
    fn what_is_in_part_only_or_has_one_too_many_is_left_out() {
        for names in [&["x"][..], &["x", "y", "z"], &[]] {
            let mut list = vec![listed("a", "040000", &tree(&["x", "y"]))];
            list.extend(names.iter().map(|name| listed(&format!("a/{name}"), "100644", BLOB)));
            let folders = Folders::of(list).unwrap();
            assert!(folders.below.is_empty() && folders.root.is_some(), "{names:?}");
        }
    }

    #[test]
    fn names_that_are_no_segment_make_no_folder() {
        for path in ["..", ".", "", "a//b", "x"] {
            let list = vec![listed("x", "100644", BLOB), listed(path, "100644", BLOB)];
            let folders = Folders::of(list).unwrap();
            assert!(folders.root.is_none() || path.contains('/'), "{path}");
            assert!(folders.below.is_empty());
        }
        let inside = Folders::of(vec![listed("a", "040000", TREE), listed("a/..", "100644", BLOB)]).unwrap();
        assert!(inside.below.is_empty());
    }

    #[test]
    fn modes_and_ids_that_there_are_not_are_told() {
        for (mode, oid) in [("777", BLOB), ("", BLOB), ("100644", "x"), ("100644", "")] {
            assert!(Folders::of(vec![listed("a", mode, oid)]).is_err(), "{mode} {oid}");
        }
    }
}
