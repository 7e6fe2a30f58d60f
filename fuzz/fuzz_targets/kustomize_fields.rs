//! Any resources and any fields, replacements among them: no panic, and what comes out can be read again.

#![no_main]

use fairlead_kustomize::{Options, overlay};
use fairlead_world::{MemoryWorld, RepoPath};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (documents, fields) = input;
    let built = overlay(&MemoryWorld::new(), &RepoPath::root(), fields, documents, &Options::default());
    let Ok(resources) = built.result else { return };
    if let Ok(text) = resources.print()
        && let Err(error) = fairlead_yaml::value::documents(&text)
    {
        panic!("{error}:\n{text}");
    }
});
