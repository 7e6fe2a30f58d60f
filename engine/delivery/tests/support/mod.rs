//! Runs cases that are files.

use std::path::{Path, PathBuf};

/// Runs every file `cases/<folder>/*.<ending>` through `answer` and compares with the `.txt` file beside it.
///
/// `FAIRLEAD_BLESS=1` writes the answers instead.
#[track_caller]
pub(crate) fn each(folder: &str, ending: &str, answer: impl Fn(&str) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{} holds no cases", folder.display());
    let mut failed = Vec::new();
    for case in cases {
        let found = answer(&std::fs::read_to_string(&case).unwrap());
        let expected = case.with_extension("txt");
        if std::env::var_os("FAIRLEAD_BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            failed.push(format!("{}\n{found}", case.display()));
        }
    }
    assert!(failed.is_empty(), "{} cases differ; found:\n{}", failed.len(), failed.join("\n"));
}
