//! The examples of the repository, read from their files.

use fairlead_world::{Blob, MemoryWorld, RepoPath};

/// The folder `examples` as a repository's.
pub(crate) fn world() -> MemoryWorld {
    let mut world = MemoryWorld::new();
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut open = vec![(examples, RepoPath::parse("examples").unwrap())];
    while let Some((folder, path)) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let at = path.join(entry.file_name().to_str().unwrap()).unwrap();
            if entry.file_type().unwrap().is_dir() {
                open.push((entry.path(), at));
            } else {
                world.insert(at, Blob::from(std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    world
}
