//! What a project resolves to: `cases/resolve/*.case` with the matrix, units and diagnostics in the `.txt` file
//! beside it.
//!
//! Above its files a case may name the operation's profile (`# profile: canary`) and agents that are offline
//! (`# offline: agent-1`).
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

use fairlead_delivery::config::{self, Name, Retry};
use fairlead_delivery::resolve::{self, AgentStatus, CellStatus, Matrix, Options, Setting, Unit};

#[test]
fn cases() {
    support::each("resolve", "case", |case| {
        let world = project::world(case);
        let loaded = config::load(&world, &project::root());
        let options = Options {
            profile: project::option(case, "profile").map(|name| Name::parse(name).unwrap()),
            agents: project::option(case, "offline")
                .map(|name| (Name::parse(name).unwrap(), AgentStatus::Disconnected))
                .into_iter()
                .collect(),
        };
        let mut out = String::new();
        if let Some(project) = &loaded.project {
            let matrix = resolve::matrix(project, &options);
            print(&matrix, &mut out);
            let found = loaded.diagnostics.iter().chain(&matrix.diagnostics);
            found.for_each(|diagnostic| writeln!(out, "{diagnostic}").unwrap());
            for wanted in resolve::wanted(project) {
                let there = wanted.available.join(" ");
                writeln!(out, "wanted: {} at `{}` of [{there}]", wanted.location, wanted.requested).unwrap();
            }
        }
        out
    });
}

fn print(matrix: &Matrix, out: &mut String) {
    let columns: Vec<String> = matrix.columns.iter().map(|(t, e)| format!("{t}/{e}")).collect();
    writeln!(out, "{:12}{}", "", columns.iter().map(|c| format!("{c:19} ")).collect::<String>().trim_end())
        .unwrap();
    for (row, workload) in matrix.workloads.iter().enumerate() {
        let cells = matrix.cells[row * columns.len()..].iter().take(columns.len()).map(|cell| {
            let mark = match cell.status {
                CellStatus::Complete => "ok",
                CellStatus::TargetMissing => "!!",
                CellStatus::NotBound => "--",
            };
            let targets = cell.targets.iter().map(|name| name.to_string()).collect::<Vec<_>>().join("+");
            let suspended = if cell.suspended { " (suspended)" } else { "" };
            format!("{:19} ", format!("{mark} {targets}{suspended}"))
        });
        writeln!(out, "{:12}{}", workload.to_string(), cells.collect::<String>().trim_end()).unwrap();
    }
    for unit in &matrix.units {
        writeln!(out, "\n{}", unit.id).unwrap();
        print_unit(unit, out);
    }
    out.push('\n');
}

fn print_unit(unit: &Unit, out: &mut String) {
    writeln!(out, "  called {}, release {}", unit.stem(), unit.release_name).unwrap();
    for target in unit.targets.iter() {
        let agent = target.agent.as_ref().map(|agent| format!(" by {agent}")).unwrap_or_default();
        writeln!(
            out,
            "  to {} {} namespace {} ({:?}){agent}",
            target.name, target.server, target.namespace, target.route
        )
        .unwrap();
    }
    writeln!(out, "  from {:?}", unit.artifact).unwrap();
    if let Some(version) = &unit.version {
        writeln!(out, "  version {} for {} ({:?})", version.exact, *version.requested, version.origin)
            .unwrap();
    }
    if !unit.layers.is_empty() {
        let layers = unit.layers.iter().map(|layer| layer.path.to_string()).collect::<Vec<_>>();
        writeln!(out, "  values {}", layers.join(", ")).unwrap();
    }
    let settings = &unit.settings;
    for (name, setting) in [
        ("autoSync", &settings.auto_sync),
        ("prune", &settings.prune),
        ("selfHeal", &settings.self_heal),
        ("replace", &settings.replace),
    ] {
        print_setting(name, setting, &setting.value.to_string(), out);
    }
    let retry = match &settings.retry.value {
        Retry::Off => "off".to_owned(),
        Retry::On(backoff) => format!("{} times from {}", backoff.limit, backoff.duration),
    };
    print_setting("retry", &settings.retry, &retry, out);
    if let Some(hold) = &unit.hold {
        writeln!(out, "  held: {}", hold.reason).unwrap();
    }
    if !unit.selected {
        writeln!(out, "  not selected").unwrap();
    }
}

/// Prints a setting unless nobody decided it.
fn print_setting<T>(name: &str, setting: &Setting<T>, value: &str, out: &mut String) {
    if setting.origin != resolve::SettingOrigin::Default {
        writeln!(out, "  {name} {value} ({:?})", setting.origin).unwrap();
    }
}
