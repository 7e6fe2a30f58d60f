//! Where values and lines come from: `cases/explain/*.case` with the answers in the `.txt` file beside it.
//!
//! Above its files a case asks about `api/acme/dev`: `# path: image` a value, `# line: image:` the first rendered line
//! with that text, `# reverse: tenants/acme/api` a layer.
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

use fairlead_delivery::explain::{self, Explained};
use fairlead_delivery::generate::{Options, Plan};
use fairlead_delivery::values::ValuePath;

#[test]
fn cases() {
    support::each("explain", "case", |case| {
        let world = project::world(case);
        let plan = Plan::new(&world, &project::root(), &Options::default()).plan.unwrap();
        let unit = plan.units().find(|unit| unit.id.to_string() == "api/acme/dev").unwrap();
        let mut out = String::new();
        if let Some(path) = project::option(case, "path") {
            for explained in explain::values(&plan, &world, unit, Some(&ValuePath::parse(path))) {
                print(&explained, &mut out);
            }
        }
        if let Some(text) = project::option(case, "line") {
            let output = plan.render(&world, unit);
            let (file, number) = output
                .files
                .iter()
                .filter(|(path, _)| path.as_str().contains("rendered"))
                .find_map(|(path, blob)| {
                    Some((path, blob.text()?.lines().position(|line| line.trim().starts_with(text))?))
                })
                .expect("the line is rendered");
            let line = explain::line(&plan, &world, unit, &output, file, number as u32 + 1).unwrap();
            let object = line.object.unwrap();
            writeln!(out, "{}", line.text).unwrap();
            writeln!(out, "of {} {} by {}", object.kind, object.name, line.template.unwrap()).unwrap();
            for influence in &line.influences {
                write!(out, "{:?}: ", influence.role).unwrap();
                print(&influence.value, &mut out);
            }
        }
        if let Some(word) = project::option(case, "reverse") {
            let layer = explain::layer_path(&plan, word).unwrap();
            for reader in explain::reverse(&plan, &layer, None) {
                writeln!(out, "{}", reader.unit).unwrap();
                reader.gives.iter().for_each(|(path, at)| writeln!(out, "  gives {path} at {at}").unwrap());
                let overridden = reader.overridden.iter();
                overridden.for_each(|(path, by)| writeln!(out, "  {path} is overridden at {by}").unwrap());
            }
        }
        out
    });
}

fn print(explained: &Explained, out: &mut String) {
    let shown = |value: &fairlead_yaml::Value| {
        fairlead_yaml::json::to_string(value, fairlead_yaml::json::Options::default()).unwrap()
    };
    let value = explained.value.as_ref().map_or("nothing".to_owned(), shown);
    writeln!(out, "{} = {value}", explained.path).unwrap();
    for step in explained.layers.iter().rev() {
        writeln!(out, "    {} {} says {}", step.scope.word(), step.place, shown(&step.value)).unwrap();
    }
    for variable in &explained.variables {
        match &variable.found {
            Some((scope, place, text)) => {
                writeln!(out, "    {} is {text} of {} at {place}", variable.reference, scope.word()).unwrap();
            }
            None => writeln!(out, "    {} has no value", variable.reference).unwrap(),
        }
    }
}
