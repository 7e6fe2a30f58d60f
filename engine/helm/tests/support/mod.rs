//! Renders a case with our engine.
#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeMap;

use fairlead_helm::values::{documents, set};
use fairlead_helm::{Capabilities, Dialect, File, KubeVersion, PrintOptions, Request, load_folder, render};
use fairlead_template::{Limits, Sealed};
use fairlead_yaml::Map;

/// A chart, and what is given with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) values: Option<String>,
    pub(crate) answers: [String; 2],
}

/// What our engine answers.
pub(crate) fn answer(case: &Case, dialect: Dialect) -> String {
    match render_case(case, dialect) {
        Ok(text) => text,
        Err(error) => format!("Error: {}\n", error.trim_end()),
    }
}

fn render_case(case: &Case, dialect: Dialect) -> Result<String, String> {
    let mut values = Map::new();
    if let Some(text) = &case.values {
        let loaded = documents::load(text.as_bytes(), dialect);
        documents::merge(&mut values, loaded.map_err(|error| format!("failed to parse values.in: {error}"))?);
    }
    let mut capabilities = Capabilities::new();
    let mut options = PrintOptions::default();
    let mut show_only = Vec::new();
    let mut is_upgrade = false;
    let mut arguments = case.arguments.iter();
    let mut given = Vec::new();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap().clone();
        match argument.as_str() {
            "--include-crds" => options.include_crds = true,
            "--skip-tests" => options.skip_tests = true,
            "--no-hooks" => options.no_hooks = true,
            "--is-upgrade" => is_upgrade = true,
            "--show-only" => show_only.push(value()),
            "--api-versions" => capabilities.api_versions.push(value().into()),
            "--kube-version" => {
                capabilities.kube_version =
                    KubeVersion::parse(&value(), dialect).map_err(|error| error.to_string())?;
            }
            "--set" | "--set-string" => given.push((argument == "--set-string", value())),
            other => panic!("the argument {other} is not known here"),
        }
    }
    // Texts come after all others, wherever they are.
    given.sort_by_key(|(is_text, _)| *is_text);
    for (is_text, value) in given {
        let (form, name) =
            if is_text { (set::Form::Text, "--set-string") } else { (set::Form::Typed, "--set") };
        set::set(&value, form, dialect, &mut values)
            .map_err(|error| format!("failed parsing {name} data: {error}"))?;
    }
    options.show_only = &show_only;
    let files = case.files.iter().map(|(name, text)| File::new(name.as_str(), text.as_bytes())).collect();
    let chart = load_folder(files, dialect).map_err(|error| error.to_string())?;
    let request = Request {
        name: "r",
        namespace: "ns",
        is_upgrade,
        capabilities: &capabilities,
        skip_schema: false,
        environment: &Sealed(dialect.into()),
        limits: Limits::default(),
    };
    let rendered = render(&chart, &values, &request).map_err(|error| match error.has_debug_hint() {
        true => format!("{error}\n\nUse --debug flag to render out invalid YAML"),
        false => error.to_string(),
    })?;
    rendered.print(&options, dialect).map_err(|error| error.to_string())
}
