//! How fast documents are read and printed, in bytes of YAML a second.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first thing that goes wrong")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fairlead_yaml::node::Text;
use fairlead_yaml::{Style, emit, json, value};

/// A document in the manner of a large custom resource definition: deep, with long descriptions.
fn definition() -> String {
    let mut out = String::from(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  properties:\n",
    );
    for i in 0..1500 {
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

/// A document in the manner of a chart's values: switches, numbers and short texts between comments.
fn values() -> String {
    let mut out = String::new();
    for i in 0..3000 {
        out.push_str(&format!(
            "# -- Configures part {i}. The default suits most clusters; see the documentation before changing it.\npart{i}:\n  \
             enabled: true\n  # replicas: 3\n  image:\n    repository: registry.example.com/part{i}\n    tag: \"1.{i}.0\"\n    pullPolicy: \
             IfNotPresent\n  resources: {{limits: {{memory: 128Mi}}, requests: {{cpu: 100m}}}}\n  args: [--port={i}, '--level=info']\n"
        ));
    }
    out
}

fn documents(criterion: &mut Criterion) {
    for (name, text) in [("definition", definition()), ("values", values())] {
        let parsed = value::from_str(&text).unwrap();
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("read as nodes", |bench| bench.iter(|| Text::new(&text).documents().count()));
        group.bench_function("read as value", |bench| bench.iter(|| value::from_str(&text)));
        group.bench_function("read with places", |bench| {
            bench.iter(|| value::with_places(&text, &value::Options::default()));
        });
        group.bench_function("print as v2", |bench| bench.iter(|| emit::to_string(&parsed, Style::V2)));
        group.bench_function("print as v3", |bench| bench.iter(|| emit::to_string(&parsed, Style::PRETTY)));
        group.bench_function("print as JSON", |bench| {
            bench.iter(|| json::to_string(&parsed, json::Options::default()));
        });
        group.finish();
    }
}

criterion_group!(benches, documents);
criterion_main!(benches);
