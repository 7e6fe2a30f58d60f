//! Any resources and any patches: they are refused, or what comes out can be read again.

#![no_main]

use fairlead_kustomize::patch;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (documents, patches) = input;
    let Ok(resources) = patch(documents, patches) else { return };
    if let Ok(text) = resources.print()
        && let Err(error) = fairlead_yaml::value::documents(&text)
    {
        panic!("{error}:\n{text}");
    }
});
