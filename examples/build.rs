//! Writes the list of the examples' files, each with its bytes included.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What lies in the folder and is no example.
const OWN: [&str; 3] = ["Cargo.toml", "build.rs", "src"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&root)? {
        let entry = entry?;
        if !OWN.iter().any(|own| entry.file_name() == *own) {
            walk(&entry.path(), &mut files)?;
        }
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&root)?.to_str().ok_or("a file's name is not UTF-8")?.replace('\\', "/");
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", file.display())?;
    }
    list.push_str("]\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("files.rs"), list)?;
    Ok(())
}

/// Collects the regular files at and below `path`.
fn walk(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let kind = path.symlink_metadata()?.file_type();
    if kind.is_dir() {
        for entry in std::fs::read_dir(path)? {
            walk(&entry?.path(), files)?;
        }
    } else if kind.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}
