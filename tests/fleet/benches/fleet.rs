//! What a preview of a whole project takes, cold and after an edit.
//!
//! `cargo bench -p fairlead-fleet` runs all of it, `cargo bench -p fairlead-fleet -- cold/1000` a part. The engine starts
//! no threads: this is one core's time. What it takes in memory, and how it grows, says `fairlead-fleet measure`.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fairlead_fleet::{EDITS, Size, workspace, world};

/// Everything from the files to the tree of the output.
fn cold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cold");
    group.sample_size(10);
    for units in [100, 1_000, 10_000] {
        let size = Size::of_units(units);
        let world = world(size);
        group.throughput(Throughput::Elements(size.units() as u64));
        group.bench_function(BenchmarkId::from_parameter(units), |bencher| {
            bencher.iter_batched(
                || workspace(world.clone()),
                |mut workspace| (workspace.preview(), workspace),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// An edit of 10 000 units: what is stale is found and rendered.
fn edit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("edit");
    group.sample_size(10);
    let size = Size::of_units(10_000);
    let mut workspace = workspace(world(size));
    workspace.preview();
    let mut round = 0;
    for edit in EDITS {
        group.throughput(Throughput::Elements(edit.readers(size) as u64));
        group.bench_function(edit.name, |bencher| {
            bencher.iter(|| {
                round += 1;
                edit.make(&mut workspace, round)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, cold, edit);
criterion_main!(benches);
