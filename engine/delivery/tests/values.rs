//! What the layers of a cell merge to: `cases/values/*.case` with the values, what was said of variables, and the
//! origin of every leaf in the `.txt` file beside it. Every case is about `api/acme/dev`.
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

use fairlead_delivery::values::{self, Origins};
use fairlead_delivery::{config, resolve, variables};

#[test]
fn cases() {
    support::each("values", "case", |case| {
        let world = project::world(case);
        let loaded = config::load(&world, &project::root());
        let mut out = String::new();
        loaded.diagnostics.iter().for_each(|diagnostic| writeln!(out, "{diagnostic}").unwrap());
        let matrix = resolve::matrix(&loaded.project.unwrap(), &resolve::Options::default());
        let unit = matrix.units.iter().find(|unit| unit.id.to_string() == "api/acme/dev").unwrap();
        let mut merged = values::merge(&unit.layers);
        let unresolved = variables::substitute(&mut merged, &unit.variables);
        out.push_str(&fairlead_yaml::emit::to_string(&merged, fairlead_yaml::Style::V2).unwrap());
        out.push('\n');
        let origins = Origins::new(&unit.layers);
        for stays in &unresolved {
            let place = origins.decides(&stays.path).map(|step| step.place);
            let warning = variables::warning(stays, &unit.variables, &unit.id, place.as_ref());
            writeln!(out, "{warning}").unwrap();
        }
        for path in origins.leaves() {
            let steps: Vec<String> = origins
                .trace(&path)
                .iter()
                .rev()
                .map(|step| format!("{} {}", step.scope.word(), step.place))
                .collect();
            writeln!(out, "{path}: {}", steps.join(", over ")).unwrap();
        }
        out
    });
}
