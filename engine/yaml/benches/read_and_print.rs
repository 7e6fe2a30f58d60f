//! How fast documents are read and printed.

#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "a benchmark needs a clock")]

use std::hint::black_box;
use std::time::Instant;

use fairlead_yaml::node::Text;
use fairlead_yaml::{Style, emit, json, value};

/// A document in the manner of a large custom resource definition: deep, with long descriptions.
fn definition(megabytes: usize) -> String {
    let mut out = String::from(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  properties:\n",
    );
    let mut i = 0;
    while out.len() < megabytes << 20 {
        i += 1;
        out.push_str(&format!(
            "    field{i}:\n      description: |-\n        Describes what field {i} is for: a sentence of ordinary length.\n\n        And \
             another one that \"explains\" more, with a link https://example.com/docs#field{i}.\n      type: object\n      \
             required:\n      - name\n      - size\n      properties:\n        name:\n          description: The name of it.\n          \
             type: string\n          maxLength: 63\n        size:\n          type: integer\n          format: int64\n          \
             minimum: 0\n          x-kubernetes-int-or-string: true\n"
        ));
    }
    out
}

fn main() {
    let text = definition(2);
    let parsed = value::from_str(&text).expect("the document is sound");
    measure("nodes", text.len(), || Text::new(&text).documents().count());
    measure("value", text.len(), || value::from_str(&text).is_ok());
    measure("value with places", text.len(), || {
        value::with_places(&text, &value::Options::default()).is_ok()
    });
    measure("print as v2", text.len(), || emit::to_string(&parsed, Style::V2).map_or(0, |out| out.len()));
    measure("print as v3", text.len(), || emit::to_string(&parsed, Style::PRETTY).map_or(0, |out| out.len()));
    let options = json::Options::default();
    measure("print as JSON", text.len(), || json::to_string(&parsed, options).map_or(0, |out| out.len()));
}

/// Prints the best of several runs: what the machine does when nobody disturbs it.
fn measure<R>(name: &str, bytes: usize, mut work: impl FnMut() -> R) {
    let best = (0..30)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .min()
        .unwrap_or_default();
    println!(
        "{name:20} {:8.2} ms {:8.1} MB/s",
        best.as_secs_f64() * 1e3,
        bytes as f64 / 1e6 / best.as_secs_f64()
    );
}
