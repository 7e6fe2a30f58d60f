//! The id of a tree of files, computed from their paths and ids.

use std::collections::BTreeMap;

use fairlead_world::{ObjectFormat, ObjectKind, Oid};

/// Computes the id of the tree that holds exactly `files`: paths joined by `/`, each with its mode's digits and its id.
///
/// The paths must not name a file both as a file and as a folder; where they do, the folder wins.
pub(super) fn of_tree<'a>(
    format: ObjectFormat,
    files: impl IntoIterator<Item = (&'a str, &'static str, Oid)>,
) -> Oid {
    let mut root = Folder::default();
    for (path, mode, oid) in files {
        let mut at = &mut root;
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            if segments.peek().is_none() {
                at.files.insert(segment.to_owned(), (mode, oid));
            } else {
                at = at.folders.entry(segment.to_owned()).or_default();
            }
        }
    }
    root.oid(format)
}

#[derive(Default)]
struct Folder {
    files: BTreeMap<String, (&'static str, Oid)>,
    folders: BTreeMap<String, Folder>,
}

impl Folder {
    /// Depth is bounded by the length of a path, 4,096 bytes, hence by 2,048 levels of a few hundred bytes each.
    fn oid(&self, format: ObjectFormat) -> Oid {
        let mut entries: BTreeMap<String, (&str, &'static str, Oid)> = BTreeMap::new();
        for (name, (mode, oid)) in &self.files {
            entries.insert(name.clone(), (name, mode, *oid));
        }
        for (name, folder) in &self.folders {
            entries.remove(name);
            // Git sorts folders as if their names ended in a slash.
            entries.insert(format!("{name}/"), (name, "40000", folder.oid(format)));
        }
        let mut bytes = Vec::new();
        for (name, mode, oid) in entries.values() {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(oid.bytes());
        }
        Oid::of(format, ObjectKind::Tree, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each expected id is what `git mktree` answered.

    #[test]
    fn trees_have_gits_ids() {
        let blob = Oid::of_blob(ObjectFormat::Sha1, b"hello\n");
        let tree = |paths: &[&'static str]| {
            of_tree(ObjectFormat::Sha1, paths.iter().map(|path| (*path, "100644", blob))).to_string()
        };
        assert_eq!(tree(&[]), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        assert_eq!(tree(&["a"]), "0976950c1fdbcb52435a433913017bf044b3a58f");
        let mixed = tree(&["a", "b/x", "b-c/y", "b.txt", "b0"]);
        assert_eq!(
            mixed, "692fa0307939867bf611675421128af0372475d8",
            "folders sort as if they ended in a slash"
        );
    }
}
