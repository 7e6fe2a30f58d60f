//! What is said about objects: `cases/kubernetes/*.yaml` with the findings in the `.txt` file beside it.
//!
//! A case begins with comments: `# kubernetes: 1.25` names the cluster's version. CustomResourceDefinitions in a case
//! are the project's. `FAIRLEAD_BLESS=1` writes the findings anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

mod support;

use std::fmt::Write as _;
use std::sync::Arc;

use fairlead_delivery::kubernetes::{Api, Finding, Minor, Scopes, Validator, crds, digest};
use fairlead_world::Digest;
use fairlead_yaml::Value;

const DATA: &str = include_str!("../../../data/kubernetes/api.txt");

#[test]
fn cases() {
    let api = Arc::new(Api::parse(DATA).unwrap());
    support::each("kubernetes", "yaml", |text| findings(&api, text));
}

#[test]
fn the_digest_is_that_of_the_data() {
    assert_eq!(digest().unwrap(), Digest::of(DATA.as_bytes()), "run data/kubernetes/make.py");
}

fn findings(api: &Arc<Api>, text: &str) -> String {
    let minor = text.lines().find_map(|line| line.strip_prefix("# kubernetes: ")).and_then(Minor::parse);
    let objects = fairlead_yaml::value::documents(text).unwrap();
    let custom = crds(&objects, &mut Scopes::new());
    let validator = Validator::new(Some(api.clone()), Arc::new(custom));
    let mut out = String::new();
    for object in &objects {
        let name = object.field("metadata").and_then(|metadata| metadata.field("name"));
        let name = name.and_then(Value::as_str).unwrap_or("-");
        for finding in validator.check(minor, object) {
            match finding {
                Finding::Invalid(problem) => writeln!(out, "{name}: {problem}").unwrap(),
                Finding::Deprecated { lifecycle, gone } => {
                    let what = if gone { "gone" } else { "deprecated" };
                    writeln!(out, "{name}: {what}: {lifecycle}").unwrap();
                }
            }
        }
    }
    out
}
