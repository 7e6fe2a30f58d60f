//! Any values: a chart's own, a subchart's, those of a file and of arguments, a schema. They merge and render, or are
//! refused.

#![no_main]

use fairlead_helm::values::{documents, set};
use fairlead_helm::{Capabilities, Dialect, File, PrintOptions, Request, load_folder, render};
use fairlead_template::{Limits, Sealed};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    chart: &'a str,
    own: &'a str,
    sub: &'a str,
    given: &'a str,
    argument: &'a str,
    schema: &'a str,
}

const TEMPLATE: &str = "{{ .Values | toYaml }}\n---\nv: {{ .Values | toJson | quote }}\n";

fuzz_target!(|input: Input<'_>| {
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        check(&input, dialect);
    }
});

fn check(input: &Input<'_>, dialect: Dialect) {
    let Ok(mut values) = documents::load(input.given.as_bytes(), dialect) else { return };
    for form in [set::Form::Typed, set::Form::Text] {
        let mut values = values.clone();
        let _ = set::set(input.argument, form, dialect, &mut values);
    }
    let _ = set::set(input.argument, set::Form::Typed, dialect, &mut values);
    let head = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
    let chart = format!("{head}{}", input.chart);
    let mut files = vec![
        File::new("Chart.yaml", chart.as_bytes()),
        File::new("values.yaml", input.own.as_bytes()),
        File::new("templates/v.yaml", TEMPLATE.as_bytes()),
        File::new("charts/s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 0.1.0\n".as_bytes()),
        File::new("charts/s/values.yaml", input.sub.as_bytes()),
        File::new("charts/s/templates/v.yaml", TEMPLATE.as_bytes()),
    ];
    if !input.schema.is_empty() {
        files.push(File::new("values.schema.json", input.schema.as_bytes()));
    }
    let Ok(chart) = load_folder(files, dialect) else { return };
    let capabilities = Capabilities::new();
    let request = Request {
        name: "r",
        namespace: "ns",
        is_upgrade: false,
        capabilities: &capabilities,
        skip_schema: false,
        environment: &Sealed(dialect.into()),
        limits: Limits { fuel: 1_000_000, output: 1 << 20, string: 1 << 20, ..Limits::default() },
    };
    if let Ok(rendered) = render(&chart, &values, &request) {
        let _ = rendered.print(&PrintOptions::default(), dialect);
    }
}
