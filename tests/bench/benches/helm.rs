//! Fairlead's own figures over time: `cargo bench -p fairlead-bench`. Ratios to Helm's are `tests/run bench`.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first thing that goes wrong")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use fairlead_bench::{Subject, models};
use fairlead_helm::{Dialect, File, chart};

fn charts(criterion: &mut Criterion) {
    for model in models::all() {
        let files: Vec<File> =
            model.files.iter().map(|(name, text)| File::new(name, text.as_bytes())).collect();
        let bytes = files.iter().map(|file| file.data.bytes().len() as u64).sum();
        let package = chart::pack(model.name, &files);
        let subject = Subject::new(files, package, Dialect::Helm4).unwrap();
        let mut group = criterion.benchmark_group(model.name);
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function("load", |bench| {
            bench.iter_batched(|| subject.files(), |files| subject.load_files(files), BatchSize::LargeInput);
        });
        group.bench_function("load package", |bench| bench.iter(|| subject.load_package()));
        group.bench_function("render and sort", |bench| bench.iter(|| subject.render_and_sort()));
        group.bench_function("sort", |bench| bench.iter(|| subject.sort()));
        group.finish();
    }
}

criterion_group!(benches, charts);
criterion_main!(benches);
