//! How fast documents are read and printed, in bytes a second.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
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

fn benches(c: &mut Criterion) {
    let text = definition(2);
    let parsed = value::from_str(&text).expect("the document is sound");
    let mut group = c.benchmark_group("2 MB definition");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function("nodes", |b| b.iter(|| Text::new(&text).documents().count()));
    group.bench_function("value", |b| b.iter(|| value::from_str(&text)));
    group.bench_function("value with places", |b| {
        b.iter(|| value::with_places(&text, &value::Options::default()));
    });
    group.bench_function("print as v2", |b| b.iter(|| emit::to_string(&parsed, Style::V2)));
    group.bench_function("print as v3", |b| b.iter(|| emit::to_string(&parsed, Style::PRETTY)));
    group.bench_function("print as JSON", |b| b.iter(|| json::to_string(&parsed, json::Options::default())));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
