//! Any source, path and options of a replacement, over any resources: it is refused, or what comes out can be read again.

#![no_main]

use fairlead_kustomize::{Options, overlay};
use fairlead_world::{MemoryWorld, RepoPath};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    documents: &'a str,
    kind: &'a str,
    from: &'a str,
    to: &'a str,
    delimiter: &'a str,
    index: i8,
    create: bool,
    base64: bool,
}

fuzz_target!(|input: Input<'_>| {
    let text = |text: &str| format!("{text:?}");
    let encoding = if input.base64 { ", encoding: base64" } else { "" };
    let options = format!(
        "{{delimiter: {}, index: {}, create: {}{encoding}}}",
        text(input.delimiter),
        input.index,
        input.create
    );
    let (kind, from, to) = (text(input.kind), text(input.from), text(input.to));
    let fields = format!(
        "replacements:\n- source: {{kind: {kind}, fieldPath: {from}, options: {options}}}\n  targets:\n  - select: {{}}\n    \
         fieldPaths: [{to}]\n    options: {options}\n"
    );
    let built =
        overlay(&MemoryWorld::new(), &RepoPath::root(), &fields, input.documents, &Options::default());
    let Ok(resources) = built.result else { return };
    if let Ok(printed) = resources.print()
        && let Err(error) = fairlead_yaml::value::documents(&printed)
    {
        panic!("{error}:\n{printed}");
    }
});
