//! Which crate may know which. The compiler holds most of it by the manifests alone; here the manifests are held.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// The crates of the workspace from the bottom to the top: each may depend on those before it and on no other.
const ORDER: [&str; 18] = [
    "fairlead-world",
    "fairlead-yaml",
    "fairlead-template",
    "fairlead-helm",
    "fairlead-kustomize",
    "fairlead-delivery",
    "fairlead-examples",
    "fairlead-fetch",
    "fairlead-sql",
    "fairlead-sqlite",
    "fairlead-git",
    "fairlead-charts",
    "fairlead-hub",
    "fairlead-workers",
    "fairlead-spin",
    "fairlead-native",
    "fairlead-page",
    "fairlead",
];

/// What a crate may not reach, however far down its tree: the rules of the design that the order does not give.
const NEVER: [(&str, &[&str]); 12] = [
    ("fairlead-world", HOSTS),
    ("fairlead-yaml", HOSTS),
    ("fairlead-template", HOSTS),
    ("fairlead-helm", HOSTS),
    ("fairlead-kustomize", HOSTS),
    ("fairlead-delivery", HOSTS),
    ("fairlead-hub", &["worker", "spin-sdk", "wasm-bindgen", "tokio", "rusqlite"]),
    ("fairlead-sql", &["rusqlite", "worker", "spin-sdk", "tokio", "http"]),
    (
        "fairlead-charts",
        &[
            "fairlead-kustomize",
            "fairlead-delivery",
            "fairlead-git",
            "worker",
            "spin-sdk",
            "wasm-bindgen",
            "tokio",
            "hyper",
            "reqwest",
        ],
    ),
    (
        "fairlead-git",
        &[
            "fairlead-template",
            "fairlead-helm",
            "fairlead-kustomize",
            "fairlead-delivery",
            "worker",
            "spin-sdk",
            "tokio",
            "rusqlite",
        ],
    ),
    ("fairlead-page", &["fairlead-charts", "fairlead-git", "fairlead-hub", "worker", "spin-sdk"]),
    ("fairlead", &["worker", "spin-sdk", "wasm-bindgen"]),
];

/// What ties a crate to a host, or gives it a way out: the engine has none of it.
const HOSTS: &[&str] = &[
    "worker",
    "spin-sdk",
    "wasm-bindgen",
    "js-sys",
    "web-sys",
    "tokio",
    "http",
    "hyper",
    "reqwest",
    "rusqlite",
    "getrandom",
    "fairlead-charts",
    "fairlead-git",
    "fairlead-hub",
];

#[test]
fn crates_depend_only_on_those_below() {
    let graph = Graph::read("x86_64-unknown-linux-gnu", "wasm32-unknown-unknown");
    let mut wrong = Vec::new();
    for (place, name) in ORDER.iter().enumerate() {
        let direct = graph.direct.get(*name).unwrap_or_else(|| panic!("the workspace has no crate {name}"));
        for other in direct {
            if ORDER.iter().position(|known| known == other).is_some_and(|below| below >= place) {
                wrong.push(format!("{name} depends on {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_crate_of_the_product_is_ordered() {
    let graph = Graph::read("x86_64-unknown-linux-gnu", "wasm32-unknown-unknown");
    let unknown: Vec<_> = graph
        .members
        .iter()
        .filter(|(name, folder)| !folder.contains("/tests/") && !ORDER.contains(&name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "add them to ORDER where they belong: {unknown:?}");
}

#[test]
fn no_crate_reaches_what_it_may_not_know() {
    let graph = Graph::read("x86_64-unknown-linux-gnu", "wasm32-unknown-unknown");
    let mut wrong = Vec::new();
    for (name, never) in NEVER {
        let reached = graph.reached(name);
        wrong.extend(
            never
                .iter()
                .filter(|other| reached.contains(**other))
                .map(|other| format!("{name} reaches {other}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The dependencies of every crate, for building and running it; those of its tests are left out.
struct Graph {
    direct: BTreeMap<String, BTreeSet<String>>,
    members: BTreeMap<String, String>,
}

impl Graph {
    /// Asks cargo, offline, for two targets together.
    fn read(native: &str, wasm: &str) -> Graph {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--offline", "--manifest-path", manifest])
            .args(["--filter-platform", native, "--filter-platform", wasm])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let names: BTreeMap<&str, &str> =
            packages.iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let inside: BTreeSet<&str> =
            metadata["workspace_members"].as_array().unwrap().iter().map(text).collect();
        let members = packages
            .iter()
            .filter(|package| inside.contains(text(&package["id"])))
            .map(|package| (text(&package["name"]).to_owned(), text(&package["manifest_path"]).to_owned()))
            .collect();
        let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata["resolve"]["nodes"].as_array().unwrap() {
            let of = direct.entry(names[text(&node["id"])].to_owned()).or_default();
            for dependency in node["deps"].as_array().unwrap() {
                let kinds = dependency["dep_kinds"].as_array().unwrap();
                if kinds.iter().any(|kind| kind["kind"].is_null()) {
                    of.insert(names[text(&dependency["pkg"])].to_owned());
                }
            }
        }
        Graph { direct, members }
    }

    /// Everything below a crate.
    fn reached(&self, name: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![name];
        while let Some(next) = open.pop() {
            for below in self.direct.get(next).into_iter().flatten() {
                if reached.insert(below.as_str()) {
                    open.push(below);
                }
            }
        }
        reached
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
