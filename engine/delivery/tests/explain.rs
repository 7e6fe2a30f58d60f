//! Where values and lines come from: `cases/explain/*.case` with the answers in the `.txt` file beside it.
//!
//! Above its files a case asks about `api/acme/dev`: `# path: image` a value, `# line: image:` the first rendered line
//! with that text, `# object: Deployment api` all its lines, `# reverse: tenants/acme/api` a layer.
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

use fairlead_delivery::explain::{self, Explained, Extent, Line, TemplatePlace, Trace, Used};
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
        let trace = || Trace::new(&plan, &world, unit).unwrap();
        if let Some(text) = project::option(case, "line") {
            let trace = trace();
            let (file, number) = trace
                .output
                .files
                .iter()
                .filter(|(path, _)| path.as_str().contains("rendered"))
                .find_map(|(path, blob)| {
                    Some((path, blob.text()?.lines().position(|line| line.trim().starts_with(text))?))
                })
                .expect("the line is rendered");
            print_line(&trace.line(file, number as u32 + 1).unwrap(), &mut out);
        }
        if let Some((kind, name)) = project::option(case, "object").and_then(|text| text.split_once(' ')) {
            let trace = trace();
            for (file, number) in trace.lines_of(kind, name, &ValuePath::default()) {
                print_short(&trace.line(&file, number).unwrap(), &mut out);
            }
        }
        if let Some(word) = project::option(case, "reverse") {
            let layer = explain::layer_path(&plan, word).unwrap();
            for reader in explain::reverse(&plan, &layer, None) {
                writeln!(out, "{}", reader.unit).unwrap();
                reader.reads.iter().for_each(|(path, at)| writeln!(out, "  reads {path} at {at}").unwrap());
                let unread = reader.unread.iter();
                unread.for_each(|(path, at)| writeln!(out, "  does not read {path} at {at}").unwrap());
                let overridden = reader.overridden.iter();
                overridden.for_each(|(path, by)| writeln!(out, "  {path} is overridden at {by}").unwrap());
            }
        }
        out
    });
}

fn print_line(line: &Line, out: &mut String) {
    let object = line.object.as_ref().map(|object| format!("{} {}", object.kind, object.name));
    let field = line.field.as_ref().map(|field| format!(": {field}"));
    writeln!(out, "{}\nof {}{}", line.text, object.unwrap_or_default(), field.unwrap_or_default()).unwrap();
    for written in &line.written {
        let action = written.action.as_deref().unwrap_or("text");
        writeln!(out, "written by {action} at {}", place(&written.place)).unwrap();
        written.values.iter().for_each(|used| print_used(used, out));
        for call in &written.calls {
            writeln!(out, "  executed by {} at {}", call.action, place(&call.place)).unwrap();
        }
    }
    for condition in &line.conditions {
        let held = if condition.held { "as" } else { "as not" };
        writeln!(out, "{held} {} at {}", condition.action, place(&condition.place)).unwrap();
        condition.values.iter().for_each(|used| print_used(used, out));
    }
    line.sources.iter().for_each(|source| writeln!(out, "{:?} {}", source.role, source.place).unwrap());
    line.steps.iter().for_each(|step| writeln!(out, "step {step}").unwrap());
    line.unknown.iter().for_each(|unknown| writeln!(out, "unknown: {unknown}").unwrap());
}

/// One line for a line.
fn print_short(line: &Line, out: &mut String) {
    let mut said = Vec::new();
    for written in &line.written {
        let values: Vec<String> = written.values.iter().map(shown_path).collect();
        let at = format!("{}:{}", written.place.template.rsplit('/').next().unwrap(), written.place.line);
        said.push(if values.is_empty() { at } else { format!("{at} {}", values.join(" ")) });
    }
    for condition in &line.conditions {
        let values: Vec<String> = condition.values.iter().map(shown_path).collect();
        said.push(format!("{} {}", if condition.held { "if" } else { "unless" }, values.join(" ")));
    }
    said.extend(line.sources.iter().map(|source| format!("{:?} {}", source.role, source.place)));
    said.extend(line.settings.iter().map(|decided| {
        let place = decided.place.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
        format!("{} by {}{place}", decided.setting.as_deref().unwrap_or("written"), decided.by)
    }));
    said.extend(line.steps.iter().map(|step| format!("step {step}")));
    said.extend(line.unknown.clone());
    writeln!(out, "{:<44} # {}", line.text, said.join("; ")).unwrap();
}

fn shown_path(used: &Used) -> String {
    match used.extent {
        Extent::Value => used.path.to_string(),
        Extent::Keys => format!("keys({})", used.path),
        Extent::Whole => format!("all({})", used.path),
    }
}

fn place(place: &TemplatePlace) -> String {
    match &place.file {
        Some(file) => file.to_string(),
        None => format!("{}:{}:{}", place.template, place.line, place.column),
    }
}

fn print_used(used: &Used, out: &mut String) {
    writeln!(out, "  {}", shown_path(used)).unwrap();
    let mut layers = String::new();
    used.values.iter().for_each(|explained| print(explained, &mut layers));
    layers.lines().for_each(|line| writeln!(out, "    {line}").unwrap());
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
