//! Landing under every failure that can be modelled: the real owner against a server, a journal and a network that fail
//! as they please, by a seed that a failing run prints.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

mod chance;
mod edit;
mod fuse;
mod journal;
mod lost;
mod oracle;
mod poll;
mod run;
mod server;
mod sql;
mod sweep;
mod wire;

use run::Weather;

/// How many seeds the test runs; more by `FAIRLEAD_SEEDS`.
fn seeds() -> u64 {
    std::env::var("FAIRLEAD_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(500)
}

/// The one seed of `FAIRLEAD_SEED`, or all of them.
fn each_seed(name: &str, run: impl Fn(u64) -> u64) {
    if let Some(seed) = std::env::var("FAIRLEAD_SEED").ok().and_then(|text| text.parse().ok()) {
        run(seed);
        return;
    }
    let mut steps = 0;
    for seed in 0..seeds() {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(seed)));
        steps += ran.unwrap_or_else(|_| panic!("{name}: run it again with FAIRLEAD_SEED={seed}"));
    }
    println!("{name}: {steps} steps in {} runs", seeds());
}

#[test]
fn everything_lands_in_fair_weather() {
    each_seed("fair weather", |seed| run::run(seed, Weather::FAIR));
}

#[test]
fn each_request_lands_once_or_is_told_that_it_did_not() {
    each_seed("storm", |seed| run::run(seed, Weather::STORM));
}

#[test]
fn a_process_may_die_between_any_two_statements_of_the_journal_in_sql() {
    // Each run has a database of its own, which costs more than the run.
    let seeds = |seed: u64| if seed.is_multiple_of(3) { sql::storm(seed, Weather::STORM) } else { 0 };
    each_seed("storm over SQL", seeds);
}

#[test]
fn a_provider_that_writes_the_commits_itself_changes_nothing_about_that() {
    each_seed("rewritten", |seed| run::run(seed, Weather { rewrites: true, ..Weather::STORM }));
}

#[test]
fn a_branch_that_others_rewrite_or_delete_never_has_a_request_twice() {
    each_seed("forced", |seed| run::run(seed, Weather { forced: true, ..Weather::STORM }));
}
