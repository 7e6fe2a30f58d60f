//! Any text as a ref's name, any bytes as a tree, a commit or a list of refs: what is read is written as it was, so that
//! no other reader sees something else.

#![no_main]

use fairlead_fetch::block_on;
use fairlead_git::object::{Commit, Outline, Tree};
use fairlead_git::wire::refs_answer;
use fairlead_git::{Branch, RefName};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = block_on(refs_answer(bytes.to_vec().into()));
    if let Ok(tree) = Tree::parse(bytes) {
        assert_eq!(tree.encode(), bytes);
    }
    // What old tools wrote is not written as it was, but as everybody reads it.
    if let Ok(tree) = Tree::read(bytes) {
        assert_eq!(Tree::parse(&tree.encode()), Ok(tree));
    }
    if let Ok(commit) = Commit::parse(bytes) {
        let outline = Outline::parse(&commit.object().bytes);
        assert_eq!(
            outline.map(|outline| (outline.tree, outline.parents)),
            Ok((commit.tree, commit.parents.clone()))
        );
        let again = commit.object().bytes;
        assert_eq!(Commit::parse(&again).map(|commit| commit.object().bytes), Ok(again));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(name) = RefName::parse(text) {
            assert_eq!(name.as_str(), text);
        }
        if let Ok(branch) = Branch::parse(text) {
            assert_eq!(branch.name(), text);
            assert_eq!(branch.reference().branch(), Some(branch.clone()));
        }
    }
});
