//! Any bytes: every reader answers, with a value or an error.

#![no_main]

use fairlead_yaml::node::{Node, Text};
use fairlead_yaml::value::{self, Options, Top, ValueBuilder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let strict = Options { top: Top::Map, strict: true };
    let _ = value::read_bytes(bytes, &mut ValueBuilder, &Options::default());
    let _ = value::read_bytes(bytes, &mut ValueBuilder, &strict);
    for document in Text::of_bytes(bytes).documents().map_while(Result::ok) {
        look(document.root(), 0);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = value::with_places(text, &Options::default());
        let _ = value::documents(text);
        let _ = fairlead_yaml::json::from_str(text, &mut ValueBuilder);
    }
});

fn look(node: Node<'_, '_>, depth: usize) {
    let _ = (node.kind(), node.tag(), node.at(), node.text(), node.style(), node.anchor(), node.target());
    if depth < 100 {
        node.items().for_each(|item| look(item, depth + 1));
    }
}
