//! The same storm with everything real but the wire and the disk's moods: the smart HTTP client and the owner on one
//! side, a hosted repository over SQLite on the other, and between them a network that does what networks do.

mod cases;
mod foreign;
mod git;
mod network;
mod run;
mod server;
mod sweep;
mod watch;

use run::{Weather, run};

/// Each run has two databases and many packs, so that fewer seeds than elsewhere take as long.
fn some(seed: u64, weather: Weather) -> u64 {
    if seed.is_multiple_of(5) { run(seed / 5, weather) } else { 0 }
}

#[test]
fn everything_lands_over_the_wire_in_fair_weather() {
    super::each_seed("wire, fair weather", |seed| {
        if seed.is_multiple_of(30) { run(seed / 30, Weather::FAIR) } else { 0 }
    });
}

#[test]
fn whatever_the_wire_does_each_request_lands_once_or_is_told_that_it_did_not() {
    super::each_seed("wire", |seed| some(seed, Weather::STORM));
}

#[test]
fn the_same_over_the_wire_while_others_rewrite_delete_and_recreate_the_branch() {
    super::each_seed("wire, forced", |seed| some(seed, Weather { forced: true, ..Weather::STORM }));
}
