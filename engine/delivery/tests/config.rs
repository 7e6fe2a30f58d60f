//! What is said about project files: `cases/config/*.case` with the diagnostics in the `.txt` file beside it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

#[path = "support/project.rs"]
mod project;
mod support;

use std::fmt::Write as _;

use fairlead_delivery::config;

#[test]
fn cases() {
    support::each("config", "case", |case| {
        let world = project::world(case);
        let loaded = config::load(&world, &project::root());
        assert_eq!(loaded.needs, []);
        let mut out = String::new();
        for diagnostic in &loaded.diagnostics {
            writeln!(out, "{diagnostic}").unwrap();
        }
        if out.is_empty() { "nothing\n".to_owned() } else { out }
    });
}
