//! Changes trees from the paths that change alone.

use std::collections::BTreeMap;

use fairlead_world::RepoPath;

use super::{Entry, Kind, Mode, Object, Oid, Tree, TreeError};

/// What becomes of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// It becomes a regular file with this blob. One that may be executed stays so, as for everybody who edits a file.
    Write(Oid),
    /// It is deleted; it is no error where nothing is there.
    Delete,
}

/// Trees after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The root's new tree.
    pub root: Oid,
    /// The trees that are new, each once, in the order of their ids.
    pub trees: BTreeMap<Oid, Object>,
}

/// Why an edit could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A tree that has to be read was not given; fetch it and edit again.
    #[error("the tree {0} is needed")]
    Needed(Oid),
    /// A tree is malformed.
    #[error("the tree {oid}: {source}")]
    Tree {
        /// Which tree.
        oid: Oid,
        /// What is wrong with it.
        source: TreeError,
    },
    /// A file would be written where a folder, a link or a submodule is, or below something that is no folder.
    #[error("`{path}` cannot be written: {found}")]
    Conflict {
        /// The path that cannot be written.
        path: RepoPath,
        /// What is in its way.
        found: &'static str,
    },
}

/// Applies `edits` to the tree `root` (the zero id for none), reading trees by id through `read`. Only the trees on the
/// edited paths are read; the work grows with the edits and the width of their folders, not with the repository.
///
/// Folders in which nothing changes stay what they are, to the byte; in those that change, modes that old tools wrote become
/// what git makes of them.
///
/// # Errors
/// See [`EditError`]; nothing of an edit that fails is returned.
pub fn edit(
    root: Oid,
    edits: &BTreeMap<RepoPath, Edit>,
    read: &dyn Fn(&Oid) -> Option<Vec<u8>>,
) -> Result<Edited, EditError> {
    let mut plan = Folder::default();
    for (path, edit) in edits {
        plan.add(path, *edit);
    }
    let mut trees = BTreeMap::new();
    let start = if root == Oid::ZERO { None } else { Some(root) };
    let changed = apply(&plan, start, read, &mut trees)?;
    let root = match changed {
        Some(root) => root,
        // A commit without files has the empty tree.
        None => put(Tree::default(), &mut trees),
    };
    Ok(Edited { root, trees })
}

/// The edits of one folder.
#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<&'a str, (&'a RepoPath, Edit)>,
    folders: BTreeMap<&'a str, Folder<'a>>,
}

impl<'a> Folder<'a> {
    fn add(&mut self, path: &'a RepoPath, edit: Edit) {
        let mut segments: Vec<&str> = path.segments().collect();
        let Some(name) = segments.pop() else { return };
        let mut at = self;
        for segment in segments {
            at = at.folders.entry(segment).or_default();
        }
        at.files.insert(name, (path, edit));
    }

    /// Any path written below, to name in a conflict.
    fn first_write(&self) -> Option<&'a RepoPath> {
        let here =
            self.files.values().find(|(_, edit)| matches!(edit, Edit::Write(_))).map(|(path, _)| *path);
        here.or_else(|| self.folders.values().find_map(Folder::first_write))
    }
}

/// Returns the folder's new tree, or `None` where nothing is left in it. Depth is bounded by a path's 4,096 bytes.
fn apply(
    plan: &Folder<'_>,
    tree: Option<Oid>,
    read: &dyn Fn(&Oid) -> Option<Vec<u8>>,
    trees: &mut BTreeMap<Oid, Object>,
) -> Result<Option<Oid>, EditError> {
    let before = match tree {
        Some(oid) => {
            let bytes = read(&oid).ok_or(EditError::Needed(oid))?;
            Tree::read(&bytes).map_err(|source| EditError::Tree { oid, source })?
        }
        None => Tree::default(),
    };
    let mut folder = before.clone();
    for (name, below) in &plan.folders {
        let found = folder.find(name.as_bytes()).map(|entry| (entry.mode, entry.oid));
        let inside = match (found, below.first_write()) {
            (Some((Mode::Folder, oid)), _) => Some(oid),
            (None, _) => None,
            (Some((mode, _)), Some(path)) if !plan.deletes(name) => {
                return Err(EditError::Conflict { path: path.clone(), found: in_the_way(mode) });
            }
            // Deleting below what is no folder deletes nothing.
            (Some(_), None) => continue,
            (Some(_), Some(_)) => None,
        };
        let _ = folder.take(name.as_bytes());
        if let Some(oid) = apply(below, inside, read, trees)? {
            folder.put(Entry { name: name.as_bytes().to_vec(), mode: Mode::Folder, oid });
        }
    }
    for (name, (path, edit)) in &plan.files {
        write_file(&mut folder, name, path, *edit)?;
    }
    match tree {
        _ if folder.is_empty() => Ok(None),
        Some(oid) if folder == before => Ok(Some(oid)),
        _ => Ok(Some(put(folder, trees))),
    }
}

impl Folder<'_> {
    fn deletes(&self, name: &str) -> bool {
        matches!(self.files.get(name), Some((_, Edit::Delete)))
    }
}

fn write_file(folder: &mut Tree, name: &str, path: &RepoPath, edit: Edit) -> Result<(), EditError> {
    let found = folder.find(name.as_bytes()).map(|entry| entry.mode);
    match (edit, found) {
        // Only files are deleted; what else is at the path is not ours, or was just written.
        (Edit::Delete, Some(Mode::File | Mode::Executable | Mode::GroupWritable)) => {
            folder.take(name.as_bytes());
        }
        (Edit::Delete, _) => {}
        (Edit::Write(oid), None | Some(Mode::File | Mode::Executable | Mode::GroupWritable)) => {
            let mode = if found == Some(Mode::Executable) { Mode::Executable } else { Mode::File };
            folder.put(Entry { name: name.as_bytes().to_vec(), mode, oid });
        }
        (Edit::Write(_), Some(mode)) => {
            return Err(EditError::Conflict { path: path.clone(), found: in_the_way(mode) });
        }
    }
    Ok(())
}

fn in_the_way(mode: Mode) -> &'static str {
    match mode {
        Mode::Folder => "a folder is there",
        Mode::Link => "a symbolic link is in the way, and links are never written through",
        Mode::Submodule => "a submodule is in the way",
        Mode::File | Mode::Executable | Mode::GroupWritable => "a file is in the way",
    }
}

fn put(tree: Tree, trees: &mut BTreeMap<Oid, Object>) -> Oid {
    let object = Object { kind: Kind::Tree, bytes: tree.encode() };
    let oid = object.oid();
    trees.insert(oid, object);
    oid
}
