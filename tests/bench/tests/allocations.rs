//! How often each operation allocates, and how much: the same on every machine, so that a regression shows where a clock
//! would not be believed. `FAIRLEAD_BLESS=1` writes the ceilings anew, with a little room.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first thing that goes wrong"
)]

use std::fmt::Write;
use std::fs;

use allocation_counter::{AllocationInfo, measure};
use fairlead_bench::{Subject, models};
use fairlead_helm::{Dialect, File, chart};

const CEILINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/allocations.tsv");
const HEADER: &str = "# What each operation may allocate at most: chart, operation, allocations, bytes. Measured, with 1 % of room.\n";

#[test]
fn operations_allocate_no_more_than_they_did() {
    let measured = measured();
    if std::env::var_os("FAIRLEAD_BLESS").is_some() {
        let mut text = HEADER.to_owned();
        for (name, info) in &measured {
            let room = |count: u64| count + count / 100 + 1;
            writeln!(text, "{name}\t{}\t{}", room(info.count_total), room(info.bytes_total)).unwrap();
        }
        fs::write(CEILINGS, text).unwrap();
    }
    let ceilings = fs::read_to_string(CEILINGS).unwrap();
    let mut over = Vec::new();
    for (name, info) in &measured {
        let line = ceilings.lines().find_map(|line| line.strip_prefix(&format!("{name}\t")));
        let line = line.unwrap_or_else(|| panic!("{CEILINGS} has no line for {name}"));
        let (count, bytes) = line.split_once('\t').unwrap();
        let (count, bytes): (u64, u64) = (count.parse().unwrap(), bytes.parse().unwrap());
        if info.count_total > count || info.bytes_total > bytes {
            over.push(format!(
                "{name}: {} allocations of {count}, {} bytes of {bytes}",
                info.count_total, info.bytes_total
            ));
        }
    }
    assert!(over.is_empty(), "more than the ceilings of {CEILINGS}:\n{}", over.join("\n"));
}

/// The operations of every model, each with what it allocates once everything is warm.
fn measured() -> Vec<(String, AllocationInfo)> {
    let mut rows = Vec::new();
    for model in models::all() {
        let files: Vec<File> =
            model.files.iter().map(|(name, text)| File::new(name, text.as_bytes())).collect();
        let package = chart::pack(model.name, &files);
        let subject = Subject::new(files, package, Dialect::Helm4).unwrap();
        subject.render_and_sort().unwrap();
        let files = subject.files();
        let mut row = |operation: &str, info| rows.push((format!("{}\t{operation}", model.name), info));
        row("load", measure(|| drop(subject.load_files(files).unwrap())));
        row("load package", measure(|| drop(subject.load_package().unwrap())));
        row(
            "render and sort",
            measure(|| {
                subject.render_and_sort().unwrap();
            }),
        );
        row(
            "sort",
            measure(|| {
                subject.sort().unwrap();
            }),
        );
    }
    rows
}
